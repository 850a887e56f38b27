// All routes × all rights: each route admits callers with its right on its queue, and nobody else. A forgotten route
// fails here.

import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { authorityOf } from '../../src/access/authority.ts';
import { rememberTokens } from '../../src/access/known-tokens.ts';
import { Waits } from '../../src/client/waits.ts';
import { consoleSurface } from '../../src/console/console.ts';
import { HealthWatch } from '../../src/console/health/health-watch.ts';
import { covers, RIGHTS } from '../../src/domain/rights.ts';
import { createApp, surfaces } from '../../src/http/app.ts';
import { OPEN_ROUTES } from '../../src/http/open-routes.ts';
import type { Route } from '../../src/http/route.ts';
import { connectionConfig } from '../../src/postgres/connection-settings.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { checkToken, createToken, revokeToken } from '../../src/store/tokens.ts';
import { TaskTokens } from '../../src/task-tokens/task-tokens.ts';
import { useDatabase } from '../support/db.ts';

const ROOT = 'the-token-of-the-server';
const database = useDatabase();
let app: ReturnType<typeof createApp>;
let routes: { name: string; path: string; route: Route }[];

beforeAll(async () => {
  const waits = new Waits(connectionConfig(database.url, 'test'));
  const metrics = { contentType: 'text/plain', text: async () => '' };
  const load = async () => [];
  const taskTokens = new TaskTokens({ issuer: 'https://i' }, { load, clock: systemClock, logger: silentLogger });
  const emulator = { reset: async () => {}, advance: async () => new Date(0) };
  const executor = database.pool;
  const place = { database: 'orders', host: 'localhost' };
  const authority = authorityOf(ROOT, undefined, executor);
  const health = new HealthWatch({ executor, claims: undefined, clock: systemClock, logger: silentLogger });
  const pages = consoleSurface({ executor, authority, secure: false, place, health, logger: silentLogger });
  const own = { executor, waits, version: '1', metrics, taskTokens, emulator, console: pages };
  const options = { readiness: async () => undefined, ...own };
  app = createApp({ ...options, token: ROOT });
  routes = surfaces(options).flatMap(({ prefix, routes }) =>
    routes.map((route) => ({ name: `${route.method} ${prefix}${route.path}`, path: prefix + route.path, route })),
  );
  await database.pool.query(
    `select taskqueue.create_queue('mine', mode => 'pull'), taskqueue.create_queue('other', mode => 'pull')`,
  );
});

async function statusOf({ path, route }: (typeof routes)[number], token: string | undefined, queue = 'mine') {
  const url = `http://localhost${pathFor(path, queue)}`;
  const method = route.method === 'ALL' ? 'DELETE' : route.method;
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return (await app.request(url, { method, headers })).status;
}

/** A path that the pattern matches. */
function pathFor(pattern: string, queue: string): string {
  const segment = (_: string, name: string, expression = '[^/:]+') =>
    expression.replace('[^/:]+', name === 'queue' ? queue : 'x');
  return pattern.replaceAll(/:(\w+)(?:\{([^}]+)\})?/g, segment).replace('*', 'anything');
}

const tokenWith = async (rights: readonly string[], queues = ['mine'], scopes?: string[]) =>
  (await createToken(database.pool, 'ada@example.com', { rights, queues, scopes })).token;

const isIn = (status: number) => status !== 401 && status !== 403;

/** A page of the console that shows the queues on which its caller has the right, and leaves out the others. */
const isPageOfSome = ({ path, route: { needs } }: (typeof routes)[number]) =>
  path.startsWith('/console') && needs !== 'known' && needs.checkedInside === true && needs.queue === undefined;

