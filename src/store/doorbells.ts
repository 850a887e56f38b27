// The doorbells of queues, with which a queue's leader or a waiting worker can sleep without missing a task that is
// added meanwhile. A doorbell is a session lock. The sleeper holds it exclusively; an enqueuer that cannot share it
// knows that someone sleeps, and notifies (_wake). All of these calls must use the connection that leads or waits.

import type { Executor } from '../postgres/executor.ts';
import { call, run, runOne, statement } from '../schema/call.ts';
import { LOCKS } from '../schema/locks.ts';

/** Milliseconds from now until a moment, by the tasks' clock. */
const UNTIL = (moment: string) =>
  `extract(epoch from ${moment} operator(pg_catalog.-) taskqueue.clock()) operator(pg_catalog.*) 1000`;

/** Milliseconds; 0 or less means now, null means never. */
type Until = string | number | null;

/** The ids of the queues whose doorbell was free: no open transaction has added to them without notifying. */
export function tryDoorbells(queueIds: readonly number[]) {
  return statement<{ id: number | string }>(
    `select q.id from pg_catalog.unnest($1::integer[]) as q(id)
     where pg_catalog.pg_try_advisory_lock(${LOCKS.bell}, q.id)`,
    [queueIds],
  );
}

export function unlockDoorbells(queueIds: readonly number[]) {
  return statement(
    `select pg_catalog.pg_advisory_unlock(${LOCKS.bell}, q.id) from pg_catalog.unnest($1::integer[]) as q(id)`,
    [queueIds],
  );
}

/** The time until each queue has something to claim. */
export function timesToDue(queues: readonly string[]) {
  return statement<{ name: string; ms: Until }>(
    `select q.name, ${UNTIL('taskqueue.next_due(q.name)')} as ms
     from pg_catalog.unnest($1::pg_catalog.text[]) as q(name)`,
    [queues],
  );
}

/** The time until a pull queue has something to lease, with this tag if one is given. */
export function timeToDue(queue: string, tag: string | undefined) {
  return statement<{ ms: Until }>(`select ${UNTIL('taskqueue.next_due($1, $2)')} as ms`, [queue, tag ?? null]);
}

/** Takes the doorbells of the queues to which no open transaction has added without notifying; returns their ids. */
export async function takeDoorbells(executor: Executor, queueIds: readonly number[]): Promise<number[]> {
  return (await run(executor, tryDoorbells(queueIds))).map(({ id }) => Number(id));
}

/** Releases doorbells, each as often as it was taken. */
export async function releaseDoorbells(executor: Executor, queueIds: readonly number[]): Promise<void> {
  await run(executor, unlockDoorbells(queueIds));
}

/** Milliseconds until each queue has something to claim; 0 or less means now, Infinity means never. */
export async function msToDue(executor: Executor, queues: readonly string[]): Promise<Map<string, number>> {
  return new Map((await run(executor, timesToDue(queues))).map(({ name, ms }) => [name, readMs(ms)]));
}

/**
 * Milliseconds until a pull queue has something to lease, with this tag if one is given; 0 or less means now, Infinity
 * never.
 */
export async function msToLeasable(executor: Executor, queue: string, tag?: string): Promise<number> {
  return readMs((await runOne(executor, timeToDue(queue, tag))).ms);
}

/** A wait for tasks of a pull queue. */
export interface QueueWait {
  /** The queue's id. */
  id: number;
  /**
   * held: this session holds the doorbell. rung: another session holds it, and notifies this one when it ends its wait.
   * open: a transaction that will not notify is still open; end the wait and begin again soon.
   */
  state: 'held' | 'rung' | 'open';
}

/**
 * Begins a wait for tasks of a pull queue. The caller must check for tasks afterwards.
 *
 * @throws UnknownQueueError
 */
export async function beginWait(executor: Executor, queue: string): Promise<QueueWait> {
  return runOne(executor, call('begin_wait', { queue }));
}

/** Ends a wait, whatever its state. */
export async function endWait(executor: Executor, queue: string, wait: QueueWait): Promise<void> {
  await run(executor, call('end_wait', { queue, queue_id: wait.id, held: wait.state === 'held' }));
}

function readMs(ms: Until): number {
  return ms === null ? Infinity : Number(ms);
}
