// What docs/guide/idempotency.md shows is run as it stands: a task that is delivered twice is done once.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { aTaskRequest, SECRET } from './handler/a-task-request.ts';
import { useDatabase } from './support/db.ts';
import { temporaryFolder, writeFiles } from './support/folder.ts';
import { value } from './support/sql.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const db = useDatabase();
const page = fs.readFileSync(path.join(ROOT, 'docs/guide/idempotency.md'), 'utf8');
const block = (language: string) => new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'ms').exec(page)?.[1] ?? '';

const DELIVERIES = `
import { POST } from './handler.ts'
const { url, method, headers, body } = JSON.parse(process.env.SENT)
const statuses = []
const deliver = async () => statuses.push((await POST(new Request(url, { method, headers, body }))).status)
await deliver()
await Promise.all([deliver(), deliver()])
console.log(JSON.stringify(statuses))
process.exit(0)
`;

test('a task that is delivered three times is done once', async () => {
  await db.pool.query(block('sql'));
  await db.pool.query('insert into accounts values (7, 100)');
  const folder = temporaryFolder();
  fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  writeFiles(folder, {
    'package.json': '{"type": "module"}',
    'handler.ts': block('ts').replace(`'pgtaskqueue/handler'`, `'${ROOT}/src/handler.ts'`),
    'deliveries.ts': DELIVERIES,
  });
  const body = '{"account":7,"amount":10}';
  const sent = { ...aTaskRequest({ body: Buffer.from(body) }), body };
  const { stdout } = await promisify(execFile)(process.execPath, [path.join(folder, 'deliveries.ts')], {
    env: { ...process.env, DATABASE_URL: db.url, PUSH_SECRET: SECRET, SENT: JSON.stringify(sent) },
  });
  expect(JSON.parse(stdout)).toEqual([200, 200, 200]);
  expect(await value(db.pool, 'select credit from accounts')).toBe(110);
});
