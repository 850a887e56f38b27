/** The result of one check of the installation. */
export interface Finding {
  /** Name of the check. */
  check: string;
  /** fail: tasks don't run, or can be lost. warn: tasks run, but not as well as they could. */
  level: 'ok' | 'warn' | 'fail';
  detail: string;
  /** What to do about it; absent if nothing is wrong. */
  remedy?: string;
}
