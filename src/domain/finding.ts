/** What a check of the installation came to. */
export interface Finding {
  /** What was looked at. */
  check: string;
  /** fail: tasks don't run, or can be lost. warn: it works, less well than it could. */
  level: 'ok' | 'warn' | 'fail';
  detail: string;
  /** What to do about it; absent when all is well. */
  remedy?: string;
}
