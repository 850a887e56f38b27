// Proves the handler of a pull queue: calls it again with the same task, leased once more.

import type { LeasedTask } from '../../client/task.ts';
import type { ProofAnswer } from '../../proving/proof.ts';
import type { Prover } from '../../proving/prover.ts';
import type { LeasedTaskContext } from '../../worker/options.ts';

type Handler = (task: LeasedTask, context: LeasedTaskContext) => unknown;

/**
 * @param isOver true once the handler has finished its task in a transaction: then no later lease can follow
 */
export function provedPull(prover: Prover, handler: Handler, isOver: () => boolean): Handler {
  return async (task, context) => {
    let last: unknown;
    const deliver = async (retry: number): Promise<ProofAnswer> => {
      const again = Object.assign(Object.create(task), { retryCount: task.retryCount + retry }) as LeasedTask;
      try {
        await handler(retry === 0 ? task : again, context);
        return { succeeded: true, status: null, error: undefined };
      } catch (error) {
        last = error;
        return { succeeded: false, status: null, error: String(error) };
      }
    };
    const { queueName: queue, name } = task;
    const proved = { queue, task: name, method: 'PULL', url: null, key: name };
    const { verdict } = await prover.prove({ ...proved, deliver, isOver });
    if (verdict === 'failed') throw last;
  };
}
