import { expect, test } from 'vitest';
import { Lifecycle } from '../../src/runtime/service.ts';

test('starts once and stops once, and not before the start has ended', async () => {
  const lifecycle = new Lifecycle('test');
  const said: string[] = [];
  const start = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    said.push('started');
  };
  const stop = async () => void said.push('stopped');
  void lifecycle.start(start);
  void lifecycle.start(start);
  await Promise.all([lifecycle.stop(stop), lifecycle.stop(stop)]);
  expect(said).toEqual(['started', 'stopped']);
  await expect(lifecycle.start(start)).rejects.toThrow('test was stopped');
});

test('a failed start can still be stopped', async () => {
  const lifecycle = new Lifecycle('test');
  await expect(lifecycle.start(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  let stopped = false;
  await lifecycle.stop(async () => {
    stopped = true;
  });
  expect(stopped).toBe(true);
});
