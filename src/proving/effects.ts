// The effects of a run on the database, by their kind: which table changed how, which kind of task was enqueued.

import type { EnqueuedTask, ProofRun, RowChange } from './proof.ts';

type Changes = Pick<ProofRun, 'rows' | 'tasks'>;

export function hasEffects({ rows, tasks }: Changes): boolean {
  return rows.length + tasks.length > 0;
}

/** Whether a run did anything that could be compared with another. */
export function wasSeen({ requests, observed, ...changes }: ProofRun): boolean {
  return hasEffects(changes) || requests.length > 0 || observed !== undefined;
}

/** The kinds of effects, as texts. */
export function effectsOf({ rows, tasks }: Changes): string[] {
  return [...new Set([...rows.map(rowEffect), ...tasks.map(taskEffect)])];
}

/** The run without effects of these kinds. */
export function without(run: ProofRun, effects: readonly string[]): ProofRun {
  return {
    ...run,
    rows: run.rows.filter((row) => !effects.includes(rowEffect(row))),
    tasks: run.tasks.filter((task) => !effects.includes(taskEffect(task))),
  };
}

const rowEffect = ({ table, kind }: RowChange) => `rows ${kind} in ${table}`;
const taskEffect = ({ queue, method, url }: EnqueuedTask) =>
  `${url === null ? 'tasks' : `${method} ${url}`} enqueued in ${queue}`;
