import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { useDatabase } from '../support/db.ts';
import { main } from './command.ts';

const database = useDatabase();
const SCRIPT = '/usr/bin/script'; // runs a command at a terminal of its own

function purgeAtTerminal(answer: string): Promise<{ code: number | null; shown: string }> {
  const command = `"${process.execPath}" "${main}" queues purge default`;
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(SCRIPT, ['-qec', command, '/dev/null'], { env: { PATH, HOME, DATABASE_URL: database.url } });
  let shown = '';
  let answered = false;
  child.stdout.on('data', (chunk) => {
    shown += chunk;
    if (!answered && shown.includes('[y/N]')) child.stdin.write(answer);
    answered ||= shown.includes('[y/N]');
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, shown })));
}

test.skipIf(!existsSync(SCRIPT))('at a terminal, purging asks with the count', async () => {
  await database.pool.query("select from taskqueue.add_tasks('default', '[{}, {}, {}]', transactional => false)");
  const count = async () => (await database.pool.query('select from taskqueue.tasks')).rowCount;
  const no = await purgeAtTerminal('\n');
  expect(no.shown).toContain('Delete 3 tasks from queue default? [y/N]');
  expect([no.code, await count()]).toEqual([1, 3]);
  const yes = await purgeAtTerminal('y\n');
  expect([yes.code, await count()]).toEqual([0, 0]);
});
