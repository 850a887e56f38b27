// The texts of moved tasks.

import type { MovedTasks } from '../../moving/move-tasks.ts';

/** @example movedText('Moved to us', { added: 3, dead: 0 })   // 'Moved to us: 3 tasks.' */
export function movedText(what: string, { added, dead }: MovedTasks): string {
  const buried =
    dead > 0 ? `, and ${plural(dead)} as dead tasks (dead before, or with a name that is in use there)` : '';
  return `${what}: ${plural(added)}${buried}.`;
}

/** What has not left a queue, of which counts above 100 are estimates. */
export function stayingText(queue: string, tasks: number, inFlight: number): string {
  if (tasks === 0) return `Queue ${queue} is empty here.`;
  const why = inFlight > 0 ? `${inFlight} of them in flight` : 'leased, or added meanwhile';
  return `${tasks > 100 ? 'About ' : ''}${plural(tasks)} ${tasks === 1 ? 'stays' : 'stay'} here: ${why}.`;
}

export const plural = (tasks: number) => `${tasks} ${tasks === 1 ? 'task' : 'tasks'}`;
