// Calling the schema's functions by name. A call is a value: it runs on a pg client as well as inside an application's Kysely transaction.

import { CompiledQuery } from 'kysely';
import type { Executor } from './executor.ts';
import type { FunctionArguments, FunctionName } from './functions.ts';
import type { FunctionRows } from './rows.ts';
import { translateError } from './translate-error.ts';

const LEASE_COLUMNS =
  `queue, name, date_part('epoch', "eta") as "eta_seconds", date_part('epoch', "created") as "created_seconds", ` +
  'payload, tag, retry_count, lease_token';

const COLUMNS: Partial<Record<FunctionName, string>> = {
  lease_tasks: LEASE_COLUMNS,
  lease_tasks_by_tag: LEASE_COLUMNS,
  modify_task_lease: LEASE_COLUMNS,
};

/**
 * Compiles a call with named arguments. An argument that is undefined is left out, so that SQL's default applies; null is passed on.
 *
 * @example `call('lease_tasks', { queue: 'photos', lease_seconds: 60 })` compiles to
 *   `select * from "taskqueue"."lease_tasks"("queue" => $1, "lease_seconds" => $2)`
 */
export function call<Name extends FunctionName>(
  name: Name,
  given: FunctionArguments<Name>,
): CompiledQuery<FunctionRows[Name]> {
  const present = Object.entries(given).filter(([, value]) => value !== undefined);
  const list = present.map(([argument], index) => `"${argument}" => $${index + 1}`).join(', ');
  return CompiledQuery.raw(
    `select ${COLUMNS[name] ?? '*'} from "taskqueue"."${name}"(${list})`,
    present.map(([, value]) => value),
  ) as CompiledQuery<FunctionRows[Name]>;
}

/**
 * Runs a query.
 *
 * @throws TaskQueueError of the class its SQLSTATE stands for, with the driver's error as cause
 */
export async function run<Row>(executor: Executor, query: CompiledQuery<Row>): Promise<Row[]> {
  try {
    const { rows } = await executor.query(query.sql, [...query.parameters]);
    return rows;
  } catch (error) {
    throw translateError(error, { inTransaction: executor.inTransaction ?? false });
  }
}

/** Runs a query that gives exactly one row. */
export async function runOne<Row>(executor: Executor, query: CompiledQuery<Row>): Promise<Row> {
  const [row] = await run(executor, query);
  if (row === undefined) throw new Error(`no row came back from: ${query.sql}`);
  return row;
}
