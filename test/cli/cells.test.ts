// Commands on one cell of a settings file, and on all of them.

import { copyFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { servedBy } from '../../src/cli/options-of-server.ts';
import { readConfig } from '../../src/server/config.ts';
import { useDatabase } from '../support/db.ts';
import { sharedFolder, writeFiles } from '../support/folder.ts';
import { value } from '../support/sql.ts';
import { run, runHere } from './command.ts';

const eu = useDatabase();
const us = useDatabase();
const folder = sharedFolder();
const config = `${folder}/serve.yaml`;
const dead = `${folder}/dead.yaml`;

beforeAll(async () => {
  const lines = (cells: Record<string, string>) =>
    `cells:\n${Object.entries(cells)
      .map(([name, url]) => `  ${name}: { database: "${url}" }\n`)
      .join('')}default_cell: us\n`;
  writeFiles(folder, {
    'serve.yaml': lines({ eu: eu.url, us: us.url }),
    'dead.yaml': lines({ eu: eu.url, gone: 'postgresql://ada:secret@127.0.0.1:1/x', us: us.url }),
    'queue.yaml': 'queue:\n- name: filed\n  rate: 5/s\n',
    'relay.yaml': 'sources:\n- name: shop\n  url: env:NOWHERE\n',
  });
  await eu.pool.query(`select taskqueue.create_queue('mail-eu')`);
  await us.pool.query(`select taskqueue.create_queue('mail-us')`);
});

const namesOf = (stdout: string) => JSON.parse(stdout).map(({ name }: { name: string }) => name);

test('the named cell, or else the default one', async () => {
  const on = (...args: string[]) => runHere(['queues', 'list', '--json', '--config', config, ...args]);
  expect(namesOf((await on('--cell', 'eu')).stdout)).toEqual(['default', 'mail-eu']);
  expect(namesOf((await on()).stdout)).toEqual(['default', 'mail-us']);
  const before = await runHere(['--config', config, '--cell', 'eu', 'queues', 'list', '--json']);
  expect(namesOf(before.stdout)).toEqual(['default', 'mail-eu']);
});

test('the file can be named by the environment', async () => {
  const { stdout } = await run(['queues', 'list', '--json', '--cell', 'eu'], {
    cwd: folder,
    env: { PGTASKQUEUE_CONFIG: 'serve.yaml' },
  });
  expect(namesOf(stdout)).toEqual(['default', 'mail-eu']);
});

test('a command on one cell needs no other', async () => {
  const file = `${folder}/partly.yaml`;
  writeFiles(folder, { 'partly.yaml': `cells: { eu: { database: "${eu.url}" }, us: { database: env:NOT_SET } }` });
  const { code, stdout } = await runHere(['queues', 'list', '--json', '--config', file]);
  expect([code, namesOf(stdout)]).toEqual([0, ['default', 'mail-eu']]);
  const all = await runHere(['queues', 'list', '--all', '--json', '--config', file]);
  expect([all.code, Object.keys(JSON.parse(all.stdout))]).toEqual([2, ['eu', 'us']]);
  expect(all.stderr).toContain('us: the database of cell us must be readable, got env:NOT_SET');
});

test('a server serves all cells, or the one that is named', () => {
  const cells = [
    { name: 'eu', database: eu.url },
    { name: 'us', database: us.url },
  ];
  const served = (cell: string | undefined) => servedBy(readConfig({ cells, defaultCell: 'us', cell }, {}), cell);
  expect(served(undefined)).toMatchObject({ cells: { eu: {}, us: {} }, defaultCell: 'us' });
  expect(served('eu')).toEqual({ cells: { eu: { database: expect.anything() } }, defaultCell: 'eu' });
});

test('an unknown cell is bad usage, and names those there are', async () => {
  const other = await runHere(['queues', 'list', '--config', config, '--cell', 'asia']);
  expect(other).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('cells: eu, us') });
  const close = await runHere(['queues', 'list', '--config', config, '--cell', 'eus']);
  expect(close.stderr).toContain('did you mean eu?');
  const none = await runHere(['queues', 'list', '--cell', 'eu']);
  expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('PGTASKQUEUE_CONFIG') });
});

