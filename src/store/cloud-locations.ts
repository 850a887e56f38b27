// The locations of a project, as far as queues were created in them.

import type { Executor } from '../postgres/executor.ts';
import { call, run } from '../schema/call.ts';

/** Returns their ids, by name. */
export async function cloudLocations(executor: Executor, project: string): Promise<string[]> {
  return (await run(executor, call('cloud_locations', { project }))).map((row) => row.cloud_locations);
}
