/** The result of one check of the installation. */
export interface Finding {
  /** Name of the check. */
  check: string;
  /** fail: tasks don't run, or can be lost. warn: tasks run, but not as well as they could. */
  level: 'ok' | 'warn' | 'fail';
  detail: string;
  /** What to do about it; absent if nothing is wrong. */
  remedy?: string;
  /** The statement that does it, where there is one. */
  sql?: string;
  /** The queues that the detail names, so that it is shown only to those who may read them; absent: none. */
  queues?: readonly string[];
}
