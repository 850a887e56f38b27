// Connects a command to the database that its options name.

import type { Command } from 'commander';
import type pg from 'pg';
import { TransientError, UnknownQueueError } from '../domain/errors.ts';
import { similar } from '../domain/known-keys.ts';
import { connectionConfig } from '../postgres/connection-settings.ts';
import { DirectClient, onceMore } from '../postgres/direct-client.ts';
import { openPool } from '../postgres/pools.ts';
import { silentLogger } from '../runtime/logger.ts';
import { translateError } from '../schema/translate-error.ts';
import { type Config, type ConfigOptions, readConfig, requireDatabase, settingsFileOf } from '../server/config.ts';
import { type DatabaseSource, hasPassword } from '../server/database-source.ts';
import { listQueues } from '../store/queues.ts';
import { type CommandRun, onCells } from './cells.ts';
import { type GlobalOptions, type Output, outputOf } from './output.ts';

// Purging millions of tasks takes a while.
const QUERY_MS = 600_000;

/** The connection and the output of a verb. */
export interface Session {
  database: DirectClient;
  output: Output;
  config: Config;
}

type Verb<Arguments extends unknown[]> = (session: Session, ...given: Arguments) => Promise<void>;
type Action<Arguments extends unknown[]> = (...given: [...Arguments, Command]) => Promise<void>;

/**
 * An action that needs the database: connects, runs it, disconnects.
 *
 * @param verb gets the session, the command's arguments and its own options
 */
export function onDatabase<Arguments extends unknown[]>(verb: Verb<Arguments>): Action<Arguments> {
  return async (...given) => {
    const command = given.pop() as Command;
    await withSession(await prepare(command), verb, given as unknown as Arguments);
  };
}

/** The same for a command that has the option --all: it works on each cell then. */
export function onDatabases<Arguments extends unknown[]>(verb: Verb<Arguments>): Action<Arguments> {
  return async (...given) => {
    const command = given.pop() as Command;
    await onCells(await prepare(command), command, (run) => withSession(run, verb, given as unknown as Arguments));
  };
}

async function withSession<Arguments extends unknown[]>(
  { output, config }: CommandRun,
  verb: Verb<Arguments>,
  given: Arguments,
): Promise<void> {
  const database = await connect(requireDatabase(config));
  try {
    await verb({ database, output, config }, ...given);
  } catch (error) {
    throw await withSuggestion(translateError(error), database);
  } finally {
    await database.end();
  }
}

/**
 * The settings and the output of one run, from the options of its command.
 *
 * @param file its settings file, null for none; default: that of --config, or the one that the environment names
 */
export async function prepare(
  command: Command,
  options: ConfigOptions = {},
  file: string | null | undefined = command.optsWithGlobals<GlobalOptions>().config ?? settingsFileOf(),
): Promise<CommandRun> {
  const { databaseUrl, cell } = command.optsWithGlobals<GlobalOptions>();
  const written = file == null ? {} : await (await import('./settings.ts')).readSettings(file);
  const config = readConfig({ ...options, ...written, databaseUrl, cell });
  const output = outputOf(command, config.noColor);
  if (databaseUrl && hasPassword(databaseUrl)) {
    output.warn(
      'warning: a password on the command line is visible to other users of this machine; use DATABASE_URL or ~/.pgpass',
    );
  }
  return { config, output };
}

/**
 * Connects once.
 *
 * @throws TransientError that names the database, without its password · whatever the database rejects the connection
 * with
 */
export async function connect({ connection, label }: DatabaseSource): Promise<DirectClient> {
  try {
    return await onceMore(async () => {
      const client = new DirectClient({
        ...connectionConfig(connection, 'pgtaskqueue command', QUERY_MS),
        mustWrite: false,
      });
      client.on('error', () => {}); // a lost connection fails the running query, which reports it
      await client.connect();
      return client;
    });
  } catch (error) {
    const known = translateError(error);
    if (!(known instanceof TransientError)) throw known;
    const { message, hint, sqlState } = known;
    throw new TransientError(`${label}: ${message}`, { sqlState, hint, cause: error });
  }
}

/** One connection, opened when it is needed; through `executorOf` it reports commits that no standby confirmed. */
export function openOne({ connection }: DatabaseSource): pg.Pool {
  return openPool(connectionConfig(connection, 'pgtaskqueue command', QUERY_MS), 1, silentLogger);
}

/** The same error, with the name of a queue that was probably meant. */
async function withSuggestion(error: unknown, database: DirectClient): Promise<unknown> {
  if (!(error instanceof UnknownQueueError) || typeof error.detail?.queue !== 'string') return error;
  const { message, sqlState, hint, cause, detail } = error;
  const queues = await listQueues(database).catch(() => []); // the error itself matters more
  const suggestion = similar(
    error.detail.queue,
    queues.map(({ name }) => name),
  );
  return new UnknownQueueError(message, { sqlState, hint, cause, detail: { ...detail, suggestion } });
}
