// `pgtaskqueue worker`: runs a shell command for each task of a pull queue.

import type { Command } from 'commander';
import { InvalidQueueModeError, InvalidTagError, UnknownQueueError } from '../../domain/errors.ts';
import { connectionConfig } from '../../postgres/connection-settings.ts';
import { openPool } from '../../postgres/pools.ts';
import { STOP_SECONDS } from '../../runtime/service.ts';
import { childEnvironment, requireDatabase } from '../../server/config.ts';
import type { DatabaseSource } from '../../server/database-source.ts';
import { stopOnSignal } from '../../server/shutdown.ts';
import { PullWorker } from '../../worker/pull-worker.ts';
import { connect, prepare } from '../connect.ts';
import { UsageError } from '../exit-codes.ts';
import { lineLogger } from '../line-logger.ts';
import { ShellCommands } from './shell-commands.ts';

interface WorkerFlags {
  exec: string;
  concurrency: number;
  leaseSeconds: number;
  tag?: string;
  deadline?: number;
  stopSeconds?: number;
  grace?: number;
}

/** For leases, renewals and deletions, however many commands run. */
const CONNECTIONS = 4;
/** Time for terminated commands to exit before they are killed, after the stop's own seconds. */
const TERMINATION_SECONDS = 2.5;

export async function work(queue: string, flags: WorkerFlags, command: Command): Promise<void> {
  const { exec, concurrency, leaseSeconds, tag, deadline: deadlineSeconds } = flags;
  const { config, output } = await prepare(command, { stopSeconds: flags.stopSeconds ?? flags.grace });
  const { stopSeconds = STOP_SECONDS } = config;
  const { connection, label } = requireDatabase(config);
  await checkOnce({ connection, label, from: '' });
  const logger = lineLogger(output);
  const pool = openPool(connectionConfig(connection, 'pgtaskqueue worker'), CONNECTIONS, logger);
  const commands = new ShellCommands(exec, childEnvironment());
  const fatal = Promise.withResolvers<never>();
  const worker = orUsageError(
    () =>
      new PullWorker({
        ...{ database: pool, queue, concurrency, leaseSeconds, logger },
        ...(tag === undefined ? {} : { tag }),
        ...(deadlineSeconds === undefined ? {} : { deadlineSeconds }),
        handler: (task, { signal }) => commands.run(task, signal),
        hooks: { trouble: (error) => isFatal(error) && fatal.reject(error) },
      }),
  );
  const stop = async () => {
    const terminating = setTimeout(() => commands.stop(), stopSeconds * 1000);
    await worker.stop({ deadlineSeconds: stopSeconds + TERMINATION_SECONDS });
    clearTimeout(terminating);
    await commands.stop();
    await pool.end();
  };
  const kill = () => commands.kill();
  process.once('exit', kill);
  try {
    // Before the start, which may run commands already.
    const stopped = stopOnSignal(stop, stopSeconds + TERMINATION_SECONDS, () => output.warn('Stopping …'));
    await worker.start();
    output.warn(`Running tasks of queue ${queue} on ${label}, at most ${concurrency} at a time. Ctrl-C stops.`);
    await Promise.race([stopped, fatal.promise]);
  } catch (error) {
    await stop();
    throw error;
  } finally {
    process.off('exit', kill);
  }
}

/** Fails immediately when the database cannot be reached; later the worker waits for it. */
async function checkOnce(source: DatabaseSource): Promise<void> {
  const database = await connect(source);
  await database.end();
}

/** Errors that retrying cannot fix. */
function isFatal(error: unknown): boolean {
  return [UnknownQueueError, InvalidQueueModeError, InvalidTagError].some((kind) => error instanceof kind);
}

/** Out-of-range options are bad usage. */
function orUsageError<Made>(make: () => Made): Made {
  try {
    return make();
  } catch (error) {
    throw error instanceof RangeError || error instanceof TypeError ? new UsageError(error.message) : error;
  }
}
