import { expect, test, vi } from 'vitest';
import { SweepSchedule } from '../../src/dispatcher/upkeep/sweep-schedule.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';

function setup() {
  const clock = new ManualClock(0);
  const sweep = vi.fn(async (_queues: string[]): Promise<string[]> => []);
  const sweepPartitions = vi.fn(async () => {});
  return {
    clock,
    sweep,
    sweepPartitions,
    swept: () => sweep.mock.calls.splice(0).flat(),
    sweeps: new SweepSchedule({ sweep, sweepPartitions }, clock),
  };
}

test('each queue is swept a minute after it is first seen', async () => {
  const { clock, swept, sweeps } = setup();
  await sweeps.sweep(['mail']);
  clock.advance(59);
  await sweeps.sweep(['mail', 'other']);
  expect(swept()).toEqual([]);
  clock.advance(1);
  await sweeps.sweep(['mail', 'other']);
  expect(swept()).toEqual([['mail']]);
  clock.advance(59);
  await sweeps.sweep(['mail', 'other']);
  expect(swept()).toEqual([['other']]);
});

test('after that once a minute while it is busy, otherwise once an hour', async () => {
  const { clock, swept, sweeps } = setup();
  await sweeps.sweep(['mail', 'other']);
  for (let minute = 1; minute <= 61; minute++) {
    clock.advance(60);
    if (minute < 4) sweeps.busy('mail');
    await sweeps.sweep(['mail', 'other']);
  }
  expect(swept()).toEqual([['mail', 'other'], ['mail'], ['mail'], ['other']]);
});

test('ten queues share a statement', async () => {
  const { clock, swept, sweeps } = setup();
  const queues = Array.from({ length: 25 }, (_, i) => `queue-${i}`);
  await sweeps.sweep(queues);
  for (const queue of queues) sweeps.busy(queue);
  clock.advance(60);
  await sweeps.sweep(queues);
  expect(swept().map((together) => together.length)).toEqual([10, 10, 5]);
});

test('of many idle queues that appear together, ten are swept per refresh', async () => {
  const { clock, swept, sweeps } = setup();
  const queues = Array.from({ length: 25 }, (_, i) => `queue-${i}`);
  await sweeps.sweep(queues);
  const counts: number[] = [];
  for (let refresh = 0; refresh < 6; refresh++) {
    clock.advance(30);
    await sweeps.sweep(queues);
    counts.push(swept().flat().length);
  }
  expect(counts).toEqual([0, 10, 10, 5, 0, 0]);
});

test('a queue that needs more than one sweep is swept again at the next refresh', async () => {
  const { clock, sweep, swept, sweeps } = setup();
  await sweeps.sweep(['mail', 'other']);
  clock.advance(60);
  sweep.mockResolvedValueOnce(['mail']);
  await sweeps.sweep(['mail', 'other']);
  await sweeps.sweep(['mail', 'other']);
  await sweeps.sweep(['mail', 'other']);
  expect(swept()).toEqual([['mail', 'other'], ['mail']]);
});

test('partitions are swept a minute after the start, and once an hour', async () => {
  const { clock, sweeps, sweepPartitions } = setup();
  for (let minute = 0; minute <= 61; minute++) {
    await sweeps.sweep(['mail']);
    expect(sweepPartitions).toHaveBeenCalledTimes(minute < 1 ? 0 : minute < 61 ? 1 : 2);
    clock.advance(60);
  }
});
