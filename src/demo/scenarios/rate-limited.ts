import { until } from '../recorder.ts';
import type { Scenario } from '../scenario.ts';

const PATH = '/tasks/limited';
const TASKS = 8;
const BURST = 3;
const A_SECOND = 10;

/** After a burst a queue keeps to its rate, and an overloaded handler slows it down. */
export const rateLimited: Scenario = {
  title: 'A queue keeps its rate, and slows down when its handler asks for it',
  async run({ queues, handler, transcript }) {
    await queues.createQueue('limited', { rate: `${A_SECOND}/s`, bucketSize: BURST });
    const began = performance.now();
    await queues.queue('limited').add(Array.from({ length: TASKS }, (_, i) => ({ url: PATH, json: { i } })));
    const sent = await handler.wait(PATH, TASKS);
    const took = (sent.at(-1)?.at ?? 0) - began;
    const least = ((TASKS - BURST) / A_SECOND) * 1000;
    transcript.note(`${TASKS} tasks in ${Math.round(took)} ms`);
    transcript.check('all tasks are sent', sent.length, TASKS);
    transcript.check(`those after the burst of ${BURST} keep to the rate`, took >= least);

    const enforced = async () => (await queues.listQueues()).find(({ name }) => name === 'limited')?.enforcedRate;
    transcript.check('the configured rate is enforced', await enforced(), A_SECOND);
    handler.answer('/tasks/overloaded', 503, 200);
    await queues.queue('limited').add({ url: '/tasks/overloaded' });
    await handler.wait('/tasks/overloaded', 2);
    transcript.check(
      'after a 503 the enforced rate is halved',
      await until(async () => (await enforced()) === A_SECOND / 2),
    );
    await queues.updateQueue('limited', { bucketSize: BURST + 1 });
    transcript.check(
      'after an update the full rate is enforced again',
      await until(async () => (await enforced()) === A_SECOND),
    );
  },
};
