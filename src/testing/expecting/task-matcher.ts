// The description of a task that a test expects.

import type { TaskState } from '../../domain/task.ts';

/** A task as tests see it. */
export interface TestTask {
  queue: string;
  name: string;
  /** As in the view tasks; or `dead`, `completed`. */
  state: TaskState | 'dead' | 'completed';
  /** PULL for a pull task; null: not known of a completed task. */
  method: string | null;
  /** Path and query; null: a pull task. */
  url: string | null;
  /** The body as text; undefined: it has none, or is not known of a completed task. */
  payload: string | undefined;
  /** The body, if it is JSON. */
  json: unknown;
  /** The fields of a form, or of the query of a method without a body; several values of a field are a list. */
  params: Readonly<Record<string, string | string[]>>;
  /** By lower-case name. */
  headers: Readonly<Record<string, string>>;
  tag: string | null;
  /** null: the default target. */
  target: string | null;
  namespace: string;
  /** When it may next run; of a dead or completed task, when it ended. */
  eta: Date;
  created: Date;
  /** Attempts or leases so far. */
  retryCount: number;
  /** null: no attempt was made. */
  lastStatus: number | null;
}

/** Text that must be equal, a pattern, or a function that decides. */
export type TextMatcher = string | RegExp | ((text: string) => boolean);

/** A Date, milliseconds since 1970, or RFC 3339 text. */
export type Moment = Date | number | string;

/**
 * What a task must be like; what is left out may be anything. Inside `json`, `params` and `headers` too: objects must
 * contain at least these properties, and values may be patterns, functions, or a test runner's own matchers such as
 * `expect.any(Number)`.
 */
export interface TaskMatcher {
  name?: TextMatcher;
  /** Without a query, it may have any. */
  url?: TextMatcher;
  method?: string;
  payload?: TextMatcher;
  json?: unknown;
  params?: Readonly<Record<string, unknown>>;
  /** Names in any case. */
  headers?: Readonly<Record<string, unknown>>;
  /** null: it has none. */
  tag?: TextMatcher | null;
  /** null: it has none. */
  target?: TextMatcher | null;
  namespace?: TextMatcher;
  /** Default: any live task. `dead`, or `completed` for queues that keep completed tasks. */
  state?: TestTask['state'];
  /** When it may run: to the second, or within bounds. */
  eta?: Moment | { after?: Moment; before?: Moment };
  /** Seconds, or text such as '1h', between its creation and its ETA: to the second, or within bounds. */
  countdown?: number | string | { min?: number | string; max?: number | string };
  retryCount?: number;
}

/** Matched by what the matcher says, or by a function. */
export type TaskDescription = TaskMatcher | ((task: TestTask) => boolean);
