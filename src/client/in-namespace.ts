// The namespace of tasks that do not name one.

import { namespaceManager } from '../domain/namespace-manager.ts';
import type { TaskArguments } from '../store/new-task.ts';

/** Gives tasks without a namespace the one that this code runs in. */
export function inNamespace(tasks: readonly TaskArguments[]): readonly TaskArguments[] {
  const namespace = namespaceManager.get();
  return namespace === '' ? tasks : tasks.map((task) => ({ ...task, namespace: task.namespace ?? namespace }));
}
