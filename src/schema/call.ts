// Calling the schema's functions by name. A call is a value: it runs on a pg client as well as inside an application's Kysely transaction.

import { CompiledQuery } from 'kysely';
import type { Behalf } from '../domain/audit.ts';
import type { Executor } from '../postgres/executor.ts';
import { callOnBehalf } from './call-on-behalf.ts';
import { columnsOfFunction, columnsOfView, type ViewName } from './columns.ts';
import type { FunctionArguments, FunctionName } from './functions.ts';
import type { Crossed, FunctionRows } from './rows.ts';
import { translateError } from './translate-error.ts';
import type { TaskQueueViews } from './views.ts';

/**
 * Compiles a call with named arguments. An argument that is undefined is left out, so that SQL's default applies; null is passed on.
 *
 * @example `call('lease_tasks', { queue: 'photos', lease_seconds: 60 })` compiles to
 *   `select * from "taskqueue"."lease_tasks"("queue" => $1, "lease_seconds" => $2)`
 */
export function call<Name extends FunctionName>(
  name: Name,
  given: FunctionArguments<Name>,
): CompiledQuery<Crossed<FunctionRows[Name]>> {
  const present = Object.entries(given).filter(([, value]) => value !== undefined);
  const passed = present.map(([argument, value], index) => `"${argument}" => ${parameter(index + 1, value)}`);
  const values = present.map(([, value]) => (hasNulls(value) ? JSON.stringify(value) : value));
  const columns = columnsOfFunction(name);
  const raw = (text: string, parameters: unknown[]) =>
    CompiledQuery.raw(text, parameters) as CompiledQuery<Crossed<FunctionRows[Name]>>;
  const query = raw(`select ${columns} from "taskqueue"."${name}"(${passed.join(', ')})`, values);
  const onBehalf = (behalf: Behalf) => raw(...callOnBehalf(behalf, { name, columns, passed, values }));
  const made: Call<Crossed<FunctionRows[Name]>> = { ...query, onBehalf };
  return made;
}

/** What a call is beside a query: the same call, made for somebody. */
interface Call<Row> extends CompiledQuery<Row> {
  readonly onBehalf: (behalf: Behalf) => CompiledQuery<Row>;
}

// What a null in an array is read as depends on the session's array_nulls: such arrays travel as JSON. Those of lease tokens alone have any.
function parameter(number: number, value: unknown): string {
  if (!hasNulls(value)) return `$${number}`;
  return `array(select e.value::pg_catalog.uuid
                from pg_catalog.jsonb_array_elements_text($${number}::pg_catalog.jsonb) with ordinality as e(value, position) order by e.position)`;
}

function hasNulls(value: unknown): boolean {
  return Array.isArray(value) && value.includes(null);
}

/**
 * A statement of our own, for several queues at once or for locks, typed by what it returns. It runs like a call.
 *
 * @example `run(session, statement<{ id: number }>('select q.id from pg_catalog.unnest($1::integer[]) as q(id)', [ids]))`
 */
export function statement<Row>(text: string, values: readonly unknown[] = []): CompiledQuery<Row> {
  return CompiledQuery.raw(text, [...values]) as CompiledQuery<Row>;
}

/** Which rows of a view, in which order, and how many. */
export interface Look<Row> {
  /** Columns of text and what they must be. */
  where?: { [Column in keyof Row]?: string | undefined };
  /** `-` in front: the latest or highest first. */
  order: readonly ((keyof Row & string) | `-${keyof Row & string}`)[];
  limit?: number | undefined;
}

/**
 * Compiles a query of a view.
 *
 * @example `look('attempts', { where: { queue: 'mail' }, order: ['-ended'], limit: 100 })`
 */
export function look<View extends ViewName>(
  view: View,
  { where = {}, order, limit }: Look<TaskQueueViews[`taskqueue.${View}`]>,
): CompiledQuery<Crossed<TaskQueueViews[`taskqueue.${View}`]>> {
  const given = Object.entries(where).filter(([, value]) => value !== undefined);
  const conditions = given.map(([column], index) => `v."${column}" operator(pg_catalog.=) $${index + 1}`);
  const text = [
    `select ${columnsOfView(view)} from "taskqueue"."${view}" as v`,
    ...(conditions.length > 0 ? [`where ${conditions.join(' and ')}`] : []),
    `order by ${order.map((column) => (column.startsWith('-') ? `v."${column.slice(1)}" desc` : `v."${column}"`)).join(', ')}`,
    ...(limit === undefined ? [] : [`limit $${given.length + 1}`]),
  ].join(' ');
  const values = [...given.map(([, value]) => value), ...(limit === undefined ? [] : [limit])];
  return CompiledQuery.raw(text, values) as CompiledQuery<Crossed<TaskQueueViews[`taskqueue.${View}`]>>;
}

/**
 * Runs a query.
 *
 * @throws TaskQueueError of the class its SQLSTATE stands for, with the driver's error as cause
 */
export async function run<Row>(executor: Executor, query: CompiledQuery<Row>): Promise<Row[]> {
  try {
    const { sql, parameters } = executor.behalf && isCall(query) ? query.onBehalf(executor.behalf) : query;
    const { rows } = await executor.query(sql, [...parameters]);
    return rows;
  } catch (error) {
    throw translateError(error, { inTransaction: executor.inTransaction ?? false });
  }
}

function isCall<Row>(query: CompiledQuery<Row>): query is Call<Row> {
  return 'onBehalf' in query;
}

/** Runs a query that gives exactly one row. */
export async function runOne<Row>(executor: Executor, query: CompiledQuery<Row>): Promise<Row> {
  const [row] = await run(executor, query);
  if (row === undefined) throw new Error(`no row came back from: ${query.sql}`);
  return row;
}
