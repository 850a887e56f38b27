// `pgtaskqueue worker`: makes any shell command a worker of a pull queue.

import { type Command, Option } from 'commander';
import { InvalidQueueModeError, InvalidTagError, PermissionDeniedError, UnknownQueueError } from '../domain/errors.ts';
import { connectionConfig } from '../postgres/connection-settings.ts';
import { openPool } from '../postgres/direct-pool.ts';
import { requireSchemaOn } from '../schema/migrate/migrate.ts';
import { translateError } from '../schema/translate-error.ts';
import { childEnvironment, requireDatabase } from '../server/config.ts';
import type { DatabaseSource } from '../server/database-source.ts';
import { stopOnSignal } from '../server/shutdown.ts';
import { STOP_SECONDS } from '../worker/options.ts';
import { duration, whole } from './arguments.ts';
import { connect, prepare } from './connect.ts';
import { UsageError } from './exit-codes.ts';
import { lineLogger } from './line-logger.ts';
import { ShellCommands } from './shell-commands.ts';

interface WorkerFlags {
  queue: string;
  exec: string;
  concurrency: number;
  leaseSeconds: number;
  tag?: string;
  deadline?: number;
  stopSeconds?: number;
  grace?: number;
}

/** Leases, ends and renewals of so many commands. */
const CONNECTIONS = 4;
/** After the stop's seconds: for commands that are told to end, until they are killed. */
const LAST_WORDS_SECONDS = 2.5;

/** Adds the command `worker`. */
export function addWorkerCommand(program: Command): void {
  program
    .command('worker')
    .description(
      'run a shell command for each task of a pull queue: exit code 0 is done, any other is tried again later',
    )
    .requiredOption('--queue <queue>', 'the pull queue')
    .requiredOption('--exec <command>', 'gets the payload on standard input, and PGTASKQUEUE_TASK_NAME and its kin')
    .option('--concurrency <n>', 'commands at once', whole, 1)
    .option('--lease-seconds <duration>', 'how long a task is leased; renewed while its command runs', duration, 60)
    .option('--tag <tag>', 'only tasks of this tag')
    .option('--deadline <duration>', 'how long a command may take; then it is ended, and has failed', duration)
    .option(
      '--stop-seconds <duration>',
      'how long commands may go on after Ctrl-C or SIGTERM; then they are ended, and have failed (default: 25)',
      duration,
    )
    .addOption(new Option('--grace <duration>', 'the former name of --stop-seconds').argParser(duration).hideHelp())
    .addHelpText(
      'after',
      `\nExample:\n  pgtaskqueue worker --queue photos --concurrency 4 --exec 'convert - -resize 300 "$PGTASKQUEUE_TASK_NAME.png"'`,
    )
    .action(work);
}

async function work(flags: WorkerFlags, command: Command): Promise<void> {
  const { queue, exec, concurrency, leaseSeconds, tag, deadline: deadlineSeconds } = flags;
  const { config, output } = prepare(command, { stopSeconds: flags.stopSeconds ?? flags.grace });
  const { stopSeconds = STOP_SECONDS } = config;
  const { connection, label } = requireDatabase(config);
  await lookOnce({ connection, label, from: '' });
  const logger = lineLogger(output);
  const pool = openPool(connectionConfig(connection, 'pgtaskqueue worker'), CONNECTIONS, logger);
  const commands = new ShellCommands(exec, childEnvironment());
  const { PullWorker } = await import('../worker/pull-worker.ts'); // the other commands start sooner without it
  const hopeless = Promise.withResolvers<never>();
  const worker = usable(
    () =>
      new PullWorker({
        ...{ database: pool, queue, concurrency, leaseSeconds, logger },
        ...(tag === undefined ? {} : { tag }),
        ...(deadlineSeconds === undefined ? {} : { deadlineSeconds }),
        handler: (task, { signal }) => commands.run(task, signal),
        hooks: { trouble: (error) => isHopeless(error) && hopeless.reject(error) },
      }),
  );
  const stop = async () => {
    const politely = setTimeout(() => commands.stop(), stopSeconds * 1000);
    await worker.stop({ deadlineSeconds: stopSeconds + LAST_WORDS_SECONDS });
    clearTimeout(politely);
    await commands.stop();
    await pool.end();
  };
  const kill = () => commands.kill();
  process.once('exit', kill);
  try {
    await worker.start();
    const announce = () => output.warn('Stopping …');
    const stopped = stopOnSignal(stop, stopSeconds + LAST_WORDS_SECONDS, announce);
    output.warn(`Working on queue ${queue} of ${label}, ${concurrency} at once. Ctrl-C stops.`);
    await Promise.race([stopped, hopeless.promise]);
  } catch (error) {
    await stop();
    throw error;
  } finally {
    process.off('exit', kill);
  }
}

/** Later a database that is away is waited for. Whoever may not read the schema's version learns from the first call whether it is there. */
async function lookOnce(source: DatabaseSource): Promise<void> {
  const database = await connect(source);
  try {
    await requireSchemaOn(database);
  } catch (error) {
    const known = translateError(error);
    if (!(known instanceof PermissionDeniedError)) throw known;
  } finally {
    await database.end();
  }
}

/** What no patience mends. */
function isHopeless(error: unknown): boolean {
  return [UnknownQueueError, InvalidQueueModeError, InvalidTagError].some((kind) => error instanceof kind);
}

function usable<Made>(make: () => Made): Made {
  try {
    return make();
  } catch (error) {
    throw error instanceof RangeError || error instanceof TypeError ? new UsageError(error.message) : error;
  }
}
