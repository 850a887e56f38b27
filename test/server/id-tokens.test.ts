// ID tokens from the task to a handler that verifies them as those of Google are verified: with jose and with Google's
// own library, given the issuer that a server publishes.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OAuth2Client } from 'google-auth-library';
import { createRemoteJWKSet, customFetch, decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ID_TOKENS } from '../../src/domain/key.ts';
import { createApp } from '../../src/http/app.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { createServer } from '../../src/server/server.ts';
import type { Server, ServerOptions } from '../../src/server/server-options.ts';
import { listKeys, rotateKey } from '../../src/store/keys.ts';
import { generatePrivateKey, readPrivateKey } from '../../src/task-tokens/private-key.ts';
import { TaskTokens } from '../../src/task-tokens/task-tokens.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import { useDispatchers } from '../dispatcher/harness.ts';
import { eventually } from '../support/eventually.ts';
import { dropLogins, newLogin } from '../support/logins.ts';
import { nextName } from '../support/names.ts';

const EMAIL = 'caller@shop.iam.gserviceaccount.com';
const harness = useDispatchers();
const sql = (text: string, ...values: unknown[]) => harness.database.pool.query(text, values);
const servers: Server[] = [];
let folder: string;
let login: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'id-tokens-'));
  login = await newLogin(harness.database.url, ['taskqueue_server']);
});
beforeEach(() => sql(`select taskqueue.allow_url('127.0.0.1/32')`));
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  await sql('delete from taskqueue._keys');
});
afterAll(async () => {
  await dropLogins(harness.database.url);
  rmSync(folder, { recursive: true });
});

/** Writes a new private key and returns its reference and name. */
async function aKey(name = nextName('key')): Promise<{ reference: string; kid: string }> {
  const pem = generatePrivateKey();
  writeFileSync(join(folder, name), pem);
  return { reference: `file:${join(folder, name)}`, kid: (await readPrivateKey(pem)).kid };
}

/** A server with no rights but those of taskqueue_server. */
async function aServer(options: Partial<ServerOptions> = {}) {
  const server = createServer({ database: login, port: 0, logger: silentLogger, pollSeconds: 0.05, ...options });
  servers.push(server);
  await server.start();
  return server;
}

async function addWithToken(oidc: object = { serviceAccountEmail: EMAIL }, task = {}, url = harness.target.url) {
  const queue = nextName('tokens');
  await harness.createQueue(queue);
  await harness.addHttp(queue, { url, oidc: oidc as { serviceAccountEmail: string } }, task);
  return queue;
}

/** The token of the first request that arrives. */
async function arrived(): Promise<string> {
  await eventually(() => harness.target.requests.length > 0);
  return String(harness.target.requests[0]?.headers.authorization).replace(/^Bearer /, '');
}

describe('a handler verifies the token', () => {
  test('with jose, by the issuer’s discovery document', async () => {
    await rotateKey(harness.database.pool, ID_TOKENS, (await aKey()).reference);
    const server = await aServer();
    await addWithToken();
    const discovery = await fetch(`${server.url}/.well-known/openid-configuration`);
    const { issuer, jwks_uri: jwks } = (await discovery.json()) as { issuer: string; jwks_uri: string };
    expect(issuer).toBe(server.url);
    const { payload } = await jwtVerify(await arrived(), createRemoteJWKSet(new URL(jwks)), {
      issuer,
      audience: harness.target.url,
      algorithms: ['RS256'],
    });
    const { iat = 0 } = payload;
    expect(payload).toEqual({
      ...{ iss: issuer, sub: EMAIL, aud: harness.target.url, email: EMAIL, email_verified: true },
      ...{ iat, nbf: iat, exp: iat + 3600 },
    });
  });

  test('with Google’s library, by our certificates', async () => {
    await rotateKey(harness.database.pool, ID_TOKENS, (await aKey()).reference);
    const server = await aServer({ issuer: 'https://tasks.example.com' });
    await addWithToken({ serviceAccountEmail: EMAIL, audience: 'my-audience' });
    const token = await arrived();
    const certs = await fetch(`${server.url}/certs`).then((response) => response.json());
    const client = new OAuth2Client();
    const verify = (audience: string, issuer: string) =>
      client.verifySignedJwtWithCertsAsync(token, certs as Record<string, string>, audience, [issuer]);
    const ticket = await verify('my-audience', 'https://tasks.example.com');
    expect(ticket.getPayload()).toMatchObject({ email: EMAIL, email_verified: true, sub: EMAIL });
    await expect(verify('another', 'https://tasks.example.com')).rejects.toThrow('audience');
    await expect(verify('my-audience', 'https://accounts.google.com')).rejects.toThrow('issuer');
    const own = new OAuth2Client({
      endpoints: { oauth2FederatedSignonPemCertsUrl: `${server.url}/certs` },
      issuers: ['https://tasks.example.com'],
    });
    expect((await own.verifyIdToken({ idToken: token, audience: 'my-audience' })).getUserId()).toBe(EMAIL);
  });
});

