// The parts of `dev`: the database, the server, and with `--demo` the sample application.

import type { Sample } from '../../demo/sample.ts';
import type { DevelopmentOptions } from '../../dispatcher/options.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { Config } from '../../server/config.ts';
import { removeDevState, writeDevState } from '../../server/dev-state.ts';
import type { Server } from '../../server/server-options.ts';
import { EmulatedDatabase } from '../../store/emulated-database.ts';
import { forgetNames as setForgetNames } from '../../store/forget-names.ts';
import { optionsOfServer } from '../options-of-server.ts';
import { type DevDatabase, openDevDatabase, openTemporaryDatabase } from './dev-database.ts';
import { devIdTokenKey } from './dev-key.ts';
import type { Proving, ProvingOptions } from './dev-proving.ts';
import { createQueues, type parseQueues } from './dev-queues.ts';

const SAMPLE_PORT = 8124;
/** Tasks may name handlers on this machine. */
const LOOPBACK = ['localhost', '127.0.0.0/8', '::1'];

/** Everything that `dev` has started. */
export interface Dev {
  readonly database: DevDatabase;
  readonly server: Server;
  readonly sample: Sample | undefined;
  /** Whether the database is dropped at the end. */
  readonly ephemeral: boolean;
  /** Stops all of it, PostgreSQL last. */
  stop(): Promise<void>;
}

/** The options of `dev`. */
export interface DevOptions {
  /** Also run the sample application. */
  demo: boolean;
  /** Use a database that is dropped at the end. */
  ephemeral: boolean;
  /** Names are reusable immediately: of deleted and purged tasks, and of tasks that ended before this start. */
  forgetNames: boolean;
  /** Create a queue when a request names it. */
  autoCreate: boolean;
  /** Base URL for all App Engine tasks; undefined: that of the targets. */
  appEngine: string | undefined;
  /** Queues to create. */
  queues: ReturnType<typeof parseQueues>;
  development: DevelopmentOptions;
  /** Prove that handlers may run twice; undefined: no. */
  proving: ProvingOptions | undefined;
  say: (line: string) => void;
  logger: Logger;
  /** Ends the start early. */
  signal: AbortSignal;
}

/** Starts everything, or stops what it has started when a part fails or the start is aborted. */
export async function startDev(config: Config, options: DevOptions): Promise<Dev> {
  const { demo, ephemeral, forgetNames, autoCreate, development, say, logger, signal } = options;
  const started: Part[] = [];
  const stop = () => stopAll(started.splice(0).reverse());
  const serverModule = import('../../server/server.ts'); // a second of work, while PostgreSQL starts
  try {
    const open = ephemeral ? openTemporaryDatabase : openDevDatabase;
    const database = await open(config, { warn: say, signal });
    started.push({ stop: () => database.close() });
    if (forgetNames || !database.joined) await setForgetNames(database.url, forgetNames);
    await createQueues(database.url, options.queues);
    signal.throwIfAborted();
    const sample = demo ? await startSample(database.url, say) : undefined;
    if (sample) started.push(sample);
    const proving = options.proving && (await startProving(database.url, options.proving));
    if (proving) started.push(proving);
    const { createServer } = await serverModule;
    signal.throwIfAborted();
    const server = createServer({
      ...optionsOfServer(config),
      database: database.url,
      moveBusyPort: true,
      targets: { ...appEngineTargets(options.appEngine), ...(sample && { [sample.target]: sample.url }) },
      emulator: { autoCreate, controls: ephemeral ? new EmulatedDatabase(database.url) : undefined },
      allowUrls: [...config.allowUrls, ...LOOPBACK],
      idTokenKey: devIdTokenKey(config.dataDir),
      development: { ...development, ...(proving && { prover: proving.prover }) },
      ...(proving && { concurrency: 1 }),
      logger: sample?.quiet(logger) ?? logger,
    });
    await server.start();
    started.push(server);
    await sample?.begin(server.url);
    writeDevState(config.dataDir, { pid: process.pid, databaseUrl: database.url, url: server.url });
    started.push({ stop: async () => removeDevState(config.dataDir) }, { stop: () => database.retire() });
    return { database, server, sample, ephemeral, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Tasks of all services go to one address. */
function appEngineTargets(appEngine: string | undefined): Record<string, string> {
  return appEngine === undefined ? {} : { default: appEngine, '*': appEngine };
}

interface Part {
  stop(): Promise<void>;
}

// A part that fails to stop must not keep PostgreSQL, the last one, from being stopped.
async function stopAll(parts: Part[]): Promise<void> {
  const failures: unknown[] = [];
  for (const part of parts) await part.stop().catch((error) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

/** Loaded here because only proving needs it. */
async function startProving(databaseUrl: string, options: ProvingOptions): Promise<Proving> {
  const { openProving } = await import('./dev-proving.ts');
  return openProving(databaseUrl, options);
}

async function startSample(databaseUrl: string, say: (line: string) => void): Promise<Sample> {
  const { startSample } = await import('../../demo/sample.ts');
  return startSample(databaseUrl, { port: SAMPLE_PORT, say });
}
