// `pgtaskqueue relay`: its file, its table, one pass, and metrics while it runs.

import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { bareDatabase, queryAt } from '../support/bare-database.ts';
import { useDatabase } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { temporaryFolder } from '../support/folder.ts';
import { parsePrometheusText } from '../support/prometheus-text.ts';
import { run, start } from './command.ts';

const db = useDatabase();

/** A store made with the printed statements, and a file that names it. */
async function aStore({ table = '' } = {}) {
  const { url } = await bareDatabase();
  const { stdout, code } = await run(['relay', '--print-table', ...(table ? [table] : [])]);
  expect(code).toBe(0);
  await queryAt(url, stdout);
  const config = path.join(temporaryFolder(), 'relay.yaml');
  fs.writeFileSync(
    config,
    `sources:\n- name: shop\n  url: env:STORE\n  poll_seconds: 0.05\n${table && `  table: ${table}\n`}`,
  );
  return { url, config, env: { STORE: url, DATABASE_URL: db.url } };
}

test.each(['', 'outgoing'])(
  '--once relays what is there, from the table that --print-table %s creates',
  async (table) => {
    const { url, config, env } = await aStore({ table });
    await queryAt(
      url,
      `insert into ${table || 'taskqueue_outbox'} (queue, task) values ('default', '{"url": "/a"}'), ('none', '{}')`,
    );
    const { stdout, stderr, code } = await run(['relay', '--config', config, '--once'], { env });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'shop: 1 added, 0 had been added before, 1 refused\n' });
    expect(stderr).toContain('there is no queue none');
    const json = await run(['relay', '--config', config, '--once', '--json'], { env });
    expect(JSON.parse(json.stdout)).toMatchObject({ sources: [{ source: 'shop', added: 0, refused: 1 }] });
  },
);

test('runs until it is stopped, with metrics, and waits for a store that is down', async () => {
  const { url, config, env } = await aStore();
  const pool = new pg.Pool({ connectionString: url });
  onTestFinished(() => pool.end());
  fs.appendFileSync(config, '- name: down\n  url: postgresql://nobody@127.0.0.1:1/nothing\n');
  const relay = start(['relay', '--config', config, '--port', '0', '--json'], { env });
  onTestFinished(() => void relay.kill('SIGKILL'));
  let printed = '';
  relay.stdout?.on('data', (chunk) => (printed += chunk));
  await eventually(() => expect(JSON.parse(printed)).toMatchObject({ sources: ['shop', 'down'] }));
  await pool.query(`insert into taskqueue_outbox (queue, task) values ('default', '{"url": "/b"}')`);
  const metrics = `${JSON.parse(printed).url}/metrics`;
  await eventually(async () => {
    const families = parsePrometheusText(await (await fetch(metrics)).text());
    const samples = families.get('pgtaskqueue_relay_rows_total')?.samples ?? [];
    expect(samples.find(({ labels }) => labels.source === 'shop' && labels.result === 'added')?.value).toBe(1);
    expect(families.get('pgtaskqueue_relay_lag_seconds')?.samples.map(({ labels }) => labels.source)).toEqual(['shop']);
  });
  expect((await fetch(metrics.replace('metrics', 'healthz'))).status).toBe(200);
  relay.kill('SIGTERM');
  expect(await relay.ran).toMatchObject({ code: 0, stderr: expect.stringContaining('relay of source down failed') });
});

test.each<[string, string, string]>([
  ['no file', '', '--config must name the file'],
  ['no sources', 'sources: []\n', 'must have a list of sources, got none'],
  ['an unknown key', 'sources:\n- name: a\n  uri: env:X\n', 'did you mean url?'],
  ['a bad name', 'sources:\n- name: a b\n  url: env:X\n', 'name must be 1 to 60 letters'],
  [
    'two of one name',
    'sources:\n- name: a\n  url: env:STORE\n- name: a\n  url: env:STORE\n',
    'two sources are named a',
  ],
  [
    'a variable that is not set',
    'sources:\n- name: a\n  url: env:NOT_SET\n',
    'got env:NOT_SET: the variable is not set',
  ],
  ['no database', 'sources:\n- name: a\n  url: mysql://x\n', 'env:NAME, file:/path or a connection string'],
])('%s is bad usage', async (_, content, message) => {
  const config = path.join(temporaryFolder(), 'relay.yaml');
  if (content) fs.writeFileSync(config, content);
  const ran = await run(['relay', ...(content ? ['--config', config] : [])], {
    env: { DATABASE_URL: db.url, STORE: db.url },
  });
  expect(ran.stderr).toContain(message);
  expect(ran.code).toBe(2);
});
