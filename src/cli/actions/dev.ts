// `pgtaskqueue dev`: PostgreSQL, schema, server and dispatcher on this machine, with nothing installed.

import type { Command } from 'commander';
import { emulatorConfig, requireSafeAddress } from '../../server/config.ts';
import type { EmulatorConfig } from '../../server/emulator-config.ts';
import { stopOnSignal } from '../../server/shutdown.ts';
import { prepare } from '../connect.ts';
import { welcome } from '../display/dev-text.ts';
import { printable } from '../display/text.ts';
import { lineLogger } from '../line-logger.ts';
import { runDemonstrationOnce } from './dev-once.ts';
import { parseQueues } from './dev-queues.ts';
import type { Dev } from './dev-server.ts';

/** How many seconds `dev` waits for running deliveries: during development nobody wants to wait for long. */
const DEV_STOP_SECONDS = 3;

interface DevFlags {
  port?: string;
  publicUrl?: string;
  dataDir?: string;
  demo?: boolean;
  once?: boolean;
  autoRun: boolean;
  ignoreRates?: boolean;
  ephemeral?: boolean;
  forgetNames?: boolean;
  hardResetOnPurgeQueue?: boolean;
  queues?: string;
  autoCreate?: boolean;
  retries: boolean;
  stopSeconds?: number;
  prove?: boolean;
  proveDatabase?: string;
  proveIgnore?: string[];
}

type ProveFlag = 'prove' | 'proveDatabase' | 'proveIgnore';
type Flags = Omit<DevFlags, 'port' | 'publicUrl' | 'dataDir' | 'once' | 'stopSeconds' | ProveFlag>;

export async function dev(
  { port, publicUrl, dataDir, once, stopSeconds, prove, proveDatabase, proveIgnore, ...flags }: DevFlags,
  command: Command,
): Promise<void> {
  const { config, output } = await prepare(command, { port, publicUrl, dataDir, stopSeconds });
  if (once) return runDemonstrationOnce(config, output);
  requireSafeAddress(config);
  const emulator = emulatorConfig();
  const queues = parseQueues(flags.queues?.split(',') ?? emulator.queues);
  output.say(`Starting PostgreSQL in ${config.dataDir} …`);
  const { startDev } = await import('./dev-server.ts'); // the demonstration does without it
  const waitSeconds = config.stopSeconds ?? DEV_STOP_SECONDS;
  const interruption = new AbortController();
  const starting = startDev(
    { ...config, stopSeconds: waitSeconds, issuer: config.issuer ?? emulator.issuer },
    {
      ...optionsOf(flags, emulator),
      queues,
      proving: prove ? { database: proveDatabase, ignore: proveIgnore, output } : undefined,
      say: (line) => output.say(printable(line)), // lines may contain what tasks carry
      logger: lineLogger(output),
      signal: interruption.signal,
    },
  );
  const stopped = stopOnSignal(
    () => stopStarted(starting),
    waitSeconds,
    () => {
      interruption.abort();
      output.say('\nStopping …');
    },
  );
  const running = await unlessInterrupted(starting, interruption.signal);
  if (running) output.result(welcome(running), addresses(running));
  await stopped;
}

function optionsOf(
  { demo, ephemeral, forgetNames, hardResetOnPurgeQueue, autoCreate, ...others }: Flags,
  emulator: EmulatorConfig,
) {
  const { queues: _, ...development } = others;
  return {
    demo: demo ?? false,
    ephemeral: ephemeral ?? false,
    forgetNames: forgetNames ?? hardResetOnPurgeQueue ?? emulator.hardReset,
    appEngine: emulator.appEngine,
    autoCreate: autoCreate ?? false,
    development,
  };
}

async function stopStarted(starting: Promise<Dev>): Promise<void> {
  const running = await starting.catch(() => {}); // it has stopped what it had started
  await running?.stop();
}

async function unlessInterrupted(starting: Promise<Dev>, signal: AbortSignal): Promise<Dev | undefined> {
  try {
    const running = await starting;
    return signal.aborted ? undefined : running;
  } catch (error) {
    if (!signal.aborted) throw error;
    return undefined;
  }
}

function addresses({ database, server, sample }: Dev): object {
  return {
    url: server.url,
    console: `${server.url}/console`,
    database: database.url,
    sample: sample?.url,
    joined: database.joined,
  };
}
