import { expect, test, vi } from 'vitest';
import { silentLogger } from '../../src/runtime/logger.ts';
import { Loop } from '../../src/runtime/loop.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import { eventually } from '../support/eventually.ts';

function setup(runOnce: () => Promise<number>) {
  const clock = new ManualClock();
  const warn = vi.fn();
  const loop = new Loop({ name: 'test', runOnce, clock, logger: { ...silentLogger, warn } });
  return { clock, loop, warn };
}

test('runs a pass, sleeps as long as it said, and runs again', async () => {
  let passes = 0;
  const { clock, loop } = setup(async () => {
    passes++;
    return 1000;
  });
  await loop.start();
  await eventually(() => clock.waiting === 1);
  expect(passes).toBe(1);
  clock.advance(1);
  await eventually(() => expect(passes).toBe(2));
  await loop.stop();
});

test('waking ends the sleep; waking during a pass starts another after it', async () => {
  let passes = 0;
  let finish = () => {};
  const { clock, loop } = setup(async () => {
    passes++;
    if (passes === 2) await new Promise<void>((resolve) => (finish = resolve));
    return 3_600_000;
  });
  await loop.start();
  await eventually(() => clock.waiting === 1);
  loop.wake();
  await eventually(() => expect(passes).toBe(2));
  loop.wake();
  finish();
  await eventually(() => expect(passes).toBe(3));
  await loop.stop();
});

test('a pass that throws is logged and retried', async () => {
  let passes = 0;
  const { clock, loop, warn } = setup(async () => {
    passes++;
    if (passes === 1) throw new Error('broken');
    return 3_600_000;
  });
  await loop.start();
  await eventually(() => clock.waiting === 1);
  expect(warn).toHaveBeenCalledOnce();
  clock.advance(1);
  await eventually(() => expect(passes).toBe(2));
  await loop.stop();
});

test('stop awaits the pass; stopping twice, or before the start, does no harm', async () => {
  let finish = () => {};
  let ended = false;
  const { loop } = setup(async () => {
    await new Promise<void>((resolve) => (finish = resolve));
    ended = true;
    return 0;
  });
  await loop.start();
  await loop.start();
  const stopping = loop.stop();
  finish();
  await Promise.all([stopping, loop.stop()]);
  expect(ended).toBe(true);
  await expect(loop.start()).rejects.toThrow('was stopped');
  await setup(async () => 0).loop.stop();
});
