// What the operations work with: one of a server, for both skins.

import type { Executor } from '../postgres/executor.ts';
import type { HttpTaskRules } from './http-task-rules.ts';
import { TaskCreations } from './task-creations.ts';

export interface Backend {
  /** For the statements of requests; in a request, its calls are audited for the caller. */
  executor: Executor;
  rules: HttpTaskRules;
  creations: TaskCreations;
  /** Told how many tasks a call leased. */
  leased?: LeasedHook | undefined;
  /** Whether a queue that a request names is created if it does not exist. */
  autoCreate?: boolean | undefined;
}

export type LeasedHook = (queue: string, tasks: number) => void;

export function createBackend(
  executor: Executor,
  rules: HttpTaskRules,
  more: Pick<Backend, 'leased' | 'autoCreate'> = {},
): Backend {
  return { executor, rules, creations: new TaskCreations(executor), ...more };
}
