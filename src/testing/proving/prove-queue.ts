// Runs the tasks of a queue through a prover.

import { AssertionError } from 'node:assert';
import { QueueHandle, statementsOf } from '../../client/queue-handle.ts';
import { requireDuration } from '../../domain/duration.ts';
import { keysOf, requireKnownKeys } from '../../domain/known-keys.ts';
import type { NewTask } from '../../domain/task.ts';
import { kindOf } from '../../domain/text.ts';
import type { Proof } from '../../proving/proof.ts';
import { proofText } from '../../proving/proof-text.ts';
import { Prover } from '../../proving/prover.ts';
import { drainAll } from '../draining/drain-all.ts';
import type { DrainQueueOptions } from '../draining/options.ts';
import type { ProveOptions } from './options.ts';

const KEYS: Record<keyof ProveOptions, true> = {
  ...{
    queue: true,
    tasks: true,
    signingKeys: true,
    clock: true,
    ignore: true,
    observe: true,
    laterBy: true,
    mostRows: true,
  },
};

/** @param caller where the stack of an AssertionError begins */
export async function proveQueue(
  handler: DrainQueueOptions['handler'],
  options: ProveOptions,
  caller: (...given: never[]) => unknown,
): Promise<Proof[]> {
  requireOptions(options);
  const { queue, tasks, signingKeys, clock, ignore, observe, laterBy = '1 day', mostRows } = options;
  const laterMs = requireDuration(laterBy, 'laterBy') * 1000;
  if (tasks) await queue.add(tasks as NewTask[]);
  const proofs = new Map<string, Proof>();
  const proved = (proof: Proof) => void proofs.set(proof.task, proof);
  const prover = new Prover({ database: statementsOf(queue), ignore, observe, mostRows, laterMs, proved });
  await drainAll(queue, { handler, signingKeys, clock }, prover);
  const all = [...proofs.values()];
  if (all.length === 0) throw new Error(`queue ${queue.name} has no task that is due: pass tasks`);
  const seen = all.filter(({ verdict }) => verdict !== 'nothing seen');
  const bad = seen.length === 0 ? all : seen.filter(({ verdict }) => verdict !== 'idempotent');
  if (bad.length === 0) return all;
  const message = `${bad.length} of ${all.length} tasks may not run twice\n\n${bad.map(proofText).join('\n\n')}`;
  throw Object.assign(new AssertionError({ message, operator: 'prove', stackStartFn: caller }), { proofs: all });
}

function requireOptions(options: unknown): asserts options is ProveOptions {
  if (typeof options !== 'object' || options === null)
    throw new TypeError(`prove takes a handler and { queue, tasks }, got ${kindOf(options)}`);
  requireKnownKeys(options, keysOf(KEYS), 'the options of prove', { task: 'tasks may be a single one' });
  const { queue, ignore, observe, mostRows } = options as Partial<ProveOptions>;
  if (!(queue instanceof QueueHandle))
    throw new TypeError(`queue must be a queue, such as queues.queue('mail'), got ${kindOf(queue)}`);
  if (ignore !== undefined && !(Array.isArray(ignore) && ignore.every((name) => typeof name === 'string')))
    throw new TypeError(`ignore must be a list of names of columns, got ${kindOf(ignore)}`);
  if (observe !== undefined && typeof observe !== 'function')
    throw new TypeError(`observe must be a function, got ${kindOf(observe)}`);
  if (mostRows !== undefined && !(Number.isSafeInteger(mostRows) && mostRows >= 0))
    throw new RangeError(`mostRows must be a whole number of at least 0, got ${mostRows}`);
}