describe('the walk', () => {
  test('covers every route of the application, and none is mounted without guards', () => {
    const mounted = app.routes.filter(({ path, method }) => !(method === 'ALL' && path === '/*'));
    expect(mounted.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(
      routes
        .map(({ name }) => name)
        .filter((name) => name !== 'ALL *')
        .sort(),
    );
    expect(app.routes.filter(({ path, method }) => method === 'ALL' && path === '/*')).toHaveLength(3); // security headers, request ids, and unknown paths
    expect(routes.length).toBeGreaterThan(10);
  });

  test('the open routes are exactly those in the list', () => {
    const names = routes.map(({ name }) => name);
    expect(OPEN_ROUTES.filter((open) => !names.includes(open))).toEqual([]);
    expect(OPEN_ROUTES).toEqual([
      'GET /healthz',
      'GET /readyz',
      'GET /.well-known/openid-configuration',
      'GET /jwks',
      'GET /certs',
      'GET /console/assets/:hash/:name',
      'GET /console/login',
      'POST /console/login',
    ]);
  });

  test('anonymous callers get 401 everywhere except on the open routes', async () => {
    for (const each of routes) {
      const status = await statusOf(each, undefined);
      if (OPEN_ROUTES.includes(each.name)) expect([each.name, isIn(status)]).toEqual([each.name, true]);
      else expect([each.name, status]).toEqual([each.name, 401]);
    }
  });

  test('each right alone opens the routes that need it, on the queues of its pattern', async () => {
    for (const right of RIGHTS) {
      const token = await tokenWith([right]);
      for (const each of routes) {
        const { needs } = each.route;
        const some = isPageOfSome(each);
        const expected = needs === 'known' || (needs.right === right && (needs.queue !== undefined || some));
        expect([right, each.name, isIn(await statusOf(each, token))]).toEqual([right, each.name, expected]);
        if (needs !== 'known' && !some)
          expect([each.name, await statusOf(each, token, 'other')]).toEqual([each.name, 403]);
      }
    }
  });

  test('all other rights together do not open a route', async () => {
    for (const right of RIGHTS) {
      const token = await tokenWith(
        RIGHTS.filter((each) => each !== right),
        ['*'],
      );
      for (const each of routes) {
        const { needs } = each.route;
        if (needs !== 'known' && needs.right === right)
          expect([each.name, await statusOf(each, token)]).toEqual([each.name, 403]);
      }
    }
  });

  test('all rights on all queues open every route', async () => {
    for (const token of [ROOT, await tokenWith(RIGHTS, ['*'])]) {
      for (const each of routes) expect([each.name, isIn(await statusOf(each, token))]).toEqual([each.name, true]);
    }
  });

  test('a caller who may not use a queue cannot find out whether it exists', async () => {
    const token = await tokenWith(RIGHTS);
    for (const each of routes.filter(({ path, route }) => path.includes(':queue') && route.needs !== 'known')) {
      expect([each.name, await statusOf(each, token, 'nowhere')]).toEqual([each.name, 403]);
    }
  });

  test('docs/operate/http.md has a row for each route, with the right that it needs', () => {
    const page = fs.readFileSync(path.resolve(import.meta.dirname, '../../docs/operate/http.md'), 'utf8');
    const documented = [...page.matchAll(/^\| `([A-Z]+ \/\S*)` \| (.+) \|$/gm)].map(([, name, needs]) => [name, needs]);
    const needsOf = (name: string, needs: Route['needs']) => {
      if (OPEN_ROUTES.includes(name)) return 'nothing';
      return needs === 'known' ? 'a valid credential' : `\`${needs.right}\``;
    };
    // docs/reference/cloud-tasks.md and console.md are generated.
    const shown = routes
      .filter(({ name }) => !name.startsWith('ALL ') && !/ \/(v[12](beta.)?|console)\b/.test(name))
      .map(({ name, route }) => [name.replace(/\{[^}]*\}$/, ''), needsOf(name, route.needs)]);
    expect(documented).toEqual(shown);
    const rights = [...page.matchAll(/^\| `([a-z]+)` \| /gm)].map(([, right]) => right);
    expect(rights).toEqual([...RIGHTS]);
  });

  test('an application is created in one place, where routes get their guards', () => {
    const src = path.resolve(import.meta.dirname, '../../src');
    const files = fs.readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    const codeOf = (file: string) =>
      fs.readFileSync(path.join(src, file), 'utf8').replaceAll(/^ *(\/\/|\*|\/\*).*$/gm, '');
    const makers = files.filter((file) => /new Hono\b/.test(codeOf(file)));
    expect(makers.sort()).toEqual(['demo/app.ts', 'http/app.ts']);
  });
});

describe('patterns of queues', () => {
  test.each([
    ['mail', 'mail', true],
    ['mail', 'mails', false],
    ['mail-*', 'mail-', true],
    ['mail-*', 'mail-eu', true],
    ['mail-*', 'mail', false],
    ['*-eu', 'mail-eu', true],
    ['a*b*c', 'abc', true],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'acb', false],
    ['ab*ba', 'aba', false],
    ['*', 'anything', true],
    ['**', 'anything', true],
  ])('%s and %s: %s', (pattern, queue, expected) => {
    expect(covers({ rights: ['read'], queues: [pattern] }, 'read', queue)).toBe(expected);
  });

  test('requests that concern no queue require the pattern *', () => {
    expect(covers({ rights: ['admin'], queues: ['*'] }, 'admin', undefined)).toBe(true);
    expect(covers({ rights: ['admin'], queues: ['**', 'a*'] }, 'admin', undefined)).toBe(false);
  });

  test('a pattern with many stars is fast', () => {
    expect(covers({ rights: ['read'], queues: [`${'*a'.repeat(49)}*b`] }, 'read', 'a'.repeat(100))).toBe(false);
  });
});

describe('looking tokens up', () => {
  test('happens once in five seconds, and a revoked token is valid for no longer', async () => {
    let now = 0;
    let asked = 0;
    const lookUp = rememberTokens(
      (token) => {
        asked += 1;
        return checkToken(database.pool, token);
      },
      () => now,
    );
    const { id, token } = await createToken(database.pool, 'ada@example.com');
    expect((await Promise.all([lookUp(token), lookUp(token)])).map((holder) => holder?.id)).toEqual([id, id]);
    now = 4_999;
    await revokeToken(database.pool, id);
    expect((await lookUp(token))?.id).toBe(id);
    expect(asked).toBe(1);
    now = 5_000;
    expect(await lookUp(token)).toBeUndefined();
    expect(asked).toBe(2);
  });

  test('is retried after a failure', async () => {
    const answers = [Promise.reject(new Error('away')), Promise.resolve(undefined)];
    const lookUp = rememberTokens(() => answers.shift() as Promise<undefined>);
    await expect(lookUp('a')).rejects.toThrow('away');
    expect(await lookUp('a')).toBeUndefined();
  });
});
