// From a command's options to a database it can talk to.

import type { Command } from 'commander';
import { TransientError } from '../domain/errors.ts';
import { connectionConfig } from '../postgres/connection-settings.ts';
import { DirectClient, onceMore } from '../postgres/direct-client.ts';
import { translateError } from '../schema/translate-error.ts';
import { type Config, type ConfigOptions, readConfig, requireDatabase } from '../server/config.ts';
import { type DatabaseSource, hasPassword } from '../server/database-source.ts';
import { Output } from './output.ts';

// Purging millions of tasks takes a while.
const QUERY_MS = 600_000;

/** The options every command has. */
export interface GlobalOptions {
  databaseUrl?: string;
  json?: boolean;
}

/** What a verb works with. */
export interface Session {
  database: DirectClient;
  output: Output;
}

/**
 * A command's action that needs the database: connects, does it, disconnects.
 *
 * @param verb gets the session, the command's arguments and its own options
 */
export function onDatabase<Arguments extends unknown[]>(
  verb: (session: Session, ...given: Arguments) => Promise<void>,
) {
  return async (...given: [...Arguments, Command]): Promise<void> => {
    const command = given.pop() as Command;
    const { output, config } = prepare(command);
    const database = await connect(requireDatabase(config));
    try {
      await verb({ database, output }, ...(given as unknown as Arguments));
    } catch (error) {
      throw translateError(error);
    } finally {
      await database.end();
    }
  };
}

/** The settings and the output of one run, by the options of its command. */
export function prepare(command: Command, options: ConfigOptions = {}): { config: Config; output: Output } {
  const { databaseUrl, json } = command.optsWithGlobals<GlobalOptions>();
  const config = readConfig({ ...options, databaseUrl });
  const output = new Output({ json: json ?? false, noColor: config.noColor });
  if (databaseUrl && hasPassword(databaseUrl)) {
    output.warn(
      'warning: others on this machine can read a password on a command line; DATABASE_URL or ~/.pgpass keeps it.',
    );
  }
  return { config, output };
}

/**
 * Connects once.
 *
 * @throws TransientError that names the database, without its password · what the database refuses a connection with
 */
export async function connect({ connection, label }: DatabaseSource): Promise<DirectClient> {
  try {
    return await onceMore(async () => {
      const client = new DirectClient({
        ...connectionConfig(connection, 'pgtaskqueue command', QUERY_MS),
        mustWrite: false,
      });
      client.on('error', () => {}); // a lost connection fails the query that runs, which is the place to tell of it
      await client.connect();
      return client;
    });
  } catch (error) {
    const known = translateError(error);
    if (!(known instanceof TransientError)) throw known;
    throw new TransientError(`${label} does not answer: ${known.message}`, { sqlState: known.sqlState, cause: error });
  }
}
