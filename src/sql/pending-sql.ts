// Prints the migrations as one script for psql, for people who don't let programs change their schema.

import { type MigrationFile, readMigrations } from './migration-files.ts';
import { inTransactions, planMigrations } from './migration-plan.ts';
import { BECOME_OWNER, BECOME_OWNER_FOR_LONG, MAKE_SCHEMA, remember, SETTINGS } from './migration-statements.ts';

/** What the script is to contain. */
export interface PendingSqlOptions {
  /** Files the database still needs, as `checkSchema` names them; default: all. */
  pending?: string[];
  /** Folder of the SQL files; default: this package's own. */
  directory?: string;
}

/**
 * The SQL that `migrate` would run, its bookkeeping included, for `psql`. Empty when nothing is pending.
 *
 * @example
 * const { pending } = await checkSchema(url);
 * process.stdout.write(await pendingSql({ pending }));
 */
export async function pendingSql({ pending, directory }: PendingSqlOptions = {}): Promise<string> {
  const { roles, files } = await readMigrations(directory);
  const wanted = pending
    ? files.filter(({ file }) => pending.includes(file))
    : planMigrations(files, new Map()).pending;
  if (wanted.length === 0) return '';
  return [
    '-- The schema of pgtaskqueue, for psql.',
    '\\set ON_ERROR_STOP on',
    section('roles.sql', roles),
    inTransaction(`${MAKE_SCHEMA};`),
    ...inTransactions(wanted).map(portionText),
  ].join('\n\n');
}

function portionText(portion: MigrationFile[]): string {
  const text = portion.map((file) => `${section(file.file, file.sql)}\n${remember(file)};`).join('\n\n');
  return portion[0]?.transactional ? inTransaction(text) : `${BECOME_OWNER_FOR_LONG};\n${text}\nreset role;\n`;
}

// psql would end a failed script with an open transaction; ON_ERROR_STOP makes it quit, which rolls back.
const inTransaction = (text: string) => `begin;\n${BECOME_OWNER};\n${SETTINGS};\n\n${text}\n\ncommit;\n`;

const section = (name: string, sql: string) => `-- ${name}\n${sql.trimEnd()}`;
