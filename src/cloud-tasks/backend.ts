// What the operations work with: one of a server, for both skins.

import type { Executor } from '../postgres/executor.ts';
import type { HttpTaskRules } from './http-task-rules.ts';
import { TaskCreations } from './task-creations.ts';

export interface Backend {
  /** For the statements of requests; in a request, its calls are audited for the caller. */
  executor: Executor;
  rules: HttpTaskRules;
  creations: TaskCreations;
  /** Whether a queue that a request names is created if it does not exist. */
  autoCreate: boolean;
}

export function createBackend(executor: Executor, rules: HttpTaskRules, autoCreate = false): Backend {
  return { executor, rules, creations: new TaskCreations(executor), autoCreate };
}
