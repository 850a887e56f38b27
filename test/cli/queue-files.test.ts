import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { useDatabase } from '../support/db.ts';
import { main, runHere } from './command.ts';

const database = useDatabase();
let folder: string;
beforeAll(() => {
  process.env.DATABASE_URL = database.url; // for what runs here
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'queue-files-'));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));
beforeEach(async () => {
  fs.rmSync(folder, { recursive: true });
  fs.mkdirSync(folder);
  await database.pool.query(`select taskqueue.delete_queue(name) from taskqueue.queues where name <> 'default'`);
  await database.pool.query(
    'delete from taskqueue._queues where deleted_at is not null; delete from taskqueue._settings',
  );
});

function write(text: string, name = 'queue.yaml'): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, text);
  return file;
}

const queues = (...args: string[]) => runHere(['queues', ...args]);
const json = async (...args: string[]) => JSON.parse((await queues('--json', ...args)).stdout);

// Every directive of queue.yaml.
const EVERYTHING = `application: shop
total_storage_limit: 120M
resume_paused_queues: False
queue:
- name: default
  rate: 10/m
- name: mail
  mode: push
  rate: 7200./h
  bucket_size: 40
  max_concurrent_requests: 10
  target: v1.mailer
  retry_parameters:
    task_retry_limit: 7
    task_age_limit: 1.5d
    min_backoff_seconds: 10
    max_backoff_seconds: 200.5
    max_doublings: 0
- name: quick
  rate: 5/s
  retry_parameters:
    max_backoff_seconds: 0.05
- name: "010"
  rate: 0
- name: "42"
  rate: 1/d
  target: 7
- name: work
  mode: pull
  retry_parameters:
    task_retry_limit: 0
  acl:
  - user_email: ada@example.com
  - writer_email: bob@example.com
`;

test('a file of every directive: apply, export, apply gives no difference', async () => {
  expect(await queues('apply', write(EVERYTHING), '--yes')).toMatchObject({ code: 0, stderr: '' });
  const exported = (await queues('export')).stdout;
  const again = await queues('apply', write(exported), '--dry-run');
  expect(again).toEqual({ code: 0, stdout: 'No changes.\n', stderr: '' });
  expect((await queues('apply', write(EVERYTHING), '--dry-run')).stdout).toBe('No changes.\n');
  await queues('apply', write(exported));
  expect((await queues('export')).stdout).toBe(exported);
  expect(exported).toBe(`total_storage_limit: 120M
resume_paused_queues: false
queue:
- name: "010"
  rate: "0"
- name: "42"
  rate: 1/d
  target: "7"
- name: default
  rate: 10/m
- name: mail
  rate: 7200./h
  bucket_size: 40
  max_concurrent_requests: 10
  target: v1.mailer
  retry_parameters:
    task_retry_limit: 7
    task_age_limit: 129600s
    min_backoff_seconds: 10
    max_backoff_seconds: 200.5
    max_doublings: 0
- name: quick
  rate: 5/s
  retry_parameters:
    min_backoff_seconds: 0.05
    max_backoff_seconds: 0.05
- name: work
  mode: pull
  retry_parameters:
    task_retry_limit: 0
  acl:
  - user_email: ada@example.com
  - writer_email: bob@example.com
`);
});

test('queues that were made by create, paused or not: what is exported applies to no difference', async () => {
  await queues('create', 'mine', '--rate', '50/s', '--tombstone-ttl', '1h');
  await queues('create', 'stopped');
  await queues('pause', 'stopped', '--reason', 'by hand');
  const dry = await queues('apply', write((await queues('export')).stdout), '--dry-run');
  expect(dry).toMatchObject({ code: 0, stdout: 'adopt mine\nadopt stopped\nNo changes.\n' });
  expect((await queues('apply', folder)).code).toBe(0); // nothing to ask about
  expect((await queues('apply', folder, '--dry-run')).stdout).toBe('No changes.\n');
});

test('an export warns of settings that no file can contain', async () => {
  await queues('create', 'odd', '--target', 'host:8080');
  expect((await queues('export')).stderr).toContain(
    "a queue file cannot express this: queue odd: target must be service or version.service, in lower-case letters, digits and hyphens, not beginning with a hyphen, got 'host:8080'",
  );
});

