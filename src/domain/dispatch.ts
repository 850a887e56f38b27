// Dispatches: what a dispatcher is to send.

/** One HTTP delivery of a push task. */
export interface Dispatch {
  /** Opaque. */
  id: string;
  queue: string;
  name: string;
  /** Relative URL with its query. */
  url: string;
  method: string;
  /** The task's own headers. */
  headers: Record<string, string>;
  /** null: no body. */
  body: Uint8Array | null;
  /** null: the default target. */
  target: string | null;
  namespace: string;
  /** Of this attempt. Microseconds since 1970: a Date would lose the last three digits, and the handler is told all six. */
  eta: bigint;
  /** Microseconds since 1970. */
  created: bigint;
  /** Earlier attempts. */
  retryCount: number;
  /** Earlier attempts that got a response. */
  executionCount: number;
  /** Status of the attempt before, 0: it got none; null: this is the first. */
  previousResponse: number | null;
  retryReason: string | null;
  /** Seconds the handler has. */
  dispatchDeadline: number;
  leaseToken: string;
  /** Asked for by run_task. */
  forced: boolean;
}

/** True: it goes to a URL of its own (Cloud Tasks' HTTP tasks) and not to a target of the application, App Engine's way. */
export function isToHttpTarget({ target, url }: Pick<Dispatch, 'target' | 'url'>): boolean {
  return /^https?:\/\//.test(target ?? '') || /^https?:\/\//.test(url);
}

/** What settles a dispatch: its id, and the proof of holding it. */
export interface LeaseRef {
  id: string;
  leaseToken: string;
}

/** What became of a task whose attempt failed; stale: another dispatcher owns it now. */
export interface FailedTask {
  outcome: 'retry' | 'dead' | 'stale';
  /** When it is tried again; null when it is not. */
  eta: Date | null;
}
