/** One reason why a task has not run, or what has become of it. */
export interface Explanation {
  /** A word for programs: `paused`, `eta`, `tokens`, … (the SQL function explain_task lists them). */
  reason: string;
  /** A sentence for people. */
  detail: string;
  /** When it ends by itself, as far as is known. */
  until: Date | null;
  /** What would change it; null: nothing has to. */
  remedy: string | null;
}
