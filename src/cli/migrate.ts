// `pgtaskqueue migrate`: brings the database's schema to the one this program needs.

import type { Command } from 'commander';
import type { Quotas } from '../domain/quotas.ts';
import { connectionConfig } from '../postgres/connection-settings.ts';
import { silentLogger } from '../runtime/logger.ts';
import { checkSchema, migrate, pendingSql } from '../schema/migrate/migrate.ts';
import { translateError } from '../schema/translate-error.ts';
import { requireDatabase } from '../server/config.ts';
import type { DatabaseSource } from '../server/database-source.ts';
import { setQuotas } from '../store/quotas.ts';
import { connect, prepare } from './connect.ts';
import { parseDuration } from './durations.ts';
import { EXIT, ExitWith, UsageError } from './exit-codes.ts';
import { LIMITS_HELP } from './limits-option.ts';
import { migratedText, schemaCheckText } from './migrate-text.ts';
import type { Output } from './output.ts';

// A statement on a large table may take its time.
const QUERY_MS = 3_600_000;

interface MigrateFlags {
  print?: boolean;
  check?: boolean;
  wait?: string;
  verbose?: boolean;
  newIdentity?: boolean;
  limits?: string;
}

/** Adds the command `migrate`. */
export function addMigrateCommand(program: Command): void {
  program
    .command('migrate')
    .description('bring the schema to the one this program needs; safe to repeat, and from several places at once')
    .option('--print', 'print the SQL that is still to be run, and run nothing')
    .option('--check', 'run nothing; exit with 78 when the schema is not the one this program needs')
    .option('--wait <duration>', 'how long to wait for tables that others use, then exit with 75 (default: 1m)')
    .option('--new-identity', 'this server is a copy, file by file, of one that still runs: name new tasks differently')
    .option('--limits <limits>', LIMITS_HELP)
    .option('--verbose', 'name each file that runs')
    .addHelpText('after', '\nExample:\n  pgtaskqueue migrate --check || pgtaskqueue migrate')
    .action(run);
}

async function run({ print, check, limits, ...flags }: MigrateFlags, command: Command): Promise<void> {
  const { config, output } = prepare(command, { limits });
  try {
    if (print) return await printSql(config.database, output);
    const source = requireDatabase(config);
    if (check) return await checkOnly(source, output);
    await apply(source, output, flags);
    if (config.limits) await limitQueues(source, config.limits);
  } catch (error) {
    throw translateError(error);
  }
}

async function apply(source: DatabaseSource, output: Output, flags: MigrateFlags): Promise<void> {
  const { wait = '1m', verbose, newIdentity = false } = flags;
  const waitSeconds = parseDuration(wait);
  if (waitSeconds === undefined) throw new UsageError(`--wait must be a duration such as 30s or 5m, got ${wait}`);
  const warnings: string[] = [];
  // A wait is told at once; what is to be read afterwards comes last.
  const log = (line: string) => (line.startsWith('warning: ') ? warnings.push(line) : output.warn(line));
  const ran = (file: string) => verbose && output.warn(`ran ${file}`);
  const migrated = await migrate(settings(source), { log, ran, waitSeconds, newIdentity });
  await makeSchedulerSchema(source, log);
  output.result(migratedText(migrated, source.label, newIdentity), { ...migrated, warnings });
  for (const warning of new Set(warnings)) output.warn(output.colors.yellow(warning));
  for (const problem of migrated.problems) output.warn(output.colors.red(`still wrong: ${problem}`));
  if (migrated.problems.length > 0) throw new ExitWith(EXIT.schema);
}

async function limitQueues(source: DatabaseSource, limits: Quotas): Promise<void> {
  const client = await connect(source);
  await setQuotas(client, limits).finally(() => client.end());
}

// The scheduler's own; who may not make it has all the rest.
async function makeSchedulerSchema(source: DatabaseSource, log: (line: string) => void): Promise<void> {
  const { installScheduler } = await import('../scheduler/install.ts'); // the other commands start sooner without it
  await installScheduler(settings(source), silentLogger).catch((error) =>
    log(`warning: the schema of the scheduler was not made, servers run without cron: ${error.message}`),
  );
}

async function checkOnly(source: DatabaseSource, output: Output): Promise<void> {
  const check = await checkSchema(settings(source));
  output.result(schemaCheckText(check), check);
  if (!check.ok) throw new ExitWith(EXIT.schema);
}

// Without a database there is nothing to compare with: then it is the whole schema.
async function printSql(source: DatabaseSource | undefined, output: Output): Promise<void> {
  const check = source && (await checkSchema(settings(source)));
  const sql = check?.ok ? '' : await pendingSql(check ? { pending: check.pending } : {});
  output.result(sql, { sql });
}

const settings = ({ connection }: DatabaseSource) => connectionConfig(connection, 'pgtaskqueue migrate', QUERY_MS);
