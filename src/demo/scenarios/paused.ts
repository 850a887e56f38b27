import type { Scenario } from '../scenario.ts';

/** Pausing holds tasks back, resuming sends them. */
export const paused: Scenario = {
  title: 'A queue is paused and resumed',
  async run({ queues, handler, transcript, count }) {
    await queues.createQueue('slow-day', { rate: '100/s' });
    const queue = queues.queue('slow-day');
    await queue.pause({ reason: 'demonstration' });
    const task = await queue.add({ url: '/tasks/held', json: {} });

    // When a later task of a running queue has arrived, the dispatcher could have sent the other one too.
    await queues.queue('orders').add({ url: '/tasks/meanwhile', json: {} });
    transcript.check('a running queue continues', (await handler.wait('/tasks/meanwhile')).length, 1);
    transcript.check('the paused queue sends nothing', handler.at('/tasks/held').length, 0);
    transcript.check('its task waits', await count('select 1 from taskqueue.tasks where name = $1', [task.name]), 1);
    await queue.resume();
    transcript.check('once resumed, it sends the task', (await handler.wait('/tasks/held')).length, 1);
  },
};
