// pgtaskqueue/testing: clocks that tests move, a target that records requests, and a dispatcher that runs on demand.

export type { EnqueuedTask, MadeRequest, Proof, ProofAnswer, ProofRun, RowChange } from './proving/proof.ts';
export type { TestedDatabase } from './testing/clock/owner-connection.ts';
export { TestClock, testClock } from './testing/clock/test-clock.ts';
export type { TestDatabase, TestDatabaseOptions } from './testing/database/options.ts';
export { testDatabase } from './testing/database/test-database.ts';
export { type Drainable, drain } from './testing/drain.ts';
export type { Drained, DrainedTask } from './testing/draining/drained.ts';
export type { DrainOptions, DrainQueueOptions } from './testing/draining/options.ts';
export { type EventuallyOptions, eventually } from './testing/eventually.ts';
export { expectNoTask, expectTask, taskMatchers } from './testing/expecting/expect-task.ts';
export type { ExpectTaskOptions } from './testing/expecting/search.ts';
export type { Moment, TaskDescription, TaskMatcher, TestTask, TextMatcher } from './testing/expecting/task-matcher.ts';
export {
  type Answer,
  type FakeResponse,
  type FakeTarget,
  fakeTarget,
  type ReceivedRequest,
  type Script,
} from './testing/fake-target.ts';
export { ManualClock } from './testing/manual-clock.ts';
export { type MovableClock, movableClock } from './testing/movable-clock.ts';
export type { ProveOptions } from './testing/proving/options.ts';
export { prove } from './testing/proving/prove.ts';
