// All screens of the console, and a database to show on them.

import fs from 'node:fs';
import path from 'node:path';
import type pg from 'pg';

/** By the names of their pictures. */
export const SCREENS: Record<string, string> = {
  queues: '/queues',
  'new-queue': '/new-queue',
  queue: '/queues/mail',
  'queue-lowered': '/queues/webhooks-out',
  'queue-pull': '/queues/index-documents',
  purge: '/queues/mail/purge',
  tasks: '/queues/mail/tasks',
  'choose-queue': '/tasks',
  task: '/queues/mail/tasks/order-88101-receipt',
  'task-hostile': '/queues/mail/tasks/hostile',
  dead: '/dead',
  tombstones: '/tombstones',
  cron: '/cron',
  dispatchers: '/dispatchers',
  targets: '/targets',
  'set-target': '/targets/set?name=mailer',
  'rotate-key': '/targets/keys/rotate?target=mailer',
  tokens: '/tokens',
  'create-token': '/tokens/create',
  health: '/health',
  audit: '/audit',
  add: '/add',
  find: '/find?q=mail',
  keys: '/keys',
  'not-found': '/queues/no-such-queue',
};

/** Fills the database. The client stands for a dispatcher that leads all push queues: keep it open. */
export async function fillConsole(client: pg.Client): Promise<void> {
  await client.query(`set application_name = 'pgtaskqueue dispatcher'`);
  const file = path.join(import.meta.dirname, 'fixture.sql');
  for (const statement of fs.readFileSync(file, 'utf8').split(/;$/m)) {
    const times = Number(/\/\* 1\.\.(\d+) \*\//.exec(statement)?.[1] ?? 1);
    for (let n = 1; n <= times; n += 1) await client.query(statement.replaceAll(':n', String(n)));
  }
}

/** Holds an old snapshot, which the page of health names: keep it open. */
export async function holdSnapshot(client: pg.Client): Promise<void> {
  await client.query(`set application_name = 'psql'`);
  await client.query('begin isolation level repeatable read');
  await client.query('select count(*) from taskqueue.targets');
}
