// The queues that a caller may look at, for pages with a choice of them.

import type { ConsoleRequest } from '../route.ts';

/** Their names, sorted. */
export async function readableQueues(request: ConsoleRequest): Promise<string[]> {
  const { queues } = await request.snapshot();
  const names = queues.map(({ name }) => name).filter((name) => request.may('read', name));
  return names.sort((a, b) => a.localeCompare(b));
}
