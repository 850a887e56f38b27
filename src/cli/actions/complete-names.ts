// Prints the names of queues and cells for the completion scripts, quickly and without error messages.

import type { Command } from 'commander';
import { requireDatabase } from '../../server/config.ts';
import { listQueues } from '../../store/queues.ts';
import { connect, prepare } from '../connect.ts';

/** The longest that pressing a key may take. */
const PATIENCE_MS = 2_000;

export async function completeQueues(_: object, command: Command): Promise<void> {
  await printNames(async () => {
    const { config } = await prepare(command);
    const database = await connect(requireDatabase(config));
    const queues = await listQueues(database);
    await database.end();
    return queues;
  });
}

export async function completeCells(_: object, command: Command): Promise<void> {
  await printNames(async () => (await prepare(command)).config.cells);
}

async function printNames(find: () => Promise<readonly { name: string }[]>): Promise<void> {
  setTimeout(() => process.exit(0), PATIENCE_MS).unref();
  try {
    process.stdout.write((await find()).map(({ name }) => `${name}\n`).join(''));
  } catch {} // there is nothing to offer then
}
