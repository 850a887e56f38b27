// Records outcomes in the database.
//
// Successes of all queues are recorded together on a connection of their own, one statement at a time: those that
// arrive while it runs go into the next. Failures are recorded the same way, their attempts in the same statement. A
// locked row must not hold up all queues, so that connection waits only briefly for locks; what it could not record,
// each queue records by itself on other connections.

import type { FailedTask } from '../../domain/dispatch.ts';
import type { Executor } from '../../postgres/executor.ts';
import { GroupCommit } from '../../runtime/group-commit.ts';
import { releaseTasks } from '../../store/claims.ts';
import {
  type AttemptRecord,
  type Completion,
  completeTasks,
  type FailureRecord,
  failTasks,
} from '../../store/outcomes.ts';
import type { OutcomeStore } from '../database/ports.ts';

/**
 * Least time between the starts of two statements that record successes: each costs as much as recording a few dozen
 * tasks.
 */
const COMPLETE_PAUSE_MS = 8;
const LOCK_NOT_AVAILABLE = '55P03';
const DEADLOCK = '40P01';

interface AskedCompletion extends Completion {
  attempts: AttemptRecord[];
}

interface AskedFailure {
  failure: FailureRecord;
  attempt: AttemptRecord;
}

/**
 * @param patient waits for row locks
 * @param hasty gives up on row locks soon
 */
export function outcomeStore(patient: Executor, hasty: Executor): OutcomeStore {
  const completions = new GroupCommit((asked: AskedCompletion[]) => completeAll(hasty, asked), COMPLETE_PAUSE_MS);
  const failures = new GroupCommit((asked: AskedFailure[]) => failAll(hasty, asked));
  return {
    complete: (queue, leases, attempts) =>
      completions.ask({ queue, leases, attempts }).catch(async (error) => {
        if (!isLocked(error)) throw error;
        const [done = []] = await completeTasks(patient, [{ queue, leases }], attempts);
        return done;
      }),
    fail: (queue, report, attempt) => {
      const asked = { failure: { queue, ...report }, attempt };
      return failures.ask(asked).catch(async (error) => {
        if (!isLocked(error)) throw error;
        const [outcome = 'stale'] = await failAll(patient, [asked]);
        return outcome;
      });
    },
    release: (queue, leases, delaySeconds) => releaseTasks(patient, queue, leases, delaySeconds),
  };
}

/** Returns the completed ids for each request. */
function completeAll(executor: Executor, asked: AskedCompletion[]): Promise<string[][]> {
  const attempts = asked.flatMap((each) => each.attempts);
  return completeTasks(executor, asked, attempts);
}

/** Returns the outcome of each failure. */
function failAll(executor: Executor, asked: AskedFailure[]): Promise<FailedTask['outcome'][]> {
  const failures = asked.map(({ failure }) => failure);
  const attempts = asked.map(({ attempt }) => attempt);
  return failTasks(executor, failures, attempts);
}

function isLocked(error: unknown): boolean {
  const { sqlState } = error as { sqlState?: string };
  return sqlState === LOCK_NOT_AVAILABLE || sqlState === DEADLOCK;
}
