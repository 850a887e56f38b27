import { expect, test } from 'vitest';
import { failureClass } from '../../src/domain/failure-class.ts';

test.each([
  [0, 'Unknown Target', 'unknown_target'],
  [0, 'Connection Error', 'no_answer'],
  [0, 'Instance Unavailable', 'no_answer'],
  [302, 'App Error', 'other_status'],
  [400, 'App Error', 'client_error'],
  [428, 'App Error', 'client_error'],
  [429, 'App Error', 'throttled'],
  [430, 'App Error', 'client_error'],
  [499, 'App Error', 'client_error'],
  [500, 'App Error', 'server_error'],
  [599, 'App Error', 'server_error'],
  [600, 'App Error', 'other_status'],
])('status %i with reason %s is %s', (status, reason, expected) => {
  expect(failureClass({ status, reason })).toBe(expected);
});
