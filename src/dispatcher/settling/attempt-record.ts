// The record of an ended attempt that is kept for operators. Pure.

import os from 'node:os';
import type { Dispatch } from '../../domain/dispatch.ts';
import type { AttemptRecord } from '../../store/outcomes.ts';
import type { Completed, Failed } from '../delivery/outcome.ts';

const DISPATCHER = `${os.hostname()}/${process.pid}`;
const MOST_ERROR_CHARACTERS = 500;

/** @param seconds how long the attempt took */
export function attemptRecord(dispatch: Dispatch, outcome: Completed | Failed, seconds: number): AttemptRecord {
  const failed = outcome.kind === 'failed' ? outcome : undefined;
  return {
    queue: dispatch.queue,
    name: dispatch.name,
    attempt: dispatch.retryCount + 1,
    status: outcome.status,
    seconds,
    reason: failed?.reason ?? null,
    error: failed?.error === undefined ? null : storable(failed.error.slice(0, MOST_ERROR_CHARACTERS)),
    response: failed?.excerpt === undefined ? null : storable(failed.excerpt),
    dispatcher: DISPATCHER,
    url: failed?.url === undefined ? null : storable(failed.url),
  };
}

/** PostgreSQL's text type allows neither NUL nor unpaired surrogates. */
function storable(text: string): string {
  return text.replaceAll('\0', '\ufffd').toWellFormed();
}
