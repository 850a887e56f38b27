// What the Cloud Tasks API refuses because a dispatcher could not send it.

import { afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { silentLogger } from '../../src/runtime/logger.ts';
import { createServer } from '../../src/server/server.ts';
import type { ServerOptions } from '../../src/server/server-options.ts';
import { useDatabase } from '../support/db.ts';
import { newLogin } from '../support/logins.ts';
import { nextName } from '../support/names.ts';

const database = useDatabase();
const sql = (text: string, ...values: unknown[]) => database.pool.query(text, values);
let login: string;
let queue: string;

beforeAll(async () => {
  login = await newLogin(database.url, ['taskqueue_server']);
});
beforeEach(async () => {
  queue = nextName('rules');
  await sql(`select taskqueue.create_queue($1, rate => '0/s')`, queue);
  await sql(`select taskqueue.allow_url('hooks.example.com')`);
});
afterEach(() => sql('delete from taskqueue._allowed_urls'));

/** Creates tasks, and returns 200 or the message of the refusal. */
async function anApi(options: Partial<ServerOptions> = {}) {
  const given = { database: login, port: 0, logger: silentLogger, roles: ['http'] as const, ...options };
  const server = createServer(given);
  onTestFinished(() => server.stop());
  await server.start();
  return async (httpRequest: object, path = 'tasks', body: object = { task: { httpRequest } }) => {
    const url = `${server.url}/v2/projects/p/locations/l/queues/${queue}/${path}`;
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    const { error } = (await response.json()) as { error?: { status: string; message: string } };
    if (error) expect([response.status, error.status]).toEqual([400, 'INVALID_ARGUMENT']);
    return error?.message ?? response.status;
  };
}

const setHttpTarget = (httpTarget: object) =>
  sql('update taskqueue._queues set http_target = $1 where name = $2', JSON.stringify(httpTarget), queue);

describe('hosts', () => {
  test('only those that operators allowed, from the moment they are', async () => {
    const create = await anApi();
    expect(await create({ url: 'https://Hooks.Example.com:443/x' })).toBe(200);
    expect(await create({ url: 'https://other.example.com/x' })).toBe(
      "tasks may not be sent to other.example.com; an operator can allow it with taskqueue.allow_url('other.example.com') or pgtaskqueue serve --allow-url other.example.com",
    );
    await sql(`select taskqueue.allow_url('other.example.com')`);
    expect(await create({ url: 'https://other.example.com/x' })).toBe(200);
  });

  test.each([
    ['http://127.1/', /^tasks may not be sent to 127\.0\.0\.1;/],
    ['http://2130706433/', /^tasks may not be sent to 127\.0\.0\.1;/],
    ['http://[::ffff:169.254.169.254]/', /^tasks may not be sent to ::ffff:a9fe:a9fe;/],
    ['http://metadata.google.internal/', /^tasks may not be sent to metadata\.google\.internal;/],
    ['http://hooks.example.com:5432/', /^tasks may not be sent to port 5432/],
    ['http://hooks.example.com./', /normal form of an origin/],
    ['http://hooks.example.com@127.0.0.1/', /must not name a user/],
  ])('%s is refused', async (url, message) => {
    expect(await (await anApi())({ url })).toMatch(message);
  });

  test('of the queue’s http_target decides, if it has one', async () => {
    const create = await anApi();
    await setHttpTarget({ uriOverride: { host: 'hooks.example.com' } });
    expect(await create({ url: 'https://anywhere.example.com/x' })).toBe(200);
    expect(await create({}, 'tasks:buffer', {})).toBe(200);
    await setHttpTarget({ uriOverride: { host: 'inside.example.com' } });
    expect(await create({ url: 'https://anywhere.example.com/x' })).toMatch(/^tasks may not be sent to inside/);
    expect(await create({}, 'tasks:buffer', {})).toMatch(/^tasks may not be sent to inside/);
  });
});

describe('tokens', () => {
  const url = 'https://hooks.example.com/x';
  const oidcToken = { serviceAccountEmail: 'a@x.iam' };

  test('are refused as long as they can’t be made', async () => {
    const create = await anApi();
    expect(await create({ url, oidcToken })).toMatch(
      /^tasks may not have an oidcToken: .* keys rotate @id-tokens --reference/,
    );
    expect(await create({ url, oauthToken: oidcToken })).toMatch(/ serve --oauth-token-command COMMAND$/);
  });

  test('are accepted with a key and a command', async () => {
    const create = await anApi({ idTokenKey: `file:${import.meta.filename}`, oauthTokenCommand: 'echo x' });
    expect(await create({ url, oauthToken: oidcToken })).toBe(200);
    expect(await create({ url, oidcToken })).toBe(
      'tasks may not have an oidcToken: no signing key of ID tokens can be read in this process: see taskqueue.keys',
    );
  });
});
