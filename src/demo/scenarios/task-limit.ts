import { TooManyTasksError } from '../../domain/errors.ts';
import type { Scenario } from '../scenario.ts';

const PATH = '/tasks/of-five';

/** A transaction may add five tasks, and a savepoint keeps them when a sixth is rejected. */
export const taskLimit: Scenario = {
  title: 'A transaction may add five tasks; a sixth is rejected',
  async run({ pool, queues, handler, transcript, count }) {
    const queue = queues.queue('orders');
    const transaction = await pool.connect();
    await transaction.query('begin');
    await transaction.query("insert into orders (item) values ('A banquet')");
    for (let number = 1; number <= 5; number++) await queue.add({ url: PATH, json: { number } }, { transaction });
    await transaction.query('savepoint before_the_sixth');
    const refusal = await queue
      .add({ url: PATH, json: { number: 6 } }, { transaction })
      .catch((error: unknown) => error);
    transcript.check('the sixth is rejected: too many tasks', refusal instanceof TooManyTasksError);
    await transaction.query('rollback to savepoint before_the_sixth');
    await transaction.query('commit');
    transaction.release();
    if (refusal instanceof Error) transcript.note(`“${refusal.message}”`);

    transcript.check(
      'after a rollback to the savepoint, the order is committed',
      await count("select 1 from orders where item = 'A banquet'"),
      1,
    );
    const arrived = await handler.wait(PATH, 5);
    transcript.check(
      'and so are the five tasks, which arrive',
      arrived.map((request) => JSON.parse(request.body).number).sort(),
      [1, 2, 3, 4, 5],
    );
  },
};
