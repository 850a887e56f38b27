// `pgtaskqueue migrate`: brings the schema of the database to the version this program needs.

import type { Command } from 'commander';
import type { Quotas } from '../../domain/quotas.ts';
import { connectionConfig } from '../../postgres/connection-settings.ts';
import { silentLogger } from '../../runtime/logger.ts';
import { migrate as applyMigrations, checkSchema, pendingSql } from '../../schema/migrate/migrate.ts';
import { translateError } from '../../schema/translate-error.ts';
import { requireDatabase } from '../../server/config.ts';
import type { DatabaseSource } from '../../server/database-source.ts';
import { setQuotas } from '../../store/quotas.ts';
import { onCells } from '../cells.ts';
import { connect, prepare } from '../connect.ts';
import { migratedText, schemaCheckText } from '../display/migrate-text.ts';
import { EXIT, ExitWith } from '../exit-codes.ts';
import type { Output } from '../output.ts';

// A statement on a large table may take a while.
const QUERY_MS = 3_600_000;

interface MigrateFlags {
  print?: boolean;
  check?: boolean;
  wait: number;
  verbose?: boolean;
  newIdentity?: boolean;
  limits?: string;
}

export async function migrate({ print, check, limits, ...flags }: MigrateFlags, command: Command): Promise<void> {
  await onCells(await prepare(command, { limits }), command, async ({ config, output }) => {
    try {
      if (print) return await printSql(config.database, output);
      const source = requireDatabase(config);
      if (check) return await checkOnly(source, output);
      await apply(source, output, flags);
      if (config.limits) await limitQueues(source, config.limits);
    } catch (error) {
      throw translateError(error);
    }
  });
}

async function apply(source: DatabaseSource, output: Output, flags: MigrateFlags): Promise<void> {
  const { wait: waitSeconds, verbose, newIdentity = false } = flags;
  const warnings: string[] = [];
  // Waits are reported immediately, warnings after the result.
  const log = (line: string) => (line.startsWith('warning: ') ? warnings.push(line) : output.warn(line));
  const ran = (file: string) => verbose && output.warn(`ran ${file}`);
  const migrated = await applyMigrations(settings(source), { log, ran, waitSeconds, newIdentity });
  await makeSchedulerSchema(source, log);
  output.result(migratedText(migrated, source.label, newIdentity), { ...migrated, warnings });
  for (const warning of new Set(warnings)) output.warn(output.colors.yellow(warning));
  for (const problem of migrated.problems) output.warn(output.colors.red(`not repaired: ${problem}`));
  if (migrated.problems.length > 0) throw new ExitWith(EXIT.schema);
}

async function limitQueues(source: DatabaseSource, limits: Quotas): Promise<void> {
  const client = await connect(source);
  await setQuotas(client, limits).finally(() => client.end());
}

// The schema of the scheduler. A login that may not create it still gets everything else.
async function makeSchedulerSchema(source: DatabaseSource, log: (line: string) => void): Promise<void> {
  // It is large, and --check and --print do without it.
  const { installScheduler } = await import('../../scheduler/install.ts');
  await installScheduler(settings(source), silentLogger).catch((error) =>
    log(`warning: could not create the schema of the scheduler; servers will run without cron: ${error.message}`),
  );
}

async function checkOnly(source: DatabaseSource, output: Output): Promise<void> {
  const check = await checkSchema(settings(source));
  output.result(schemaCheckText(check), check);
  if (!check.ok) throw new ExitWith(EXIT.schema);
}

// Without a database there is nothing to compare with, so the whole schema is printed.
async function printSql(source: DatabaseSource | undefined, output: Output): Promise<void> {
  const check = source && (await checkSchema(settings(source)));
  const sql = check?.ok ? '' : await pendingSql(check ? { pending: check.pending } : {});
  output.result(sql, { sql });
}

const settings = ({ connection }: DatabaseSource) => connectionConfig(connection, 'pgtaskqueue migrate', QUERY_MS);
