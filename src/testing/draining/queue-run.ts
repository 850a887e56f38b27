// Draining one queue with a handler: push tasks by a dispatcher of its own, pull tasks by leasing them one by one.

import { type QueueHandle, statementsOf } from '../../client/queue-handle.ts';
import type { FetchFunction } from '../../dispatcher/delivery/targets.ts';
import { Dispatcher, stagesOf } from '../../dispatcher/dispatcher.ts';
import { kindOf } from '../../domain/text.ts';
import type { Executor } from '../../postgres/executor.ts';
import { inSavepoint } from '../../postgres/savepoint.ts';
import { executorIn } from '../../postgres/transaction.ts';
import type { Prover } from '../../proving/prover.ts';
import { PushProver } from '../../proving/push-prover.ts';
import { systemClock } from '../../runtime/clock.ts';
import { silentLogger } from '../../runtime/logger.ts';
import { describeQueue } from '../../store/queues.ts';
import type { Tally } from './drained.ts';
import { executorPorts } from './executor-ports.ts';
import type { DrainQueueOptions } from './options.ts';
import { runOfPullQueue } from './pull-run.ts';
import type { Run } from './run.ts';
import { runOfDispatcher } from './runs.ts';

/** Proves the handler meanwhile. */
export interface Proving {
  prover?: Prover | undefined;
}

/** @throws UnknownQueueError; TypeError for a handler that is none */
export async function runOfQueue(queue: QueueHandle, options: DrainQueueOptions & Proving, tally: Tally): Promise<Run> {
  const { handler, transaction } = options;
  if (typeof handler !== 'function') throw new TypeError(`handler must be a function, got ${kindOf(handler)}`);
  const executor = transaction ? executorIn(transaction) : statementsOf(queue);
  const { mode } = await describeQueue(executor, queue.name);
  return mode === 'pull' ? runOfPullQueue(queue, options, tally) : runOfPushQueue(queue.name, executor, options, tally);
}

function runOfPushQueue(queue: string, executor: Executor, options: DrainQueueOptions & Proving, tally: Tally): Run {
  const { handler, transaction, prover, signingKeys, clock = systemClock } = options;
  const attempt = inSavepoint(transaction, handler as FetchFunction);
  const watched = watch(executor);
  const dispatcher = new Dispatcher(
    {
      database: 'postgresql://unused', // the ports are used instead
      targets: { default: attempt, '*': attempt },
      development: { ignoreRates: true, ...(prover && { prover: new PushProver(prover) }) },
      logger: silentLogger,
      ...(signingKeys && { signingKeys }),
      clock,
    },
    executorPorts(watched, queue, clock),
  );
  stagesOf(dispatcher).settler.giveUp(); // a statement that fails is the test's to see, and is not repeated
  const run = runOfDispatcher(dispatcher, tally);
  return {
    pass: async () => {
      const started = await run.pass();
      watched.rethrow();
      return started;
    },
    queues: () => [queue],
    close: async () => {
      await prover?.finish();
      await dispatcher.stop({ deadlineSeconds: 0 });
    },
  };
}

/** Remembers the first error of a statement, which a dispatcher would log. */
function watch(executor: Executor): Executor & { rethrow(): void } {
  let failed: { error: unknown } | undefined;
  return {
    inTransaction: executor.inTransaction ?? false,
    query: (text, values) =>
      executor.query(text, values).catch((error) => {
        failed ??= { error };
        throw error;
      }),
    rethrow: () => {
      if (failed) throw failed.error;
    },
  };
}
