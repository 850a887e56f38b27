import { PermanentTaskFailure } from '../../deferred.ts';
import { until } from '../recorder.ts';
import { type Scenario, SIGNED_TARGET } from '../scenario.ts';

const LARGE = 200_000;

/** A function is called later, with the arguments it was deferred with. */
export const deferred: Scenario = {
  title: 'A function is deferred',
  async run({ pool, deferred, transcript, count }) {
    const calls: unknown[][] = [];
    const remind = deferred.register('remind', async (to: string, when: Date, cents: bigint) => {
      calls.push([to, when, cents]);
    });
    const lose = deferred.register('lose', async () => {
      calls.push(['lost']);
      throw new PermanentTaskFailure('this cannot be done');
    });
    const options = { target: SIGNED_TARGET };
    const called = (times: number) => until(() => calls.length >= times);
    const gone = (name: string) =>
      until(async () => (await count('select 1 from taskqueue.tasks where name = $1', [name])) === 0);

    const transaction = await pool.connect();
    const when = new Date('2030-01-31T08:30:00Z');
    try {
      await transaction.query('begin');
      await remind.defer(['nobody', when, 0n], { ...options, transaction });
      await transaction.query('rollback');
      await transaction.query('begin');
      await remind.defer(['ada', when, 995n], { ...options, transaction });
      await transaction.query('commit');
    } finally {
      transaction.release();
    }
    await called(1);
    transcript.check('it is called with its arguments: a text, a Date and a bigint', calls, [['ada', when, 995n]]);

    await remind.defer(['x'.repeat(LARGE), when, 1n], options);
    await called(2);
    transcript.check(
      'arguments too large for a task arrive as well',
      (calls[1]?.[0] as string | undefined)?.length,
      LARGE,
    );

    const { name } = await lose.defer([], options);
    transcript.check('a permanent failure ends the task', await gone(name));
    transcript.check('each was called once, and the one rolled back never', calls.length, 3);
  },
};
