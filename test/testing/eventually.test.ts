import { expect, test } from 'vitest';
import { eventually } from '../../src/testing/eventually.ts';

test('retries until it neither throws nor returns false, and returns the value', async () => {
  let tries = 0;
  const check = async () => {
    tries++;
    if (tries === 1) throw new Error('not yet');
    return tries < 3 ? false : 'there';
  };
  expect(await eventually(check, { everyMs: 1 })).toBe('there');
});

test('times out with the error of the last attempt', async () => {
  const check = () => {
    throw new Error('never');
  };
  await expect(eventually(check, { timeoutMs: 5, everyMs: 1 })).rejects.toThrow('never');
  await expect(eventually(() => false, { timeoutMs: 5, everyMs: 1 })).rejects.toThrow('still false after 5 ms');
});
