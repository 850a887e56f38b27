// Prints the migrations as one psql script, for users who do not let programs change their schema.

import { PACKAGE_VERSION } from '../../domain/package-version.embed.ts';
import { DROP_SET_ASIDE } from './function-file.ts';
import { type MigrationFile, readMigrations } from './migration-files.ts';
import { inBatches } from './migration-plan.ts';
import {
  BECOME_OWNER,
  BECOME_OWNER_FOR_SESSION,
  beginBatch,
  MAKE_SCHEMA,
  remember,
  rememberVersion,
  SETTINGS,
  statementOf,
} from './migration-statements.ts';
import { GRANT_AGAIN } from './saved-grants.ts';

/** The contents of the script. */
export interface PendingSqlOptions {
  /** Files that the database still needs, from `checkSchema`; the grants are always included. Default: all files. */
  pending?: string[];
  /** Folder of the SQL files; default: that of this package. */
  directory?: string;
}

/**
 * Returns the SQL that `migrate` would run, including its bookkeeping, for `psql`.
 *
 * @example
 * const { ok, pending } = await checkSchema(url);
 * if (!ok) process.stdout.write(await pendingSql({ pending }));
 */
export async function pendingSql({ pending, directory }: PendingSqlOptions = {}): Promise<string> {
  const { roles, owner, files, required } = readMigrations(directory);
  const wanted = files.filter(({ file, kind }) => kind === 'grants' || (pending?.includes(file) ?? true));
  return [
    '-- The schema of pgtaskqueue, for psql. If a table is in use, the script fails within 100 ms and rolls back: run it again.',
    '\\set ON_ERROR_STOP on',
    section('roles.sql', roles),
    inTransaction(`${BECOME_OWNER};\n${SETTINGS};\n${MAKE_SCHEMA};`),
    inTransaction(`${SETTINGS};\n${section('owner.sql', owner)}`),
    ...inBatches(wanted).map(batchText),
    inTransaction(`${BECOME_OWNER};\n${rememberVersion(required.version, PACKAGE_VERSION)};`),
  ].join('\n\n');
}

function batchText(batch: MigrationFile[]): string {
  const text = batch
    .map((file) => `${section(file.file, statementOf(file))}${end(file)}\n${remember(file)};`)
    .join('\n\n');
  if (!batch[0]?.transactional) return `${BECOME_OWNER_FOR_SESSION};\n${text}\nreset role;\n`;
  return inTransaction(`${BECOME_OWNER};\n${beginBatch(batch)};\n\n${text}\n\n${DROP_SET_ASIDE};\n\n${GRANT_AGAIN};`);
}

const end = ({ kind }: MigrationFile) => (kind === 'function' ? ';' : '');

// ON_ERROR_STOP makes psql quit on an error, which rolls the open transaction back.
const inTransaction = (text: string) => `begin;\n${text}\n\ncommit;\n`;

const section = (name: string, sql: string) => `-- ${name}\n${sql.trimEnd()}`;
