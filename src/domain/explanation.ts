/** One reason why a task has not run, or how it ended. */
export interface Explanation {
  /** A word for programs: `paused`, `eta`, `tokens`, … (the SQL function explain_task lists them). */
  reason: string;
  /** A sentence for people. */
  detail: string;
  /** When the reason ends by itself; null if that is unknown. */
  until: Date | null;
  /** What would change it; null if nothing needs to. */
  remedy: string | null;
}
