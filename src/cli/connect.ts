// Connects a command to the database that its options name.

import type { Command } from 'commander';
import { TransientError, UnknownQueueError } from '../domain/errors.ts';
import { similar } from '../domain/known-keys.ts';
import { connectionConfig } from '../postgres/connection-settings.ts';
import { DirectClient, onceMore } from '../postgres/direct-client.ts';
import { translateError } from '../schema/translate-error.ts';
import { type Config, type ConfigOptions, readConfig, requireDatabase, settingsFileOf } from '../server/config.ts';
import { type DatabaseSource, hasPassword } from '../server/database-source.ts';
import { listQueues } from '../store/queues.ts';
import { Output } from './output.ts';

// Purging millions of tasks takes a while.
const QUERY_MS = 600_000;

/** The options every command has. */
export interface GlobalOptions {
  databaseUrl?: string;
  json?: boolean;
  wide?: boolean;
}

/** The connection and the output of a verb. */
export interface Session {
  database: DirectClient;
  output: Output;
}

/**
 * An action that needs the database: connects, runs it, disconnects.
 *
 * @param verb gets the session, the command's arguments and its own options
 */
export function onDatabase<Arguments extends unknown[]>(
  verb: (session: Session, ...given: Arguments) => Promise<void>,
) {
  return async (...given: [...Arguments, Command]): Promise<void> => {
    const command = given.pop() as Command;
    const { output, config } = await prepare(command);
    const database = await connect(requireDatabase(config));
    try {
      await verb({ database, output }, ...(given as unknown as Arguments));
    } catch (error) {
      throw await withSuggestion(translateError(error), database);
    } finally {
      await database.end();
    }
  };
}

/**
 * The settings and the output of one run, from the options of its command.
 *
 * @param file its settings file; default: the one that the environment names
 */
export async function prepare(
  command: Command,
  options: ConfigOptions = {},
  file = settingsFileOf(),
): Promise<{ config: Config; output: Output }> {
  const { databaseUrl, json, wide } = command.optsWithGlobals<GlobalOptions>();
  const written = file === undefined ? {} : await (await import('./settings.ts')).readSettings(file);
  const config = readConfig({ ...options, ...written, databaseUrl });
  const output = new Output({ json, wide, noColor: config.noColor });
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
