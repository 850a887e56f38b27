// `pgtaskqueue dev`: everything on this machine, with nothing installed: PostgreSQL, schema, server, dispatcher.

import type { Command } from 'commander';
import { requireSafeAddress } from '../../server/config.ts';
import { stopOnSignal } from '../../server/shutdown.ts';
import { duration } from '../arguments.ts';
import { prepare } from '../connect.ts';
import { welcome } from '../display/dev-text.ts';
import { printable } from '../display/text.ts';
import { lineLogger } from '../line-logger.ts';
import { playOnce } from './dev-once.ts';
import { DEV_STOP_SECONDS } from './dev-stop.ts';

interface DevFlags {
  port?: string;
  dataDir?: string;
  demo?: boolean;
  once?: boolean;
  autoRun: boolean;
  ignoreRates?: boolean;
  ephemeral?: boolean;
  forgetNames?: boolean;
  retries: boolean;
  stopSeconds?: number;
}

/** Adds the command `dev`. */
export function addDevCommand(program: Command): void {
  program
    .command('dev')
    .description('run everything here: an embedded PostgreSQL, the schema, the server and its dispatcher')
    .option('--port <port>', 'port of the HTTP server; the next free one when it is busy (default: 8123)')
    .option('--data-dir <folder>', 'where PostgreSQL keeps its data (default: .pgtaskqueue)')
    .option('--demo', 'with a sample application')
    .option('--no-auto-run', 'let tasks wait until they are run: tasks run, or select taskqueue.run_task(…)')
    .option('--ignore-rates', 'send tasks as fast as can be, at a rate of 0 too')
    .option('--no-retries', 'give a task up when it fails')
    .option('--forget-names', 'free the names of tasks at each start, and of those that are deleted or purged at once')
    .option('--ephemeral', 'begin with an empty database, and drop it at the end')
    .option('--stop-seconds <duration>', 'how long deliveries may go on after Ctrl-C (default: 3)', duration)
    .option('--once', 'play the demonstration to its end, check it and exit')
    .addHelpText('after', '\nExample:\n  pgtaskqueue dev --demo')
    .action(dev);
}

async function dev(
  { port, dataDir, demo, once, ephemeral, forgetNames, stopSeconds, ...development }: DevFlags,
  command: Command,
): Promise<void> {
  const { config, output } = prepare(command, { port, dataDir, stopSeconds });
  if (once) return playOnce(config, output);
  requireSafeAddress(config);
  output.say(`Starting PostgreSQL in ${config.dataDir} …`);
  const { startDev } = await import('./dev-server.ts'); // the other commands start sooner without it
  const running = await startDev(config, {
    demo: demo ?? false,
    ephemeral: ephemeral ?? false,
    forgetNames: forgetNames ?? false,
    development,
    say: (line) => output.say(printable(line)), // it tells what tasks carry
    logger: lineLogger(output),
  });
  const { database, server, sample } = running;
  const announce = () => output.say('\nStopping …');
  const stopped = stopOnSignal(running.stop, config.stopSeconds ?? DEV_STOP_SECONDS, announce);
  output.result(welcome(running), {
    url: server.url,
    database: database.url,
    sample: sample?.url,
    joined: database.joined,
  });
  await stopped;
}
