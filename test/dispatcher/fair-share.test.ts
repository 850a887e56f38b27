import { expect, test } from 'vitest';
import { fairShare } from '../../src/dispatcher/leadership/fair-share.ts';

test('shares are rounded up, so that every queue finds a leader', () => {
  expect(fairShare(10, 1, 0)).toEqual({ share: 10, missing: 10, surplus: 0 });
  expect(fairShare(10, 3, 0)).toEqual({ share: 4, missing: 4, surplus: 0 });
  expect(fairShare(1, 2, 0)).toEqual({ share: 1, missing: 1, surplus: 0 });
  expect(fairShare(0, 2, 0)).toEqual({ share: 0, missing: 0, surplus: 0 });
});

test('a dispatcher with more than its share after another joined resigns the rest', () => {
  expect(fairShare(10, 2, 10)).toEqual({ share: 5, missing: 0, surplus: 5 });
});

test('a lone dispatcher takes all queues', () => {
  expect(fairShare(3, 0, 1)).toEqual({ share: 3, missing: 2, surplus: 0 });
});
