import { TaskAlreadyExistsError, TombstonedTaskError } from '../../domain/errors.ts';
import { until } from '../recorder.ts';
import type { Scenario } from '../scenario.ts';

const PATH = '/tasks/receipt';
const NAME = 'receipt-7';

/** A name can be used once, while the task exists and for a while after. */
export const named: Scenario = {
  title: 'A named task is rejected the second time',
  async run({ queues, handler, transcript, count }) {
    const queue = queues.queue('orders');
    const again = () => queue.add({ url: PATH, name: NAME, json: {} }).catch((error: unknown) => error);
    await queue.add({ url: PATH, name: NAME, json: {}, countdown: 3600 });
    transcript.check('while it waits, a task of that name exists', (await again()) instanceof TaskAlreadyExistsError);

    await queue.run(NAME);
    await handler.wait(PATH);
    await until(async () => (await count('select 1 from taskqueue.tasks where name = $1', [NAME])) === 0);
    transcript.check('after it has run, its name cannot be reused yet', (await again()) instanceof TombstonedTaskError);
    transcript.check('the handler was called once', handler.at(PATH).length, 1);
  },
};