describe('the token', () => {
  const claims = async () => JSON.parse(Buffer.from((await arrived()).split('.')[1] ?? '', 'base64url').toString());

  test.each<[string, object, Partial<ServerOptions>, string]>([
    ['is the task’s, if it names one', { audience: 'mine' }, { audience: 'configured' }, 'mine'],
    ['is the configured one otherwise', {}, { audience: 'configured' }, 'configured'],
  ])('its audience %s', async (_what, oidc, options, expected) => {
    await aServer({ idTokenKey: (await aKey()).reference, ...options });
    await addWithToken({ serviceAccountEmail: EMAIL, ...oidc });
    expect((await claims()).aud).toBe(expected);
  });

  test('its audience is the URL as the task has it, or as the queue overrides it', async () => {
    const { url } = harness.target;
    const dispatcher = harness.dispatcher({
      taskTokens: { issuer: 'https://i', idTokenKey: (await aKey()).reference },
    });
    await addWithToken(undefined, {}, `${url}?x=1`);
    const queue = await addWithToken(undefined, {}, `${url}?x=1`);
    const override = { uriOverride: { pathOverride: { path: '/p' } } };
    await sql('update taskqueue._queues set http_target = $1 where name = $2', JSON.stringify(override), queue);
    await dispatcher.runOnce();
    const audiences = harness.target.requests.map(({ headers }) => {
      const [, payload = ''] = String(headers.authorization).split('.');
      return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as JWTPayload).aud;
    });
    expect(audiences.sort()).toEqual([`${url}/p?x=1`, `${url}?x=1`].sort());
  });

  test('replaces the task’s Authorization; that of the queue replaces both', async () => {
    const dispatcher = harness.dispatcher({
      taskTokens: { issuer: 'https://i', idTokenKey: (await aKey()).reference },
    });
    const queue = await addWithToken(undefined, { headers: { authorization: 'Basic eDp5', 'X-Own': '1' } });
    const oidcToken = { serviceAccountEmail: 'queue@x.iam', audience: 'of-the-queue' };
    await sql('update taskqueue._queues set http_target = $1 where name = $2', JSON.stringify({ oidcToken }), queue);
    await dispatcher.runOnce();
    expect(await claims()).toMatchObject({ email: 'queue@x.iam', aud: 'of-the-queue' });
    expect(harness.target.requests[0]?.headers).toMatchObject({ 'x-own': '1' });
    expect(harness.target.requests[0]?.rawHeaders.filter((name) => /^authorization$/i.test(name))).toHaveLength(1);
  });

  test('is used again for the same audience and account', async () => {
    const dispatcher = harness.dispatcher({
      taskTokens: { issuer: 'https://i', idTokenKey: (await aKey()).reference },
    });
    for (const email of [EMAIL, EMAIL, 'other@x.iam'])
      await addWithToken({ serviceAccountEmail: email, audience: 'one' });
    await dispatcher.runOnce();
    const tokens = harness.target.requests.map(({ headers }) => headers.authorization);
    expect([tokens.length, new Set(tokens).size]).toEqual([3, 2]);
  });

  test('without a key, the attempt fails with the remedy', async () => {
    const queue = await addWithToken();
    const dispatcher = harness.dispatcher();
    expect(await dispatcher.runOnce()).toMatchObject({ failed: 1 });
    const { rows } = await sql('select name, reason, error from taskqueue.attempts where queue = $1', queue);
    expect(rows).toMatchObject([
      { reason: 'Unknown Target', error: expect.stringContaining('keys rotate @id-tokens --reference') },
    ]);
    expect(harness.target.requests).toEqual([]);
    const explained = await sql('select * from taskqueue.explain_task($1, $2)', queue, rows[0].name);
    expect(explained.rows).toContainEqual(
      expect.objectContaining({
        detail:
          'The token that it asks for could not be made at the last attempt: there is no signing key of ID tokens.',
        remedy: `select taskqueue.rotate_key('@id-tokens', 'file:/...');`,
      }),
    );
  });
});

