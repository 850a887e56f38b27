// One limit for several dispatchers of a process: a simulation of cells whose queues always have tasks.

import { expect, test } from 'vitest';
import { SharedConcurrency } from '../../src/dispatcher/claiming/shared-concurrency.ts';
import { Slots } from '../../src/dispatcher/claiming/slots.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';

/** A cell whose queues claim all they can; each task takes `ms`, or never ends. */
class SimulatedCell {
  readonly slots: Slots;
  done = 0;
  held = 0;
  most = 0;
  readonly #clock: ManualClock;
  readonly #ms: number | undefined;
  readonly #queues: number;

  constructor(clock: ManualClock, part: ReturnType<SharedConcurrency['of']>, queues: number, ms: number | undefined) {
    this.#clock = clock;
    this.#ms = ms;
    this.#queues = queues;
    this.slots = new Slots(clock, part);
    for (let queue = 0; queue < queues; queue++) this.slots.join(queue);
  }

  start(): void {
    for (let queue = 0; queue < this.#queues; queue++) this.#claim(queue);
  }

  #claim(queue: number): void {
    for (;;) {
      const got = this.slots.reserve(queue, 100);
      if (got === 0) break;
      this.held += got;
      this.most = Math.max(this.most, this.held);
      for (let task = 0; task < got && this.#ms !== undefined; task++)
        this.#clock.alarm(this.#ms * (0.5 + Math.random()), () => this.#end(queue));
    }
    this.slots.wait(queue, () => this.#claim(queue));
  }

  #end(queue: number): void {
    this.held -= 1;
    this.done += 1;
    this.slots.release(queue);
  }
}

function simulate(limit: number, cells: { queues: number; ms: number | undefined }[], seconds = 20) {
  const clock = new ManualClock();
  const shared = new SharedConcurrency(cells.length, limit);
  const simulated = cells.map(({ queues, ms }, at) => new SimulatedCell(clock, shared.of(at), queues, ms));
  for (const cell of simulated) cell.start();
  let most = 0;
  for (let step = 0; step < seconds * 20; step++) {
    clock.advance(0.05);
    most = Math.max(
      most,
      simulated.reduce((sum, { held }) => sum + held, 0),
    );
  }
  expect(most).toBeLessThanOrEqual(limit);
  return simulated;
}

test('one cell alone has all slots, as without cells', () => {
  const [cell] = simulate(100, [{ queues: 3, ms: 100 }]);
  expect(cell?.most).toBe(100);
  expect(cell?.done).toBeGreaterThan(15_000); // of 20000 in 20 s
});

test.each([2, 16, 100])('of %d busy cells each gets about the same', (n) => {
  const cells = simulate(
    200,
    Array.from({ length: n }, (_, at) => ({ queues: 1 + (at % 3), ms: 100 })),
  );
  const done = cells.map((cell) => cell.done);
  const mean = done.reduce((sum, each) => sum + each, 0) / n;
  expect(mean * n).toBeGreaterThan(25_000); // of 40000 in 20 s
  expect(Math.min(...done)).toBeGreaterThan(mean / 4);
  expect(Math.max(...done)).toBeLessThan(mean * 4);
});

test.each([2, 16, 100])('of %d cells one hangs: it holds nine tenths at most, and the others go on', (n) => {
  const cells = simulate(1000, [
    { queues: 50, ms: undefined },
    ...Array.from({ length: n - 1 }, () => ({ queues: 2, ms: 100 })),
  ]);
  const [hanging, ...others] = cells;
  expect(hanging?.most).toBeLessThanOrEqual(900);
  const done = others.map((cell) => cell.done);
  expect(done.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(12_000); // of 20000 with the last tenth
  expect(Math.min(...done)).toBeGreaterThan(0);
});

test('the last tenth is shared by all cells but one that hang', () => {
  const cells = simulate(1000, [
    ...Array.from({ length: 15 }, () => ({ queues: 5, ms: undefined })),
    { queues: 1, ms: 100 },
  ]);
  expect(cells.at(-1)?.done).toBeGreaterThan(200); // it always has six slots
});
