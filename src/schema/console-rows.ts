// The rows of the functions for the console.

import type {
  ConsoleCountsRow,
  DeletedQueueRow,
  DepthHistoryRow,
  LiveQueueRow,
  QueueChartRow,
  QueueLeaseRow,
  QueueTagRow,
} from './live-rows.ts';

export interface ConsoleFunctionRows {
  open_console_session: { open_console_session: boolean };
  check_console_session: ConsoleSessionRow;
  close_console_session: { close_console_session: boolean };
  find_task: { queue: string };
  live_queues: LiveQueueRow;
  deleted_queues: DeletedQueueRow;
  console_counts: ConsoleCountsRow;
  depth_history: DepthHistoryRow;
  queue_chart: QueueChartRow;
  queue_leases: QueueLeaseRow;
  queue_tags: QueueTagRow;
}

/** The token of a session, as check_token returns it; all null: the server's own. */
export interface ConsoleSessionRow {
  email: string | null;
  scopes: string[] | null;
  id: string | null;
  rights: string[] | null;
  queues: string[] | null;
}
