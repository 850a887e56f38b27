// The doorbells of queues: how a queue's leader, or a worker that waits, goes to sleep without missing a task that is added meanwhile.
//
// A doorbell is a session lock. The sleeper holds it exclusively; an enqueuer that can't share it knows that someone sleeps, and notifies (_wake). All of
// these calls need the connection that leads or waits.

import type { Executor } from '../postgres/executor.ts';
import { call, run, runOne, statement } from '../schema/call.ts';
import { LOCKS } from '../schema/locks.ts';

/** Milliseconds from now until a moment, by the clock of the tasks. */
const UNTIL = (moment: string) =>
  `extract(epoch from ${moment} operator(pg_catalog.-) taskqueue.clock()) operator(pg_catalog.*) 1000`;

/** Milliseconds: 0 or less: now; null: never. */
type Until = string | number | null;

/** Rows with the ids of the queues whose doorbell was free: no open transaction has added to them without notifying. */
export function tryDoorbells(queueIds: readonly number[]) {
  return statement<{ id: number | string }>(
    `select q.id from pg_catalog.unnest($1::integer[]) as q(id) where pg_catalog.pg_try_advisory_lock(${LOCKS.bell}, q.id)`,
    [queueIds],
  );
}

export function unlockDoorbells(queueIds: readonly number[]) {
  return statement(
    `select pg_catalog.pg_advisory_unlock(${LOCKS.bell}, q.id) from pg_catalog.unnest($1::integer[]) as q(id)`,
    [queueIds],
  );
}

/** How long until each queue has something to claim. */
export function timesToDue(queues: readonly string[]) {
  return statement<{ name: string; ms: Until }>(
    `select q.name, ${UNTIL('taskqueue.next_due(q.name)')} as ms
     from pg_catalog.unnest($1::pg_catalog.text[]) as q(name)`,
    [queues],
  );
}

/** How long until a pull queue has something to lease; with a tag: of that tag. */
export function timeToDue(queue: string, tag: string | undefined) {
  return statement<{ ms: Until }>(`select ${UNTIL('taskqueue.next_due($1, $2)')} as ms`, [queue, tag ?? null]);
}

/** Takes the doorbells of those queues to which no open transaction has added without notifying; returns their ids. */
export async function takeDoorbells(executor: Executor, queueIds: readonly number[]): Promise<number[]> {
  return (await run(executor, tryDoorbells(queueIds))).map(({ id }) => Number(id));
}

/** Releases doorbells, each as often as it was taken. */
export async function releaseDoorbells(executor: Executor, queueIds: readonly number[]): Promise<void> {
  await run(executor, unlockDoorbells(queueIds));
}

/** Milliseconds until each queue has something to claim: 0 or less: now; Infinity: nothing is there. */
export async function msToDue(executor: Executor, queues: readonly string[]): Promise<Map<string, number>> {
  return new Map((await run(executor, timesToDue(queues))).map(({ name, ms }) => [name, readMs(ms)]));
}

/** Milliseconds until a pull queue has something to lease, of a tag if one is given: 0 or less: now; Infinity: nothing is there. */
export async function msToLeasable(executor: Executor, queue: string, tag?: string): Promise<number> {
  return readMs((await runOne(executor, timeToDue(queue, tag))).ms);
}

/** A wait for tasks of a pull queue, as it was begun. */
export interface QueueWait {
  /** Of the queue. */
  id: number;
  /**
   * The doorbell is held by this session · rung for us by another, which notifies when it ends its wait · open: an enqueuer that will not notify is not
   * done; end the wait and begin again soon.
   */
  state: 'held' | 'rung' | 'open';
}

/**
 * Begins to wait for tasks of a pull queue. Check for tasks afterwards.
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
