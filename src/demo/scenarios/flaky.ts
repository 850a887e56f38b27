import { until } from '../recorder.ts';
import type { Scenario } from '../scenario.ts';

const PATH = '/tasks/flaky';
const FIRST_BACKOFF_MS = 200;

/** A task fails twice, waits longer each time, and succeeds. */
export const flaky: Scenario = {
  title: 'A handler fails twice and then succeeds',
  async run({ queues, handler, transcript, count }) {
    await queues.createQueue('patient', { rate: '100/s', retry: { minBackoffSeconds: FIRST_BACKOFF_MS / 1000 } });
    handler.answer(PATH, 500, 503, 200);
    const task = await queues.queue('patient').add({ url: PATH, json: {} });

    const attempts = await handler.wait(PATH, 3);
    const header = (name: string) => attempts.map((attempt) => attempt.headers.get(`x-appengine-${name}`));
    transcript.check('it is sent three times', attempts.length, 3);
    transcript.check('each request says how many came before', header('taskretrycount'), ['0', '1', '2']);
    transcript.check('and how the previous one was answered', header('taskpreviousresponse'), [null, '500', '503']);

    const [first = 0, second = 0] = attempts.slice(1).map((attempt, index) => attempt.at - (attempts[index]?.at ?? 0));
    transcript.note(`pauses: ${Math.round(first)} ms, ${Math.round(second)} ms`);
    transcript.check('the first retry waits 0.2 s', first >= FIRST_BACKOFF_MS);
    transcript.check('the second waits twice as long', second >= 2 * FIRST_BACKOFF_MS);
    transcript.check(
      'then the task is done',
      await until(async () => (await count('select 1 from taskqueue.tasks where name = $1', [task.name])) === 0),
    );
  },
};