describe('keys', () => {
  test('rotate with overlap: a verifier with the published keys always knows the one that signs', async () => {
    const [first, second] = [await aKey(), await aKey()];
    const pool = harness.database.pool;
    const clock = new ManualClock();
    const tokens = new TaskTokens(
      { issuer: 'http://localhost' },
      { load: () => listKeys(pool), clock, logger: silentLogger },
    );
    const app = createApp({
      ...{ readiness: async () => undefined, executor: pool, waits: undefined, version: '1' },
      ...{ token: 'secret', taskTokens: tokens },
    });
    const published = createRemoteJWKSet(new URL('http://localhost/jwks'), {
      cacheMaxAge: 300_000,
      [customFetch]: async (url) => app.request(url),
    });
    const databaseNow = async () => Number((await sql('select extract(epoch from now()) * 1000 as ms')).rows[0].ms);
    const signed = async (minutes = 0) => {
      await clock.advance(5); // the list of keys is fresh for so long
      const oidc = { serviceAccountEmail: EMAIL, audience: 'a' };
      const now = await databaseNow();
      await sql(`update taskqueue._keys set created = created - make_interval(mins => $1)`, minutes);
      return (await tokens.authorization({ url: '', oidc }, '', now))?.slice(7) ?? '';
    };
    const kidOf = (token: string) => decodeProtectedHeader(token).kid;
    const isKnown = (token: string) => jwtVerify(token, published, { issuer: 'http://localhost', audience: 'a' });

    await rotateKey(pool, ID_TOKENS, first.reference);
    const old = await signed();
    expect(kidOf(old)).toBe(first.kid);
    await isKnown(old);
    await rotateKey(pool, ID_TOKENS, second.reference);
    expect(kidOf(await signed(14))).toBe(first.kid);
    await published.reload(); // within five minutes of the rotation
    const rotated = await signed(2);
    expect(kidOf(rotated)).toBe(second.kid);
    await isKnown(rotated);
    await isKnown(old);
    await published.reload();
    await isKnown(old);
    await sql(`update taskqueue._keys set expires = now() where expires is not null`);
    await clock.advance(5);
    await published.reload();
    await expect(isKnown(old)).rejects.toThrow('no applicable key');
    await isKnown(rotated);
  });

  test('are shared by all dispatchers', async () => {
    const { reference, kid } = await aKey();
    await rotateKey(harness.database.pool, ID_TOKENS, reference);
    const seen = new Map<string, Set<string | undefined>>();
    const aDispatcher = (name: string) => {
      const kids = new Set<string | undefined>();
      seen.set(name, kids);
      const handler = (request: Request) => {
        kids.add(decodeProtectedHeader(request.headers.get('authorization')?.slice(7) ?? '').kid);
        return new Response();
      };
      const taskTokens = { issuer: 'https://tasks.example.com' };
      return harness.dispatcher({ database: login, targets: { default: handler }, taskTokens });
    };
    await Promise.all(['one', 'two'].map((name) => aDispatcher(name).start()));
    await eventually(async () => {
      await addWithToken(undefined, {}, '');
      return [...seen.values()].every(({ size }) => size > 0);
    });
    expect([...seen.values()].map((kids) => [...kids])).toEqual([[kid], [kid]]);
  });

  test('are published to everyone, to be kept for five minutes', async () => {
    const server = await aServer({ token: 'a-long-token', idTokenKey: (await aKey()).reference });
    for (const path of ['/.well-known/openid-configuration', '/jwks', '/certs']) {
      const response = await fetch(server.url + path);
      expect([path, response.status, response.headers.get('cache-control')]).toEqual([
        path,
        200,
        'public, max-age=300',
      ]);
      expect(await response.text()).not.toMatch(/"(d|p|q|dp|dq|qi)":|PRIVATE/);
    }
  });
});

describe('access tokens', () => {
  test('are those that the command prints, for account and scope', async () => {
    await aServer({ oauthTokenCommand: 'printf %s "$OAUTH_ACCOUNT/$OAUTH_SCOPE" | tr @: ..' });
    const queue = nextName('tokens');
    await harness.createQueue(queue);
    const oauth = { serviceAccountEmail: 'sa@x.iam', scope: 'a:b' };
    await harness.addHttp(queue, { url: harness.target.url, oauth });
    expect(await arrived()).toBe('sa.x.iam/a.b');
  });

  test('are refused without a command', async () => {
    const tools = { load: async () => [], clock: new ManualClock(), logger: silentLogger };
    const tokens = new TaskTokens({ issuer: 'https://i' }, tools);
    const [oidc, oauth] = [{ serviceAccountEmail: 'a' }, { serviceAccountEmail: 'a' }];
    expect(await tokens.refusal({ oauth })).toBe(
      'tasks may not have an oauthToken, because no command that gets access tokens is configured; set one with pgtaskqueue serve --oauth-token-command COMMAND',
    );
    expect(await tokens.refusal({ oidc })).toMatch(
      /^tasks may not have an oidcToken: there is no signing key of ID tokens; set one with .* keys rotate @id-tokens/,
    );
    expect(await tokens.refusal({})).toBeUndefined();
    const able = new TaskTokens(
      {
        issuer: 'https://i',
        idTokenKey: (await aKey()).reference,
        accessToken: async () => ({ token: 'x', seconds: 1 }),
      },
      tools,
    );
    expect([await able.refusal({ oidc }), await able.refusal({ oauth })]).toEqual([undefined, undefined]);
  });
});
