// `pgtaskqueue migrate`: brings the database's schema to the one this program needs.

import type { Command } from 'commander';
import { connectionConfig } from '../runtime/connection.ts';
import { silentLogger } from '../runtime/logger.ts';
import { requireDatabase } from '../server/config.ts';
import type { DatabaseSource } from '../server/database-source.ts';
import { defined } from '../server/defined.ts';
import { disagreement } from '../server/readiness.ts';
import { checkSchema, migrate, pendingSql } from '../sql/migrate.ts';
import { translateError } from '../sql/translate-error.ts';
import { prepare } from './connect.ts';
import { EXIT, ExitWith } from './exit-codes.ts';
import type { Output } from './output.ts';

// A statement on a large table may take its time.
const QUERY_MS = 3_600_000;

interface MigrateFlags {
  print?: boolean;
  check?: boolean;
}

/** Adds the command `migrate`. */
export function addMigrateCommand(program: Command): void {
  program
    .command('migrate')
    .description('bring the schema to the one this program needs; safe to repeat, and from several places at once')
    .option('--print', 'print the SQL that is still to be run, and run nothing')
    .option('--check', 'run nothing; exit with 78 when the schema is not the one this program needs')
    .addHelpText('after', '\nExample:\n  pgtaskqueue migrate --check || pgtaskqueue migrate')
    .action(run);
}

async function run({ print, check }: MigrateFlags, command: Command): Promise<void> {
  const { config, output } = prepare(command);
  try {
    if (print) return await printSql(config.database, output);
    const source = requireDatabase(config);
    await (check ? checkOnly(source, output) : apply(source, output));
  } catch (error) {
    throw translateError(error);
  }
}

async function apply(source: DatabaseSource, output: Output): Promise<void> {
  const { applied } = await migrate(settings(source), { log: (line) => output.warn(line) });
  await makeSchedulerSchema(source, output);
  const text =
    applied.length > 0 ? `Applied ${applied.length} files to ${source.label}.` : 'Nothing to do: up to date.';
  output.result(text, { applied });
}

// The scheduler's own; who may not make it has all the rest.
async function makeSchedulerSchema(source: DatabaseSource, output: Output): Promise<void> {
  const { installScheduler } = await import('../scheduler/install.ts'); // the other commands start sooner without it
  await installScheduler(settings(source), silentLogger).catch((error) =>
    output.warn(`warning: the schema of the scheduler was not made, servers run without cron: ${error.message}`),
  );
}

async function checkOnly(source: DatabaseSource, output: Output): Promise<void> {
  const { ok, pending, changed, newer } = await checkSchema(settings(source));
  output.result(ok ? 'The schema is the one this program needs.' : disagreement(pending, changed), {
    ok,
    pending,
    changed,
    newer,
  });
  if (!ok) throw new ExitWith(EXIT.schema);
}

// Without a database there is nothing to compare with: then it is the whole schema.
async function printSql(source: DatabaseSource | undefined, output: Output): Promise<void> {
  const pending = source && (await checkSchema(settings(source))).pending;
  const sql = await pendingSql(defined({ pending }));
  output.result(sql, { sql });
}

const settings = ({ connection }: DatabaseSource) => connectionConfig(connection, 'pgtaskqueue migrate', QUERY_MS);
