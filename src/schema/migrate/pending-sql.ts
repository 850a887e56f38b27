// Prints the migrations as one psql script, for users who do not let programs change their schema.

import { packageVersion } from '../../domain/version.ts';
import { DROP_SET_ASIDE } from './function-file.ts';
import { GRANT_AGAIN } from './kept-grants.ts';
import { type MigrationFile, readMigrations } from './migration-files.ts';
import { inTransactions } from './migration-plan.ts';
import {
  BECOME_OWNER,
  BECOME_OWNER_FOR_LONG,
  beginPortion,
  MAKE_SCHEMA,
  remember,
  rememberVersion,
  SETTINGS,
  statementOf,
} from './migration-statements.ts';

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
  const { roles, owner, files, required } = await readMigrations(directory);
  const wanted = files.filter(({ file, kind }) => kind === 'grants' || (pending?.includes(file) ?? true));
  return [
    '-- The schema of pgtaskqueue, for psql. If a table is in use, the script fails within 100 ms and rolls back: run it again.',
    '\\set ON_ERROR_STOP on',
    section('roles.sql', roles),
    inTransaction(`${BECOME_OWNER};\n${SETTINGS};\n${MAKE_SCHEMA};`),
    inTransaction(`${SETTINGS};\n${section('owner.sql', owner)}`),
    ...inTransactions(wanted).map(portionText),
    inTransaction(`${BECOME_OWNER};\n${rememberVersion(required.version, packageVersion())};`),
  ].join('\n\n');
}

function portionText(portion: MigrationFile[]): string {
  const text = portion
    .map((file) => `${section(file.file, statementOf(file))}${end(file)}\n${remember(file)};`)
    .join('\n\n');
  if (!portion[0]?.transactional) return `${BECOME_OWNER_FOR_LONG};\n${text}\nreset role;\n`;
  return inTransaction(
    `${BECOME_OWNER};\n${beginPortion(portion)};\n\n${text}\n\n${DROP_SET_ASIDE};\n\n${GRANT_AGAIN};`,
  );
}

const end = ({ kind }: MigrationFile) => (kind === 'function' ? ';' : '');

// ON_ERROR_STOP makes psql quit on an error, which rolls the open transaction back.
const inTransaction = (text: string) => `begin;\n${text}\n\ncommit;\n`;

const section = (name: string, sql: string) => `-- ${name}\n${sql.trimEnd()}`;
