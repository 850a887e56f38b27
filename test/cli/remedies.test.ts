// What the command line advises: commands, where the database's own hints are SQL.
import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { sqlAsCommands } from '../../src/cli/sql-as-commands.ts';
import { useDatabase } from '../support/db.ts';
import { runHere } from './command.ts';

const database = useDatabase();

beforeAll(async () => {
  process.env.DATABASE_URL = database.url;
  await database.pool.query(
    `select taskqueue.create_queue('mail'), taskqueue.create_queue('photos', mode => 'pull'), taskqueue.create_queue('held', mode => 'pull'),
            taskqueue.pause_queue('held'), taskqueue.add('mail', name => 'once', countdown => 60, transactional => false)`,
  );
});

test.each([
  [['queues', 'create', 'mail'], 'Change it: pgtaskqueue queues update mail …'],
  [['tasks', 'lease', 'held'], 'Resume it: pgtaskqueue queues resume held'],
  [['tasks', 'lease', 'mail'], 'Send a task of a push queue now: pgtaskqueue tasks run mail NAME'],
  [['tasks', 'run', 'photos', 'x'], 'Lease its tasks: pgtaskqueue tasks lease photos'],
  [['tasks', 'add', 'mail', '--name', 'once'], 'Show it: pgtaskqueue tasks describe mail once'],
  [['tasks', 'add', 'mail', '--url', 'https://example.com/'], 'pgtaskqueue serve --allow-url example.com'],
  [['tasks', 'requeue', 'mail', 'x'], 'List its dead tasks: pgtaskqueue tasks dead mail'],
  [['cron', 'run', 'x'], 'List all jobs: pgtaskqueue cron list'],
])('%j advises a command', async (args, advice) => {
  const { stderr } = await runHere(args);
  expect(stderr).toContain(advice);
  expect(stderr).not.toContain('select ');
});

describe('SQL as a command', () => {
  test.each([
    [`select taskqueue.resume_queue('mail');`, 'pgtaskqueue queues resume mail'],
    [
      `Put it back: select * from taskqueue.requeue_task('mail', 'a-1');`,
      'Put it back: pgtaskqueue tasks requeue mail a-1',
    ],
    [
      `select taskqueue.update_queue('mail', rate => '5/s', bucket_size => 5);`,
      'pgtaskqueue queues update mail --rate 5/s --bucket-size 5',
    ],
    [`select taskqueue.set_target('a', ..., max_concurrent => ...);`, 'pgtaskqueue targets set a … --max-concurrent …'],
    ['select pg_terminate_backend(7);', 'select pg_terminate_backend(7);'],
    ['Start one: pgtaskqueue serve', 'Start one: pgtaskqueue serve'],
  ])('%s', (sql, words) => expect(sqlAsCommands(sql)).toBe(words));

  test('there is one for every call that explain_task advises', () => {
    const folder = path.resolve(import.meta.dirname, '../../migrations/functions');
    const files = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const explaining = files.filter((file) => /_explain_\w+\.sql$/.test(file));
    const sql = explaining.map((file) => fs.readFileSync(path.join(folder, file), 'utf8')).join('');
    const calls = [...sql.matchAll(/'[^'\n]*(select (?:\* from )?taskqueue\.\w+\((?:[^()']|'')*\);?)/g)].map(
      ([, call = '']) => call,
    );
    expect(calls.length).toBeGreaterThan(8);
    expect(calls.map(sqlAsCommands).filter((words) => !words.startsWith('pgtaskqueue '))).toEqual([]);
  });
});
