// A span for each call of a worker's handler.

import type { LeasedTask } from '../client/task.ts';
import { headerIn } from '../domain/trace-context.ts';
import type { Telemetry } from '../runtime/telemetry.ts';
import type { PullWorkerOptions } from './options.ts';

/** The options with handlers that run in spans. */
export function tracedHandlers(options: PullWorkerOptions, telemetry: Telemetry): PullWorkerOptions {
  const { queue, handler, batchHandler } = options;
  const process = async (
    tasks: readonly LeasedTask[],
    attributes: Record<string, string | number>,
    call: () => unknown,
  ): Promise<void> => {
    const startedAt = performance.now();
    const created = tasks.map(({ headers }) => headerIn(headers ?? {}, 'traceparent'));
    let failed: string | undefined;
    try {
      await telemetry.span({ operation: 'process', kind: 'consumer', queue, attributes, created }, async () => call());
    } catch (error) {
      failed = error instanceof Error ? error.name : 'Error';
      throw error;
    } finally {
      telemetry.recordProcessed(queue, (performance.now() - startedAt) / 1000, failed);
    }
  };
  const about = ({ name, retryCount }: LeasedTask) => ({
    'messaging.message.id': name,
    'pgtaskqueue.attempt': retryCount,
  });
  if (handler)
    return { ...options, handler: (task, context) => process([task], about(task), () => handler(task, context)) };
  const count = (tasks: readonly LeasedTask[]) => ({ 'messaging.batch.message_count': tasks.length });
  return {
    ...options,
    batchHandler: (tasks, context) => process(tasks, count(tasks), () => batchHandler(tasks, context)),
  };
}
