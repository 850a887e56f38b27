// The command at a terminal: colours, and questions before something is destroyed. The terminal is a pseudo-terminal of
// util-linux's `script`.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useDatabase } from '../support/db.ts';
import { main } from './command.ts';

const here = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') ?? false;
if (!here) console.warn('skipped: the command at a terminal, because script of util-linux is not installed');

const database = useDatabase();
const ESCAPE = '\u001b[';
/** What watch prints before each refresh. */
const CLEAR = `${ESCAPE}H${ESCAPE}2J`;
let cwd: string;

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'terminal-'));
  await database.pool.query(`select taskqueue.create_queue('mail'), taskqueue.pause_queue('mail')`);
  await database.pool.query(`select taskqueue.add('mail') from generate_series(1, 3)`);
});
afterAll(() => rmSync(cwd, { recursive: true }));

/** Runs the command at a terminal, and types these lines. */
function atTerminal(
  args: string,
  typed = '',
  env: Record<string, string> = {},
  columns = 200,
): Promise<{ code: number | null; shown: string }> {
  const command = `stty cols ${columns}; '${process.execPath}' '${main}' ${args}`;
  const { PATH = '', HOME = '' } = process.env;
  const terminal = spawn('script', ['--quiet', '--return', '--echo', 'never', '--command', command, join(cwd, 'log')], {
    env: { PATH, HOME, TERM: 'xterm', DATABASE_URL: database.url, ...env },
    cwd,
  });
  let shown = '';
  let answered = false;
  terminal.stdout.on('data', (chunk) => {
    shown += chunk;
    if (answered || typed === '' || !shown.includes('?')) return;
    answered = true;
    terminal.stdin.write(typed);
  });
  return new Promise((resolve) =>
    terminal.on('close', (code) => resolve({ code, shown: shown.replaceAll('\r\n', '\n') })),
  );
}
const left = async () =>
  (await database.pool.query(`select tasks from taskqueue.queues where name = 'mail'`)).rows[0].tasks;

describe.runIf(here)('at a terminal', () => {
  test('headings and states stand out', async () => {
    const { code, shown } = await atTerminal('queues list');
    expect(code).toBe(0);
    expect(shown).toContain(`${ESCAPE}1mNAME${ESCAPE}22m`);
    expect(shown).toContain(`${ESCAPE}33mpaused${ESCAPE}39m`);
    expect(shown).toContain(`${ESCAPE}31mno dispatcher${ESCAPE}39m`);
  });

  test.each([
    ['NO_COLOR', 'queues list', { NO_COLOR: '1' }],
    ['--json', 'queues list --json', {}],
  ])('not with %s', async (_, args, env) => {
    const { shown } = await atTerminal(args, '', env);
    expect(shown).toContain('mail');
    expect(shown).not.toContain(ESCAPE);
  });

  test('lists fit 80 columns; --wide shows all', async () => {
    await database.pool.query(
      `select taskqueue.add('mail', url => '/a/rather/long/path/' || repeat('x', 60), method => 'PUT'), taskqueue.pause_queue('mail', reason => repeat('long ', 30))`,
    );
    for (const list of ['queues list', 'tasks list mail', 'audit', 'queues watch --count 1']) {
      const { code, shown } = await atTerminal(list, '', { NO_COLOR: '1' }, 80);
      expect(code).toBe(0);
      const lines = shown.replaceAll(CLEAR, '').split('\n');
      expect(lines.filter((line) => line.length > 80)).toEqual([]);
    }
    const narrow = (await atTerminal('tasks list mail', '', { NO_COLOR: '1' }, 80)).shown;
    expect(narrow).toMatch(/^task-[0-9a-f]{32} +due .*…/m); // its name in full, as other commands want it
    expect(narrow).not.toContain('SIZE');
    const wide = (await atTerminal('tasks list mail --wide', '', { NO_COLOR: '1' }, 80)).shown;
    expect(wide).toContain('x'.repeat(60));
    expect(wide).toContain('SIZE');
    await database.pool.query(`delete from taskqueue._tasks where url is not null`);
  });

  test('purging asks, with the number of tasks; no keeps them', async () => {
    const { code, shown } = await atTerminal('queues purge mail', 'n\n');
    expect(shown).toContain('Delete 3 tasks from queue mail?');
    expect([code, await left()]).toEqual([1, '3']);
  });

  test('and yes removes them', async () => {
    const { code, shown } = await atTerminal('queues purge mail', 'y\n');
    expect(shown).toContain('Purged 3 tasks from queue mail.');
    expect([code, await left()]).toEqual([0, '0']);
  });

  test('long work shows how far it is', async () => {
    await database.pool.query(
      `select taskqueue.create_queue('flaky', rate => '500/s', retry => '{"task_retry_limit": 0}')`,
    );
    await database.pool.query(
      `select taskqueue.add_tasks('flaky', (select jsonb_agg('{}'::jsonb) from generate_series(1, 25)), transactional => false)`,
    );
    await database.pool.query(
      `select taskqueue.fail_task('flaky', id, lease_token, 500, 'App Error', true, false) from taskqueue.claim_tasks('flaky', 25)`,
    );
    const { shown } = await atTerminal('tasks requeue flaky --all');
    expect(shown).toContain('Requeued 20 dead tasks of queue flaky …');
    expect(shown).toContain('Requeued 25 dead tasks of queue flaky.');
  });

  test('deleting a queue asks, too', async () => {
    const { code, shown } = await atTerminal('queues delete mail', 'n\n');
    expect(shown).toContain('Delete queue mail with its 0 tasks?');
    expect(code).toBe(1);
  });
});
