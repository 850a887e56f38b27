// The data directory of a PostgreSQL, made with initdb when it's missing.

import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { type Binaries, program } from './binaries.ts';
import { CLEAN_ENVIRONMENT } from './environment.ts';
import { giveTo, type RunAs, userAndGroup } from './run-as.ts';

/** Where a server keeps what. */
export interface DataPlan {
  binaries: Binaries;
  user: RunAs | undefined;
  /** The data directory itself. Its parent is a folder in which this process may write. */
  data: string;
  /** File of the superuser's password, readable by its owner alone. */
  passwordFile: string;
  /** True: faster and not safe against a crash of the machine. */
  ephemeral: boolean;
}

/**
 * Makes the data directory unless it's there. A start that is killed meanwhile leaves nothing half done: initdb works in
 * a folder beside it, and a rename is what makes it the data directory.
 *
 * @returns the superuser's password
 * @throws Error when initdb fails, with what it said
 */
export function prepareData(plan: DataPlan): string {
  const { data, passwordFile } = plan;
  // Whoever deletes the folder to begin afresh means the data too, which may be elsewhere (run-as.ts).
  const isElsewhere = path.dirname(data) !== path.dirname(passwordFile);
  if (isElsewhere && !fs.existsSync(passwordFile)) fs.rmSync(data, { recursive: true, force: true });
  if (!fs.existsSync(path.join(data, 'PG_VERSION'))) makeData(plan);
  return fs.readFileSync(passwordFile, 'utf8');
}

function makeData(plan: DataPlan): void {
  const { data, passwordFile, user } = plan;
  const folder = fs.mkdtempSync(`${data}-initdb-`);
  try {
    const password = randomBytes(18).toString('base64url');
    const handOver = path.join(folder, 'password');
    fs.writeFileSync(handOver, password, { mode: 0o600 });
    giveTo(user, folder, handOver);
    runInitdb(plan, path.join(folder, 'data'), handOver);
    fs.writeFileSync(passwordFile, password, { mode: 0o600 });
    fs.rmSync(data, { recursive: true, force: true });
    fs.renameSync(path.join(folder, 'data'), data);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function runInitdb({ binaries, user, ephemeral }: DataPlan, data: string, passwordFile: string): void {
  // The built-in locale sorts alike on every machine; older versions don't have it.
  const locale = binaries.major >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : [];
  const login = ['--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  const speed = ephemeral ? ['--no-sync', '--wal-segsize=1'] : [];
  const options = [
    `--pgdata=${data}`,
    ...login,
    '--encoding=UTF8',
    ...locale,
    '--locale=C',
    '--no-instructions',
    ...speed,
  ];
  const { status, error, stderr, stdout } = spawnSync(program(binaries, 'initdb'), options, {
    ...userAndGroup(user),
    env: CLEAN_ENVIRONMENT,
    cwd: path.dirname(data),
    encoding: 'utf8',
  });
  if (status !== 0)
    throw new Error(`initdb failed (${status ?? error?.message}): ${stderr || stdout}`, { cause: error });
}
