// Prints the names of queues for the completion scripts, quickly and without error messages.

import type { Command } from 'commander';
import { requireDatabase } from '../../server/config.ts';
import { listQueues } from '../../store/queues.ts';
import { connect, prepare } from '../connect.ts';

/** The longest that pressing a key may take. */
const PATIENCE_MS = 2_000;

export async function completeQueues(_: object, command: Command): Promise<void> {
  setTimeout(() => process.exit(0), PATIENCE_MS).unref();
  try {
    const { config } = await prepare(command);
    const database = await connect(requireDatabase(config));
    const names = (await listQueues(database)).map(({ name }) => `${name}\n`);
    await database.end();
    process.stdout.write(names.join(''));
  } catch {} // there is nothing to offer then
}