test('the plan: what is made, changed, paused, resumed and disabled', async () => {
  await queues(
    'apply',
    write('queue:\n- {name: a, rate: 5/s}\n- {name: b, rate: 5/s}\n- {name: c, rate: 5/s}\n- {name: d, rate: 5/s}\n'),
    '--yes',
  );
  await queues('pause', 'b');
  const next =
    'total_storage_limit: 1G\nqueue:\n- {name: a, rate: 10/s, target: w}\n- {name: b, rate: 5/s}\n- {name: c, rate: 0}\n- {name: n, mode: pull}\n';
  expect(await queues('apply', write(next), '--dry-run')).toEqual({
    code: 1,
    stderr: '',
    stdout: `change all queues: total_storage_limit: none → 1G
change a: rate: 5/s → 10/s, target: none → w
resume b
change c: rate: 5/s → 0, pause
create n: mode pull, min_backoff_seconds 0.1, max_backoff_seconds 3600, max_doublings 16
disable d
`,
  });
  expect(await json('apply', write(next), '--dry-run')).toMatchObject({
    applied: false,
    changes: expect.arrayContaining([{ queue: 'a', change: 'change', setting: 'rate', before: '5/s', after: '10/s' }]),
  });
  expect(await json('describe', 'd')).toMatchObject({ state: 'running' });
  expect(await json('apply', folder, '--yes')).toMatchObject({ applied: true });
  expect(await json('describe', 'd')).toMatchObject({ state: 'disabled' });
  expect((await queues('export')).stdout).not.toContain('name: d\n');
});

test('the list of queues shows how much of total_storage_limit is used', async () => {
  await queues('apply', write('total_storage_limit: 2K\nqueue: []\n'), '--yes');
  await database.pool.query(
    `select taskqueue.add(payload => repeat('x', 1000)); select setval('taskqueue._storage_measured', 1)`,
  );
  await database.pool.query(`select taskqueue.add(payload => 'x')`); // measures
  expect((await queues('list')).stdout).toMatch(/\n\nStorage: 1\.1K of 2K \(55 %\), measured (now|\ds ago)\.\n$/);
});

test('without a terminal it applies with --yes only', async () => {
  const refused = await queues('apply', write('queue:\n- {name: a, rate: 5/s}\n'));
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
  expect((await queues('describe', 'a')).code).toBe(3);
});

describe('files that are refused', () => {
  test('with all that is wrong, and nothing is changed', async () => {
    const file = write('queue:\n- {name: a, rate: 5/s}\n- name: b\n  rate: fast\n  bucket: 5\n');
    const ran = await queues('apply', file, '--yes');
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain(`${file}:4:9: queue b: rate must be a number, a slash and s, m, h or d`);
    expect(ran.stderr).toContain(`${file}:5:3: queue b has no key 'bucket': did you mean bucket_size?`);
    expect(ran.stderr).toContain('Fix these 2 problems and run apply again.');
    expect((await queues('describe', 'a')).code).toBe(3);
  });

  test.each(['queue.yaml', 'queue.xml', ''])('%j where both files are', async (name) => {
    write('queue: []\n');
    write('<queue-entries/>', 'queue.xml');
    const ran = await queues('apply', path.join(folder, name), '--dry-run');
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('contains both queue.yaml and queue.xml')]);
  });

  test.each([
    ['no file', 'none.yaml', 'there is no file'],
    ['an empty folder', '', 'contains neither queue.yaml nor queue.xml'],
  ])('%s', async (_, name, message) => {
    const ran = await queues('apply', path.join(folder, name));
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  test('a file of a megabyte', async () => {
    expect((await queues('apply', write('#'.repeat(1_000_000)))).stderr).toContain('must have at most 262144 bytes');
  });
});

test('queue.xml is applied, with warnings', async () => {
  const xml =
    '<queue-entries><queue><name>x</name><rate>5/s</rate><max-concurrent-requests>9000</max-concurrent-requests></queue></queue-entries>';
  const ran = await queues('apply', write(xml, 'queue.xml'), '--yes');
  expect(ran.stderr).toMatch(/^warning: .*queue\.xml:1:\d+: queue x: max_concurrent_requests 9000 is stored as 5000$/m);
  expect(await json('describe', 'x')).toMatchObject({ max_concurrent_requests: 5000 });
});

const SCRIPT = '/usr/bin/script'; // runs a command at a terminal of its own

test.skipIf(!fs.existsSync(SCRIPT))('at a terminal it shows the plan and asks', async () => {
  const file = write('queue:\n- {name: asked, rate: 5/s}\n');
  const no = await applyAtTerminal(file, '\n');
  expect(no.shown).toMatch(/create asked: .*rate 5\/s[\s\S]*Apply this plan\? \[y\/N\]/);
  expect([no.code, (await queues('describe', 'asked')).code]).toEqual([1, 3]);
  expect([(await applyAtTerminal(file, 'y\n')).code, (await queues('describe', 'asked')).code]).toEqual([0, 0]);
});

function applyAtTerminal(file: string, answer: string): Promise<{ code: number | null; shown: string }> {
  const command = `"${process.execPath}" "${main}" queues apply "${file}"`;
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, DATABASE_URL: database.url, NO_COLOR: '1' };
  const child = spawn(SCRIPT, ['-qec', command, '/dev/null'], { env });
  let shown = '';
  let answered = false;
  child.stdout.on('data', (chunk) => {
    shown += chunk;
    if (!answered && shown.includes('[y/N]')) child.stdin.write(answer);
    answered ||= shown.includes('[y/N]');
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, shown })));
}
