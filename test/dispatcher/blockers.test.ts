// What keeps queues from claiming is recorded while it lasts, and its end at the latest when the dispatcher stops.

import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Blockers } from '../../src/dispatcher/claiming/blockers.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import type { BlockerEntry } from '../../src/store/blockers.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';

function blockersOf(recorded: BlockerEntry[]) {
  const clock = new ManualClock(0);
  const record = async (entries: BlockerEntry[]) => void recorded.push(...entries);
  const blockers = new Blockers({ record, longestWait: () => undefined, clock, logger: silentLogger });
  const pass = (seconds: number) => {
    clock.advance(seconds);
    return setImmediate();
  };
  return { pass, blockers };
}

const kinds = (recorded: BlockerEntry[]) => recorded.map(({ queue, kind }) => [queue, kind]);

test('a reason is recorded after a second, and its end', async () => {
  const recorded: BlockerEntry[] = [];
  const { pass, blockers } = blockersOf(recorded);
  blockers.set('mail', { kind: 'requests', waiting: 3 });
  await pass(0.9);
  expect(recorded).toEqual([]);
  await pass(1);
  expect(kinds(recorded)).toEqual([['mail', 'requests']]);
  blockers.set('mail', undefined);
  await pass(1);
  expect(kinds(recorded)).toEqual([
    ['mail', 'requests'],
    ['mail', null],
  ]);
});

test('a stop records the end of all, and nothing after it', async () => {
  const recorded: BlockerEntry[] = [];
  const { pass, blockers } = blockersOf(recorded);
  blockers.set('mail', { kind: 'requests', waiting: 3 });
  await pass(2);
  blockers.set('new', { kind: 'requests', waiting: 1 });
  recorded.length = 0;
  await blockers.stop();
  expect(kinds(recorded)).toEqual([['mail', null]]);
  blockers.set('mail', { kind: 'requests', waiting: 3 });
  await pass(5);
  expect(recorded).toHaveLength(1);
});
