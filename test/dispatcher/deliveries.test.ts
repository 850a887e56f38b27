import { expect, test, vi } from 'vitest';
import { Deliveries } from '../../src/dispatcher/delivery/deliveries.ts';
import type { Outcome } from '../../src/dispatcher/delivery/outcome.ts';
import { aDispatch } from './a-dispatch.ts';

function setup() {
  let answer = (_outcome: Outcome) => {};
  const tools = {
    send: vi.fn(() => new Promise<Outcome>((resolve) => (answer = resolve))),
    settle: vi.fn(),
    release: vi.fn(),
  };
  const ended = vi.fn();
  return {
    deliveries: new Deliveries(tools),
    ...tools,
    ended,
    answer: () => answer({ kind: 'completed', status: 200 }),
  };
}

test('a delivery is settled when its response arrives, and then its slot is free', async () => {
  const { deliveries, settle, ended, answer } = setup();
  deliveries.start(aDispatch(), ended);
  expect(deliveries.size).toBe(1);
  expect(ended).not.toHaveBeenCalled();
  answer();
  await deliveries.idle();
  expect(settle).toHaveBeenCalledWith(aDispatch(), { kind: 'completed', status: 200 });
  expect(ended).toHaveBeenCalledOnce();
});

test('tasks claimed after the close are released unsent', () => {
  const { deliveries, send, release, ended } = setup();
  deliveries.close();
  deliveries.start(aDispatch(), ended);
  expect(send).not.toHaveBeenCalled();
  expect(release).toHaveBeenCalledWith(aDispatch());
  expect(ended).toHaveBeenCalledOnce();
});

test('… but a forced run is sent, because a release would lose the request', () => {
  const { deliveries, send, ended } = setup();
  deliveries.close();
  deliveries.start(aDispatch({ forced: true }), ended);
  expect(send).toHaveBeenCalledOnce();
});

test('an abandoned delivery is not settled, whatever its response', async () => {
  const { deliveries, settle, ended, answer } = setup();
  deliveries.start(aDispatch(), ended);
  deliveries.abandon();
  answer();
  await deliveries.idle();
  expect(settle).not.toHaveBeenCalled();
});
