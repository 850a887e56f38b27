import { afterEach, expect, test } from 'vitest';
import { signingKeys } from '../../src/domain/signing/signing-key.ts';
import { readPrivateKey } from '../../src/task-tokens/private-key.ts';
import { useDatabase } from '../support/db.ts';
import { runHere } from './command.ts';

const database = useDatabase();
const keys = (...args: string[]) => runHere(['keys', ...args, '--database-url', database.url]);
const rotate = (reference: string, ...more: string[]) => keys('rotate', 'default', '--reference', reference, ...more);

afterEach(() => database.pool.query('select taskqueue.revoke_key(target, reference) from taskqueue.keys'));

test('a key from its first day to its last', async () => {
  expect((await keys('list')).stdout).toContain('requests are not signed');
  expect((await rotate('env:ONE')).stdout).toBe('Requests to default are signed with env:ONE.\n');
  expect((await rotate('file:/run/two', '--keep-old', '2d')).stdout).toBe(
    'Requests to default are signed with file:/run/two and, until it ends, with env:ONE.\n',
  );
  expect((await keys('list')).stdout).toMatch(
    /^TARGET +REFERENCE +SINCE +ENDS\ndefault +file:\/run\/two +\S+ \S+ +never\ndefault +env:ONE +\S+ \S+ +in 2d\n$/,
  );
  expect((await keys('revoke', 'default', '--reference', 'file:/run/two')).stdout).toBe(
    'Revoked. Requests to default are signed with env:ONE.\n',
  );
  expect((await keys('revoke', 'default', '--reference', 'env:ONE')).stdout).toContain('no longer signed');
  expect((await keys('revoke', 'default', '--reference', 'env:ONE')).code).toBe(3);
});

test('old keys that are not kept stop immediately', async () => {
  await rotate('env:ONE');
  await rotate('env:TWO', '--keep-old', '0');
  expect(JSON.parse((await keys('list', '--json')).stdout)).toMatchObject([
    { target: 'default', reference: 'env:TWO', expires: null },
  ]);
});

test('each generated secret is a new one, and is one', async () => {
  const secrets = [(await keys('generate')).stdout, JSON.parse((await keys('generate', '--json')).stdout).secret];
  expect(secrets[0].trim()).not.toBe(secrets[1]);
  for (const secret of secrets) expect(signingKeys(secret)).toHaveLength(1);
});

test('the keys of ID tokens', async () => {
  const pem = (await keys('generate', '--id-tokens')).stdout;
  expect((await readPrivateKey(pem)).kid).not.toBe('');
  const rotated = (reference: string) => keys('rotate', '@id-tokens', '--reference', reference);
  expect((await rotated('env:ONE')).stdout).toBe('ID tokens are signed with env:ONE.\n');
  expect((await rotated('env:TWO')).stdout).toBe(
    'ID tokens will be signed with env:TWO, 15 minutes after it is published; published until they end: env:ONE.\n',
  );
  expect((await keys('revoke', '@id-tokens', '--reference', 'env:ONE')).stdout).toBe(
    'Revoked. ID tokens have 1 key left.\n',
  );
});

test('a secret is refused, and not repeated', async () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const { code, stdout, stderr } = await rotate(secret);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain('env:NAME');
  expect(stderr).not.toContain(secret.slice(6));
});
