// These tests need root: only root can choose the user that PostgreSQL runs as.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findBinaries } from '../../src/embedded/binaries.ts';
import { startEmbedded } from '../../src/embedded/postgres.ts';
import { reachableBinaries, reachableFolder, userToRunAs } from '../../src/embedded/run-as.ts';
import { queryAt } from '../support/bare-database.ts';
import { temporaryFolder } from '../support/folder.ts';

const isRoot = process.getuid?.() === 0;

test.skipIf(isRoot)('an ordinary user runs PostgreSQL himself', () => expect(userToRunAs('nobody')).toBeUndefined());

describe.skipIf(!isRoot)('as root', () => {
  test('the wanted user is preferred, and root is never used', () => {
    expect(userToRunAs('nobody')?.name).toBe('nobody');
    expect(['postgres', 'nobody']).toContain(userToRunAs('root')?.name);
    expect(['postgres', 'nobody']).toContain(userToRunAs('no such user')?.name);
  });

  test('binaries that the user cannot reach are copied to a folder of root', () => {
    const user = userToRunAs();
    const shut = temporaryFolder();
    const binaries = findBinaries();
    fs.cpSync(binaries.directory, path.join(shut, 'native'), { recursive: true, verbatimSymlinks: true });
    const copied = { ...binaries, version: `test-${process.pid}`, directory: path.join(shut, 'native') };
    expect(reachableBinaries(copied, user)).toBe(copied);
    fs.chmodSync(shut, 0o700);
    const reached = reachableBinaries(copied, user);
    onTestFinished(() => fs.rmSync(reached.directory, { recursive: true }));
    expect(reached.directory).toBe(`/var/lib/pgtaskqueue/pg-test-${process.pid}`);
    expect(fs.statSync(reached.directory)).toMatchObject({ uid: 0 });
    expect(fs.statSync(reached.directory).mode & 0o022).toBe(0);
  });

  test('a folder that the user cannot enter has a substitute, which is emptied for a new folder', async () => {
    const shut = temporaryFolder();
    const dir = path.join(shut, 'data');
    fs.chmodSync(shut, 0o700);
    const lines: string[] = [];
    const once = async (statement: string) => {
      const server = await startEmbedded({ dir, port: null, ephemeral: true, log: (line) => lines.push(line) });
      try {
        return await queryAt(server.url, statement);
      } finally {
        await server.stop();
      }
    };
    await once('create table kept ()');
    onTestFinished(() => fs.rmSync(reachableFolder(dir, userToRunAs()), { recursive: true }));
    await once('select from kept');
    expect(lines[0]).toMatch(/^data is kept in \/var\/lib\/pgtaskqueue\/data-/);
    fs.rmSync(dir, { recursive: true });
    await expect(once('select from kept')).rejects.toThrow('does not exist');
  });

  test('the server does not run as root', async () => {
    const server = await startEmbedded({ dir: temporaryFolder(), port: null, ephemeral: true });
    onTestFinished(() => server.stop());
    const { stdout } = spawnSync('stat', ['-c', '%u', `/proc/${server.pid}`], { encoding: 'utf8' });
    expect(Number(stdout)).toBe(userToRunAs()?.uid);
  });
});
