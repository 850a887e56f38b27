import type { Scenario } from '../scenario.ts';

const BATCH = 100;
const BATCHES = 10;

/** A thousand tasks are removed with one call. */
export const purged: Scenario = {
  title: '1 000 tasks are purged',
  async run({ queues, handler, transcript, count }) {
    await queues.createQueue('regrets', { rate: '1/s' });
    const queue = queues.queue('regrets');
    const tasks = Array.from({ length: BATCH }, () => ({ url: '/tasks/regret', payload: 'sorry', countdown: 3600 }));
    for (let batch = 1; batch <= BATCHES; batch++) await queue.add(tasks);
    const left = () => count("select 1 from taskqueue.tasks where queue = 'regrets'");
    transcript.check('they wait', await left(), BATCH * BATCHES);
    transcript.check('purging returns how many there were', await queue.purge(), BATCH * BATCHES);
    transcript.check('none is left', await left(), 0);
    transcript.check('none was sent', handler.at('/tasks/regret').length, 0);
  },
};
