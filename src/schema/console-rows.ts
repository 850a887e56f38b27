// The rows of the functions for the console.

import type { BigintValue } from './column-values.ts';
import type { DeadTaskRow } from './dead-task-row.ts';
import type { FoundNameRow, FoundTaskRow, TaskCountRow } from './job-rows.ts';
import type { ConsoleCountsRow, DeletedQueueRow, DepthHistoryRow, LiveQueueRow } from './live-rows.ts';

export interface ConsoleFunctionRows {
  open_console_session: { open_console_session: boolean };
  check_console_session: ConsoleSessionRow;
  close_console_session: { close_console_session: boolean };
  find_task: { queue: string };
  live_queues: LiveQueueRow;
  deleted_queues: DeletedQueueRow;
  console_counts: ConsoleCountsRow;
  depth_history: DepthHistoryRow;
  find_tasks: FoundTaskRow;
  count_tasks: TaskCountRow;
  describe_tasks: FoundTaskRow;
  list_dead_tasks: DeadTaskRow & { position: string };
  find_tombstones: FoundNameRow;
  create_job: { create_job: BigintValue };
  cancel_job: { cancel_job: boolean };
  advance_job: { job: BigintValue; running: boolean };
  delete_dead_task: { delete_dead_task: boolean };
  release_name: { release_name: '' };
}

/** The token of a session, as check_token returns it; all null: the server's own. */
export interface ConsoleSessionRow {
  email: string | null;
  scopes: string[] | null;
  id: string | null;
  rights: string[] | null;
  queues: string[] | null;
}
