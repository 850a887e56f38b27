// Operations of the Cloud Tasks API, as their JSON. They are kept for a day.

import type { CloudParent } from '../domain/cloud-task.ts';
import type { Executor } from '../postgres/executor.ts';
import { call, run, runOne } from '../schema/call.ts';

export interface KeptOperation {
  queue: string;
  operation: unknown;
}

/** Keeps an operation before it runs. Returns the one of this id that is known already; null: it is to be run. */
export async function beginCloudOperation(
  executor: Executor,
  { project, location }: CloudParent,
  id: string,
  { queue, operation }: KeptOperation,
): Promise<unknown> {
  const json = JSON.stringify(operation);
  const query = call('keep_cloud_operation', { project, location, id, queue, operation: json, begins: true });
  return (await runOne(executor, query)).keep_cloud_operation;
}

/** Keeps a finished operation. */
export async function endCloudOperation(
  executor: Executor,
  { project, location }: CloudParent,
  id: string,
  { queue, operation }: KeptOperation,
): Promise<void> {
  const json = JSON.stringify(operation);
  await runOne(executor, call('keep_cloud_operation', { project, location, id, queue, operation: json }));
}

/** Returns one operation; undefined: it is unknown. */
export async function cloudOperation(
  executor: Executor,
  { project, location }: CloudParent,
  id: string,
): Promise<KeptOperation | undefined> {
  const [row] = await run(executor, call('cloud_operation', { project, location, id }));
  return row;
}

/** Lists operations by id, from after the given one. */
export async function listCloudOperations(
  executor: Executor,
  { project, location }: CloudParent,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<(KeptOperation & { id: string })[]> {
  return run(executor, call('list_cloud_operations', { project, location, after, max_operations: limit }));
}

/** Forgets an operation. Returns false if there was none. */
export async function forgetCloudOperation(
  executor: Executor,
  { project, location }: CloudParent,
  id: string,
): Promise<boolean> {
  const row = await runOne(executor, call('forget_cloud_operation', { project, location, id }));
  return row.forget_cloud_operation;
}
