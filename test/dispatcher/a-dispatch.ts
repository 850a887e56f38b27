import type { ClaimedDispatch } from '../../src/dispatcher/database/ports.ts';

/** A first attempt of a task without a body. */
export function aDispatch(changes: Partial<ClaimedDispatch> = {}): ClaimedDispatch {
  return {
    id: '128',
    queue: 'mail',
    name: 'task-1',
    url: '/send',
    method: 'POST',
    headers: {},
    body: null,
    target: null,
    namespace: '',
    eta: 1_700_000_000_000_000n,
    created: 1_700_000_000_000_000n,
    retryCount: 0,
    executionCount: 0,
    previousResponse: null,
    retryReason: null,
    dispatchDeadline: 600,
    leaseToken: '00000000-0000-4000-8000-000000000000',
    forced: false,
    http: null,
    non5xxExecutionCount: 0,
    httpTarget: null,
    claimedAt: 0,
    ...changes,
  };
}
