// Draining a dispatcher or a worker that the test has made.

import type { Dispatcher } from '../../dispatcher/dispatcher.ts';
import { attemptInfo, attemptResult } from '../../dispatcher/reporting/attempt-info.ts';
import { observeDispatcher } from '../../dispatcher/reporting/observe.ts';
import type { EndedAttempt } from '../../dispatcher/settling/settler.ts';
import { observeWorker, type PullWorker } from '../../worker/pull-worker.ts';
import type { DrainedTask, Tally } from './drained.ts';
import type { Run } from './run.ts';

/** What is known of a dispatcher that has been drained before: it is observed once. */
interface Observed {
  tally: Tally;
  figures: ReturnType<typeof observeDispatcher>;
}

const dispatchers = new WeakMap<Dispatcher, Observed>();

export function runOfDispatcher(dispatcher: Dispatcher, tally: Tally): Run {
  const observed = dispatchers.get(dispatcher) ?? observe(dispatcher, tally);
  observed.tally = tally;
  let ledElsewhere: readonly string[] = [];
  return {
    pass: async () => {
      const result = await dispatcher.runOnce();
      ledElsewhere = result.ledElsewhere;
      return tally.count(result);
    },
    queues: () => observed.figures().map(({ queue }) => queue),
    ledElsewhere: () => ledElsewhere,
    msToToken: () => {
      const waits = observed.figures().map(({ level, enforcedRate }) => ((1 - level) / enforcedRate) * 1000);
      const least = Math.min(...waits.filter((ms) => ms > 0));
      return least === Infinity ? undefined : least;
    },
  };
}

function observe(dispatcher: Dispatcher, tally: Tally): Observed {
  const ended = (attempt: EndedAttempt) => observed.tally.tasks.push(drainedTask(attempt));
  const observed: Observed = { tally, figures: observeDispatcher(dispatcher, { ended }) };
  dispatchers.set(dispatcher, observed);
  return observed;
}

function drainedTask(attempt: EndedAttempt): DrainedTask {
  const { queue, task: name, method, url, attempt: number } = attemptInfo(attempt.dispatch);
  const { result, status, error } = attemptResult(attempt);
  return { queue, name, method, url, attempt: number, outcome: result === 'retry' ? 'failed' : result, status, error };
}

export function runOfWorker(worker: PullWorker, tally: Tally): Run {
  const queue = observeWorker(worker, (task, outcome, error) => {
    const { queueName, name, retryCount: attempt } = task;
    tally.tasks.push(pullTask({ queue: queueName, name, attempt, outcome, error }));
    tally.counts[outcome] += 1;
  });
  return {
    pass: async () => {
      const { done, failed, lost } = await worker.runOnce();
      tally.counts.claimed += done + failed + lost;
      return done + failed + lost;
    },
    queues: () => [queue],
  };
}

/** What a drain tells of an attempt of a pull task. */
export function pullTask(
  ended: Pick<DrainedTask, 'queue' | 'name' | 'attempt' | 'outcome'> & { error?: unknown },
): DrainedTask {
  const { error, ...task } = ended;
  return { ...task, method: 'PULL', url: null, status: null, error: error === undefined ? undefined : String(error) };
}
