// Prints the migrations as one script for psql, for people who don't let programs change their schema.

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

/** What the script is to contain. */
export interface PendingSqlOptions {
  /** Files the database still needs, as `checkSchema` names them, to which the grants are added; default: all. */
  pending?: string[];
  /** Folder of the SQL files; default: this package's own. */
  directory?: string;
}

/**
 * The SQL that `migrate` would run, its bookkeeping included, for `psql`.
 *
 * @example
 * const { ok, pending } = await checkSchema(url);
 * if (!ok) process.stdout.write(await pendingSql({ pending }));
 */
export async function pendingSql({ pending, directory }: PendingSqlOptions = {}): Promise<string> {
  const { roles, owner, files, required } = await readMigrations(directory);
  const wanted = files.filter(({ file, kind }) => kind === 'grants' || (pending?.includes(file) ?? true));
  return [
    '-- The schema of pgtaskqueue, for psql. A table that others use ends it within 100 ms, and nothing of that transaction stays: run it again.',
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

// psql would end a failed script with an open transaction; ON_ERROR_STOP makes it quit, which rolls back.
const inTransaction = (text: string) => `begin;\n${text}\n\ncommit;\n`;

const section = (name: string, sql: string) => `-- ${name}\n${sql.trimEnd()}`;
