// docker-compose.yml: the server has a login of its own, which may do what serving needs and no more.

import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { useDatabase } from '../support/db.ts';
import { libpq } from '../support/libpq.ts';
import { rows } from '../support/sql.ts';

const database = useDatabase();
const { services } = parse(readFileSync(path.resolve(import.meta.dirname, '../../docker-compose.yml'), 'utf8'), {
  merge: true,
});
const LOGIN = 'pgtaskqueue_server';

test('migrate runs as the superuser, serve as its own login', () => {
  expect(services.migrate.environment.PGTASKQUEUE_DATABASE_URL).toMatch(/^postgresql:\/\/postgres:/);
  expect(services.serve.environment.PGTASKQUEUE_DATABASE_URL).toMatch(new RegExp(`^postgresql://${LOGIN}:`));
  expect(services.serve.depends_on).toHaveProperty('login');
});

test('every service is confined, and only PostgreSQL has capabilities', () => {
  for (const [name, service] of Object.entries<Record<string, unknown>>(services)) {
    expect([name, service]).toMatchObject([
      name,
      {
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        tmpfs: expect.arrayContaining(['/tmp']),
      },
    ]);
    expect([name, 'cap_add' in service, 'privileged' in service]).toEqual([name, name === 'postgres', false]);
  }
});

test('ports are open to this machine alone', () => {
  const ports = Object.values<{ ports?: string[] }>(services).flatMap(({ ports = [] }) => ports);
  expect(ports.length).toBeGreaterThan(0);
  for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
});

test('no token has a default: the operator chooses one', () => {
  const tokens = Object.values(services).flatMap((service) => {
    const { PGTASKQUEUE_TOKEN } = (service as { environment?: Record<string, string> }).environment ?? {};
    return PGTASKQUEUE_TOKEN === undefined ? [] : [PGTASKQUEUE_TOKEN];
  });
  expect(tokens).toEqual([expect.stringMatching(/^\$\{PGTASKQUEUE_TOKEN:\?[^}]+\}$/)]);
});

test.skipIf(spawnSync('psql', ['--version']).status !== 0)(
  'that login is made, again too, and is a member of taskqueue_server alone',
  async () => {
    const [, ...shell] = services.login.entrypoint;
    const script = services.login.command[0].replaceAll('$$', '$');
    const env = { ...process.env, ...libpq(database.url), SERVER_PASSWORD: `it's $ecret` };
    for (let time = 0; time < 2; time++) execFileSync(services.login.entrypoint[0], [...shell, script], { env });
    const made = await rows(
      database.pool,
      `select r.rolcanlogin, r.rolsuper, r.rolcreaterole, array_agg(m.roleid::regrole::text) as member_of
     from pg_roles as r join pg_auth_members as m on m.member = r.oid where r.rolname = $1 group by r.oid, 1, 2, 3`,
      [LOGIN],
    );
    expect(made).toEqual([
      { rolcanlogin: true, rolsuper: false, rolcreaterole: false, member_of: ['taskqueue_server'] },
    ]);
    await database.pool.query(`drop role ${LOGIN}`);
  },
);
