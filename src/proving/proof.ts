// The findings of proving mode about a handler.

/** A change of one row. */
export interface RowChange {
  /** With its schema: `public.orders`. */
  table: string;
  /** written: inserted or changed, in a table too large to tell. */
  kind: 'inserted' | 'changed' | 'deleted' | 'written';
  /** The row's primary key or, if it has none, the whole row. */
  key: Readonly<Record<string, unknown>>;
  /** Columns that changed, or the whole row. */
  before?: Readonly<Record<string, unknown>>;
  after?: Readonly<Record<string, unknown>>;
}

/** A task that a handler enqueued. */
export interface EnqueuedTask {
  queue: string;
  name: string;
  method: string;
  /** null: a pull task. */
  url: string | null;
}

/** A request that a handler made with fetch or node:http. */
export interface MadeRequest {
  method: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  /** Empty for node:http, where it is not known. */
  body: string;
}

/** A handler's answer. */
export interface ProofAnswer {
  succeeded: boolean;
  /** HTTP status; 0: no response arrived; null: a pull task. */
  status: number | null;
  /** Why it failed: the beginning of the response, or what was thrown. */
  error: string | undefined;
}

/** One delivery, and everything that the handler was seen to do. */
export interface ProofRun {
  /**
   * first: as usual. retry: after the first failed. again: its answer was lost, so the task is delivered once more.
   * late: the same, after a later task.
   */
  delivery: 'first' | 'retry' | 'again' | 'late';
  answer: ProofAnswer;
  rows: readonly RowChange[];
  tasks: readonly EnqueuedTask[];
  requests: readonly MadeRequest[];
  /** What the test's own `observe` returned before and after; undefined: the same, or there is none. */
  observed?: { readonly before: unknown; readonly after: unknown } | undefined;
}

/** What was found out about one task's handler. */
export interface Proof {
  queue: string;
  /** The task's name. */
  task: string;
  method: string;
  /** null: a pull task. */
  url: string | null;
  /**
   * idempotent: further runs changed nothing more. not idempotent: they did, or failed. failed: the handler failed each
   * time, so that nothing is known. nothing seen: no run did anything that could be compared.
   */
  verdict: 'idempotent' | 'not idempotent' | 'failed' | 'nothing seen';
  /** What further runs did, as sentences; for `failed`, why. */
  findings: readonly string[];
  /** Effects that also happen without a delivery: something else causes them, and so they do not count. */
  notCounted: readonly string[];
  runs: readonly ProofRun[];
}
