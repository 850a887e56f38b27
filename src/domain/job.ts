// Jobs: acts on many tasks, done by servers in chunks.

import type { TaskFilter } from './found-task.ts';

/** `delete_dead` and `requeue` are for dead tasks, the others for live ones. */
export type JobAct = 'run' | 'delete' | 'requeue' | 'delete_dead';

export interface NewJob {
  queue: string;
  act: JobAct;
  /** How many tasks at most: as many as were counted and confirmed. */
  tasks: number;
  /** Which live tasks. Alternative to `names`; without both, all tasks that are dead now. */
  filter?: TaskFilter | undefined;
  names?: readonly string[] | undefined;
}

export interface Job {
  id: string;
  queue: string;
  act: JobAct;
  filter: TaskFilter | null;
  names: readonly string[] | null;
  tasks: number;
  done: number;
  /** How many were left alone: they changed, ended or started meanwhile, or their names are taken. */
  skipped: number;
  lookedAt: number;
  state: 'running' | 'done' | 'cancelled' | 'failed';
  problem: string | null;
  /** For whom it acts; null: for the login that created it. */
  actor: string | null;
  reason: string | null;
  created: Date;
  advanced: Date;
  ended: Date | null;
}
