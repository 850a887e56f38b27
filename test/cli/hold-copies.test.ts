// `serve --hold-copies`: a copy of production sends nothing before somebody resumes its queues.

import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { fakeTarget } from '../../src/testing/fake-target.ts';
import { bareDatabase } from '../support/bare-database.ts';
import { useDatabase } from '../support/db.ts';
import { value } from '../support/sql.ts';
import { printed, run, start } from './command.ts';

const copy = useDatabase(); // of the tests' template

async function serve(databaseUrl: string, ...args: string[]) {
  const child = start(['serve', '--port', '0', ...args], { env: { DATABASE_URL: databaseUrl } });
  onTestFinished(() => void child.kill('SIGKILL'));
  await printed(child, /http:\/\/\S+:\d+/);
  return async () => {
    child.kill('SIGINT');
    return child.ran;
  };
}

test('the queues of a copy wait until they are resumed, and are not held again', async () => {
  const target = await fakeTarget();
  onTestFinished(() => target.close());
  await copy.pool.query('select taskqueue.set_target($1, $2)', ['default', target.url]);
  await copy.pool.query(`select taskqueue.add(url => '/waits')`);
  const stop = await serve(copy.url, '--hold-copies');
  expect(await value(copy.pool, `select paused_reason from taskqueue.queues where name = 'default'`)).toContain(
    'is a copy',
  );
  await run(['queues', 'resume', 'default'], { env: { DATABASE_URL: copy.url } });
  await expect.poll(() => target.requests.map(({ url }) => url)).toEqual(['/waits']);
  const { stderr } = await stop();
  expect(stderr).toContain('this database is a copy: its push queues are paused until they are resumed');
  await (await serve(copy.url, '--hold-copies'))();
  expect(await value(copy.pool, `select state from taskqueue.queues where name = 'default'`)).toBe('running');
});

test('a database that is no copy is not held', async () => {
  const { url, query } = await bareDatabase();
  expect((await run(['migrate'], { env: { DATABASE_URL: url } })).code).toBe(0);
  await (await serve(url, '--hold-copies'))();
  expect((await query(`select state from taskqueue.queues where name = 'default'`)).rows).toEqual([
    { state: 'running' },
  ]);
});

test('the page on copies names commands and options that there are', async () => {
  const page = readFileSync(new URL('../../docs/operate/copies.md', import.meta.url), 'utf8');
  const commands = [...page.matchAll(/pgtaskqueue ((?:[a-z]+ ?)+)((?: ?--[a-z-]+)*)/g)];
  expect(commands.length).toBeGreaterThan(5);
  for (const [, words = '', options = ''] of commands) {
    const command = words
      .trim()
      .split(' ')
      .slice(0, words.startsWith('queues') || words.startsWith('targets') ? 2 : 1);
    const { code, stdout } = await run([...command, '--help'], {});
    expect(code, command.join(' ')).toBe(0);
    for (const option of options.trim().split(' ').filter(Boolean)) expect(stdout, command.join(' ')).toContain(option);
  }
});
