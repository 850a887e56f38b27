// The namespace of tasks that name none.

import { namespaceManager } from '../domain/namespace-manager.ts';
import type { TaskArguments } from '../store/new-task.ts';

/** The tasks as they are added here: those that name no namespace carry the one this code runs in. */
export function inNamespace(tasks: readonly TaskArguments[]): readonly TaskArguments[] {
  const namespace = namespaceManager.get();
  return namespace === '' ? tasks : tasks.map((task) => ({ ...task, namespace: task.namespace ?? namespace }));
}
