// Reads the rows of the Cloud Tasks API's tasks.

import type { CloudAttempt, CloudTask } from '../domain/cloud-task.ts';
import type { CloudTaskRow } from '../schema/cloud-rows.ts';
import type { Selected } from '../schema/rows.ts';
import { readRetry } from './retry.ts';
import { readNumberOrNull } from './values.ts';

export function readCloudTask(row: Selected<CloudTaskRow>, withBody: boolean): CloudTask {
  return {
    name: row.name,
    http: row.http,
    target: row.target,
    url: row.url ?? '',
    method: row.method,
    tag: row.tag,
    headers: row.headers ?? {},
    body: withBody ? row.body : undefined,
    bodyBytes: row.body_bytes,
    scheduleTime: BigInt(row.schedule_time),
    created: BigInt(row.created),
    dispatchDeadlineSeconds: readNumberOrNull(row.dispatch_deadline),
    retry: row.retry && readRetry(row.retry),
    dispatchCount: row.dispatch_count,
    responseCount: row.response_count,
    firstAttempt: moment(row.first_attempt),
    lastAttempt: lastAttempt(row),
  };
}

function lastAttempt(row: Selected<CloudTaskRow>): CloudAttempt | null {
  if (row.last_scheduled === null || row.last_dispatched === null) return null;
  return {
    scheduleTime: BigInt(row.last_scheduled),
    dispatchTime: BigInt(row.last_dispatched),
    responseTime: moment(row.last_answered),
    status: row.last_status,
  };
}

function moment(value: string | number | bigint | null): bigint | null {
  return value === null ? null : BigInt(value);
}
