import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ID_TOKENS, type Key } from '../../src/domain/key.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { IdTokenKeys, TokenUnavailable } from '../../src/task-tokens/id-token-keys.ts';
import { generatePrivateKey, readPrivateKey } from '../../src/task-tokens/private-key.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';

const NOW = Date.UTC(2026, 10, 21, 10);
const MINUTES = 60_000;
let folder: string;
const kids: Record<string, string> = {};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keys-'));
  for (const name of ['old', 'new', 'own']) {
    const pem = generatePrivateKey();
    writeFileSync(join(folder, name), pem);
    kids[name] = (await readPrivateKey(pem)).kid;
  }
  writeFileSync(join(folder, 'bad'), 'no key');
});
afterAll(() => rmSync(folder, { recursive: true }));

const fileOf = (name: string) => `file:${join(folder, name)}`;
const aKey = (name: string, created: number): Key => ({
  target: ID_TOKENS,
  reference: fileOf(name),
  created: new Date(created),
  expires: null,
});
const nameOf = (kid: string) => Object.keys(kids).find((name) => kids[name] === kid);

function setup(listed: readonly Key[], fallback?: string) {
  const warn = vi.fn();
  const clock = new ManualClock();
  const load = vi.fn(async () => listed);
  const keys = new IdTokenKeys({ load, fallback, clock, logger: { ...silentLogger, warn } });
  return {
    ...{ warn, clock, load, keys },
    signer: async (now = NOW) => nameOf((await keys.signer(now)).kid),
    published: async () => (await keys.published()).map(({ kid }) => nameOf(kid)),
  };
}

test('the first key signs at once', async () => {
  const { signer, published } = setup([aKey('old', NOW)]);
  expect([await signer(), await published()]).toEqual(['old', ['old']]);
});

test('a new key is published for a quarter of an hour before it signs, and the old one stays published', async () => {
  const { signer, published } = setup([aKey('old', NOW - 100 * MINUTES), aKey('new', NOW)]);
  expect(await published()).toEqual(['new', 'old']);
  expect(await signer()).toBe('old');
  expect(await signer(NOW + 15 * MINUTES - 1)).toBe('old');
  expect(await signer(NOW + 15 * MINUTES)).toBe('new');
  expect(await published()).toEqual(['new', 'old']);
});

test('of two keys that were never published, the older one signs', async () => {
  expect(await setup([aKey('new', NOW + 1), aKey('old', NOW)]).signer()).toBe('old');
});

test('keys of targets are not among them', async () => {
  const { signer } = setup([{ ...aKey('own', 0), target: 'default' }, aKey('old', NOW)]);
  expect(await signer()).toBe('old');
});

test('the key of the options signs while none is registered', async () => {
  expect(await setup([], fileOf('own')).signer()).toBe('own');
  const { signer, published } = setup([aKey('old', NOW)], fileOf('own'));
  expect([await signer(), await published()]).toEqual(['old', ['old']]);
});

test('one that can’t be read is logged once, and the others sign', async () => {
  const { signer, published, warn, clock } = setup([aKey('bad', NOW - 100 * MINUTES), aKey('old', NOW)]);
  expect([await signer(), await published()]).toEqual(['old', ['old']]);
  await clock.advance(10);
  await signer();
  expect(warn.mock.calls.map(([, fields]) => fields.reference)).toEqual([fileOf('bad')]);
  expect(JSON.stringify(warn.mock.calls)).not.toContain('no key');
});

test('without any, the error says how to set one, or where to look', async () => {
  await expect(setup([]).keys.signer(NOW)).rejects.toEqual(
    new TokenUnavailable(
      "there is no signing key of ID tokens; set one with taskqueue.rotate_key('@id-tokens', 'file:/…') " +
        'or pgtaskqueue keys rotate @id-tokens --reference file:/…',
    ),
  );
  await expect(setup([aKey('bad', NOW)]).keys.signer(NOW)).rejects.toEqual(
    new TokenUnavailable('no signing key of ID tokens can be read in this process: see taskqueue.keys'),
  );
});

test('the list is read every five seconds at most; while that fails, the last one counts', async () => {
  const { keys, signer, load, clock } = setup([aKey('old', NOW)]);
  load.mockRejectedValueOnce(new Error('no database'));
  await expect(keys.signer(NOW)).rejects.toThrow('no database');
  expect(await Promise.all([signer(), signer()])).toEqual(['old', 'old']);
  expect(load).toHaveBeenCalledTimes(2);
  await clock.advance(5);
  load.mockRejectedValueOnce(new Error('no database'));
  expect(await signer()).toBe('old');
  load.mockResolvedValueOnce([aKey('new', NOW)]);
  expect(await signer()).toBe('new');
});
