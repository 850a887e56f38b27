import { expect, test, vi } from 'vitest';
import { Memo } from '../../src/runtime/memo.ts';

test('a result is computed once, even undefined, until it is forgotten', () => {
  const make = vi.fn((name: string) => (name === 'nobody' ? undefined : name.length));
  const memo = new Memo(make);
  expect([memo.of('mail'), memo.of('mail'), memo.of('nobody'), memo.of('nobody')]).toEqual([
    4,
    4,
    undefined,
    undefined,
  ]);
  expect(make).toHaveBeenCalledTimes(2);
  memo.forget();
  expect(memo.of('mail')).toBe(4);
  expect(make).toHaveBeenCalledTimes(3);
});

test('errors are not cached', () => {
  const make = vi.fn((): number => {
    throw new Error('away');
  });
  const memo = new Memo(make);
  expect(() => memo.of('x')).toThrow('away');
  make.mockReturnValue(1);
  expect(memo.of('x')).toBe(1);
});

test('names that never recur do not fill the memory', () => {
  const make = vi.fn((n: number) => n);
  const memo = new Memo(make);
  for (let n = 0; n <= 1000; n++) memo.of(n);
  memo.of(0);
  expect(make).toHaveBeenCalledTimes(1002);
});
