import { expect, test } from 'vitest';
import { AllQueueSeries, OTHER_QUEUES } from '../../src/metrics/queue-series.ts';

const claim = (all: AllQueueSeries, queue: string, times: number) => {
  for (let i = 0; i < times; i++) all.of(queue).claimed += 1;
};
const shown = (all: AllQueueSeries, now: number) =>
  Object.fromEntries(all.shown(now).map(([label, { claimed }]) => [label, claimed]));

test('the first queues have series of their own, the rest share one', () => {
  const all = new AllQueueSeries(2);
  for (const queue of ['a', 'b', 'c', 'd']) claim(all, queue, 5);
  expect(shown(all, 0)).toEqual({ a: 5, b: 5, [OTHER_QUEUES]: 10 });
});

test('a much busier queue takes the series of the idlest, and no series falls', () => {
  const all = new AllQueueSeries(2);
  claim(all, 'a', 100);
  claim(all, 'b', 1);
  claim(all, 'c', 50);
  expect(shown(all, 60_000)).toEqual({ a: 100, c: 0, [OTHER_QUEUES]: 50 });
  claim(all, 'b', 1);
  claim(all, 'c', 5);
  expect(shown(all, 61_000)).toEqual({ a: 100, c: 5, [OTHER_QUEUES]: 51 });
});

test('queues that are equally busy keep what they have', () => {
  const all = new AllQueueSeries(1);
  for (let minute = 1; minute < 10; minute++) {
    claim(all, 'a', 20);
    claim(all, 'b', 25);
    expect(Object.keys(shown(all, minute * 60_000))).toEqual(['a', OTHER_QUEUES]);
  }
});

test('with none of their own, all are summed up', () => {
  const all = new AllQueueSeries(0);
  claim(all, 'a', 3);
  claim(all, 'b', 4);
  expect(shown(all, 0)).toEqual({ [OTHER_QUEUES]: 7 });
});
