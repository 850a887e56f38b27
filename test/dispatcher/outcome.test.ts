import { expect, test } from 'vitest';
import {
  DeadlineExceeded,
  outcomeOfError,
  outcomeOfResponse,
  UnknownTarget,
} from '../../src/dispatcher/delivery/outcome.ts';

test.each([200, 201, 204, 250, 299])('%i is a success', (status) => {
  expect(outcomeOfResponse({ status, excerpt: Buffer.from('x') })).toEqual({ kind: 'completed', status });
});

test.each([101, 199, 300, 302, 304, 400, 404, 429, 500, 503, 599])(
  '%i is a failure that reached a handler',
  (status) => {
    const failed = { kind: 'failed', status, reason: 'App Error', responded: true, excerpt: 'why' };
    expect(outcomeOfResponse({ status, excerpt: Buffer.from('why') })).toEqual(failed);
  },
);

test.each([200, 203, 422, 500])('%i that says that the task can never succeed is a failure for good', (status) => {
  const failed = { kind: 'failed', status, reason: 'Permanent Failure', responded: true, permanent: true };
  expect(outcomeOfResponse({ status, permanent: true })).toEqual(failed);
});

test.each([
  [new DeadlineExceeded(15), 'Instance Unavailable'],
  [new UnknownTarget('x'), 'Unknown Target'],
  [new Error('ECONNREFUSED'), 'Connection Error'],
  ['thrown text', 'Connection Error'],
])('%s: no response, and the reason is %s', (error, reason) => {
  const inWords = error instanceof Error ? error.message : error;
  expect(outcomeOfError(error)).toEqual({ kind: 'failed', status: 0, reason, responded: false, error: inWords });
});
