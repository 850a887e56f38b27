// `pgtaskqueue dev`: PostgreSQL, schema, server and dispatcher on this machine, with nothing installed.

import type { Command } from 'commander';
import { requireSafeAddress } from '../../server/config.ts';
import { stopOnSignal } from '../../server/shutdown.ts';
import { prepare } from '../connect.ts';
import { welcome } from '../display/dev-text.ts';
import { printable } from '../display/text.ts';
import { lineLogger } from '../line-logger.ts';
import { runDemonstrationOnce } from './dev-once.ts';

/** How many seconds `dev` waits for running deliveries: during development nobody wants to wait for long. */
const DEV_STOP_SECONDS = 3;

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

export async function dev(
  { port, dataDir, demo, once, ephemeral, forgetNames, stopSeconds, ...development }: DevFlags,
  command: Command,
): Promise<void> {
  const { config, output } = prepare(command, { port, dataDir, stopSeconds });
  if (once) return runDemonstrationOnce(config, output);
  requireSafeAddress(config);
  output.say(`Starting PostgreSQL in ${config.dataDir} …`);
  const { startDev } = await import('./dev-server.ts'); // the demonstration does without it
  const waitSeconds = config.stopSeconds ?? DEV_STOP_SECONDS;
  const running = await startDev(
    { ...config, stopSeconds: waitSeconds },
    {
      demo: demo ?? false,
      ephemeral: ephemeral ?? false,
      forgetNames: forgetNames ?? false,
      development,
      say: (line) => output.say(printable(line)), // lines may contain what tasks carry
      logger: lineLogger(output),
    },
  );
  const { database, server, sample } = running;
  const announce = () => output.say('\nStopping …');
  const stopped = stopOnSignal(running.stop, waitSeconds, announce);
  output.result(welcome(running), {
    url: server.url,
    database: database.url,
    sample: sample?.url,
    joined: database.joined,
  });
  await stopped;
}
