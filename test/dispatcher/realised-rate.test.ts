import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { useDispatchers } from './harness.ts';

// npm run test:soak:rate measures over a minute, to one per cent.

const LONG = process.env.SOAK === 'rate';
const SECONDS = LONG ? 60 : 3;
/** 500/s needs a machine to itself. */
const RATES = LONG ? [1, 10, 100, 500] : [1, 10, 100];
const DISPATCHERS = 3;
/** How late a busy machine may be at the ends of the window. Leaders that each spend the whole rate would be seen still. */
const JITTER_SECONDS = 0.9;
const PER_CENT = 0.01;

const harness = useDispatchers();

/** One second's worth, so that a machine that stalls for a moment loses no token. */
const bucketOf = (rate: number) => Math.max(5, rate);

const sql = async (text: string, ...values: unknown[]) => (await harness.database.pool.query(text, values)).rows;

async function fill(queue: string, tasks: number): Promise<void> {
  for (let left = tasks; left > 0; left -= 100) await harness.addMany(queue, Math.min(left, 100));
}

test(`realised over ${SECONDS} s, by ${DISPATCHERS} dispatchers: ${RATES.join(', ')}/s`, async () => {
  const times = new Map(RATES.map((rate) => [`rate-${rate}`, [] as number[]]));
  for (const rate of RATES) {
    await harness.createQueue(`rate-${rate}`, { rate: `${rate}/s`, bucket_size: bucketOf(rate) });
    await sql('select from taskqueue.pause_queue($1)', `rate-${rate}`);
    await fill(`rate-${rate}`, bucketOf(rate) + Math.ceil(rate * (SECONDS + 2)));
  }
  const handler = (request: Request) => {
    times.get(request.headers.get('x-appengine-queuename') ?? '')?.push(performance.now());
    return new Response();
  };
  const dispatchers = Array.from({ length: DISPATCHERS }, () => harness.dispatcher({ targets: { default: handler } }));
  for (const dispatcher of dispatchers) await dispatcher.start();
  await eventually(async () => {
    const rows = await sql('select cardinality(queues) as led from taskqueue.dispatchers order by 1');
    expect(rows.map(({ led }) => led)).toEqual(RATES.length === 3 ? [0, 2, 2] : [1, 2, 2]); // these, and default: who takes a queue over begins slowly
  });
  for (const rate of RATES) await sql('select from taskqueue.resume_queue($1)', `rate-${rate}`);
  const queueTimes = (rate: number) => times.get(`rate-${rate}`) ?? [];
  const measured = (rate: number) => {
    const [from = Infinity] = queueTimes(rate).slice(bucketOf(rate)); // the first after the burst
    return queueTimes(rate).filter((at) => at > from && at <= from + SECONDS * 1000).length;
  };
  await eventually(
    () =>
      RATES.every(
        (rate) => (queueTimes(rate).at(-1) ?? 0) > (queueTimes(rate)[bucketOf(rate)] ?? Infinity) + SECONDS * 1000,
      ),
    { timeoutMs: (SECONDS + 30) * 1000, everyMs: 100 },
  );
  for (const rate of RATES) {
    const wanted = rate * SECONDS;
    const tolerance = LONG ? Math.max(1, wanted * PER_CENT) : 1 + rate * JITTER_SECONDS + wanted * PER_CENT;
    if (LONG) console.info(`${rate}/s: ${measured(rate)} tasks in ${SECONDS} s`);
    expect(Math.abs(measured(rate) - wanted), `${rate}/s: ${measured(rate)} in ${SECONDS} s`).toBeLessThanOrEqual(
      tolerance,
    );
  }
});