test('advice repeats the cell', async () => {
  const given = ['--config', config, '--cell', 'eu'];
  const { code, stderr } = await runHere(['queues', 'describe', 'no-such', ...given]);
  expect(code).toBe(3);
  expect(stderr).toContain(`pgtaskqueue --config ${config} --cell eu queues list`);
  const spaced = `${folder}/our cells.yaml`;
  copyFileSync(config, spaced);
  const quoted = await runHere(['queues', 'describe', 'no-such', '--config', spaced, '--cell', 'eu']);
  expect(quoted.stderr).toContain(`pgtaskqueue --config '${spaced}' --cell eu queues list`);
  const { stdout } = await runHere(['tasks', 'explain', 'mail-eu', 'x', ...given]);
  expect(stdout).toContain('--cell eu tasks list mail-eu');
});

test('relay keeps its own --config, and works on the cell', async () => {
  const { code, stderr } = await run(['relay', '--once', '--config', 'relay.yaml', '--cell', 'eu'], {
    cwd: folder,
    env: { PGTASKQUEUE_CONFIG: 'serve.yaml' },
  });
  expect([code, stderr]).toEqual([2, expect.stringContaining('url of source shop must be readable')]);
  const help = await runHere(['relay', '--help']);
  expect(help.stdout.match(/--config/g)).toHaveLength(2); // the option and the example
});

describe('--all', () => {
  test('lists each cell under its name', async () => {
    const { code, stdout } = await runHere(['queues', 'list', '--all', '--config', config]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^eu:\n[\s\S]*mail-eu[\s\S]*\n\nus:\n[\s\S]*mail-us/);
    const json = JSON.parse((await runHere(['queues', 'list', '--all', '--json', '--config', config])).stdout);
    expect(Object.keys(json)).toEqual(['eu', 'us']);
  });

  test('a cell that fails keeps no other from being done; the exit code is the worst', async () => {
    const { code, stdout, stderr } = await runHere(['migrate', '--all', '--json', '--config', dead]);
    expect(code).toBe(75);
    expect(stderr).toContain('pgtaskqueue: gone: ');
    expect(stdout + stderr).not.toContain('secret');
    expect(JSON.parse(stdout)).toMatchObject({
      eu: { applied: [] },
      gone: { error: { name: 'TransientError' } },
      us: { applied: [] },
    });
  });

  test('applies a file to each', async () => {
    const apply = ['queues', 'apply', `${folder}/queue.yaml`, '--all', '--config', config];
    expect((await runHere([...apply, '--dry-run'])).code).toBe(1);
    expect((await runHere(apply)).code).toBe(2); // nobody can confirm it
    expect((await runHere([...apply, '--yes'])).code).toBe(0);
    for (const { pool } of [eu, us])
      expect(await value(pool, `select count(*)::integer from taskqueue.queues where name = 'filed'`)).toBe(1);
  });

  test('examines each, and advises with its name', async () => {
    await us.pool.query(`select taskqueue.pause_queue('mail-us'), taskqueue.add('mail-us')`);
    const { code, stdout } = await runHere(['doctor', '--all', '--config', config]);
    expect(code).toBe(1);
    expect(stdout).toContain(`Resume it: pgtaskqueue --config ${config} --cell us queues resume mail-us`);
    expect(stdout).toContain('Start one: pgtaskqueue serve');
    const json = JSON.parse((await runHere(['doctor', '--all', '--json', '--config', config])).stdout);
    expect(Object.keys(json)).toEqual(['eu', 'us']);
  });

  test('needs cells', async () => {
    const { code, stderr } = await runHere(['doctor', '--all', '--database-url', eu.url]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--config or PGTASKQUEUE_CONFIG')]);
  });
});
