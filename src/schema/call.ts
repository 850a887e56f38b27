// Typed calls of the schema's functions. A call is a value that runs on any executor.

import type { Behalf } from '../domain/audit.ts';
import type { Executor } from '../postgres/executor.ts';
import { type CallParts, callOnBehalf } from './call-on-behalf.ts';
import { columnsOfFunction, columnsOfView, selectFrom, type ViewName } from './columns.ts';
import type { FunctionArguments, FunctionName } from './functions.ts';
import type { FunctionRows, Selected } from './rows.ts';
import { translateError } from './translate-error.ts';
import type { TaskQueueViews } from './views.ts';

/** A statement and its values, typed by its rows. */
export interface Query<Row> {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  /** Only a type. */
  readonly row?: Row;
}

/**
 * Compiles a call with named arguments. Undefined arguments are omitted, so SQL's defaults apply; null is passed on.
 *
 * @example `call('lease_tasks', { queue: 'photos', lease_seconds: 60 })` compiles to
 *   `select * from "taskqueue"."lease_tasks"("queue" => $1, "lease_seconds" => $2)`
 */
export function call<Name extends FunctionName>(name: Name, given: FunctionArguments<Name>): Call<RowOf<Name>> {
  const values: unknown[] = [];
  let shape: string = name;
  for (const argument in given) {
    const value: unknown = given[argument as keyof typeof given];
    if (value === undefined) continue;
    const inJson = hasNulls(value);
    shape += inJson ? ` ${argument}[]` : ` ${argument}`;
    values.push(inJson ? JSON.stringify(value) : value);
  }
  const { sql, parts } = compiled.get(shape) ?? compile(shape);
  return { sql, parameters: values, onBehalf: (behalf) => statement(...callOnBehalf(behalf, { ...parts, values })) };
}

type RowOf<Name extends FunctionName> = Selected<FunctionRows[Name]>;

/** A query that can also be made on behalf of someone. */
interface Call<Row> extends Query<Row> {
  readonly onBehalf: (behalf: Behalf) => Query<Row>;
}

interface Compiled {
  sql: string;
  parts: Omit<CallParts, 'values'>;
}

/** Most texts that are kept; an application has a few dozen different calls. */
const MOST_TEXTS = 500;

/** The texts of calls, by the function's name and those of its arguments: building one takes longer than a lookup. */
const compiled = new Map<string, Compiled>();

function compile(shape: string): Compiled {
  const [name, ...given] = shape.split(' ') as [FunctionName, ...string[]];
  const passed = given.map((argument, index) => `"${argument.replace('[]', '')}" => ${parameter(index + 1, argument)}`);
  const columns = columnsOfFunction(name);
  const sql = selectFrom(name, `"taskqueue"."${name}"(${passed.join(', ')})`);
  const made = { sql, parts: { name, columns, passed } };
  if (compiled.size < MOST_TEXTS) compiled.set(shape, made);
  return made;
}

// Arrays with nulls are passed as JSON, because the reading of a null in an array depends on the session's array_nulls.
// Only arrays of lease tokens have nulls.
function parameter(number: number, argument: string): string {
  if (!argument.endsWith('[]')) return `$${number}`;
  return `array(select e.value::pg_catalog.uuid
                from pg_catalog.jsonb_array_elements_text($${number}::pg_catalog.jsonb) with ordinality
                  as e(value, position) order by e.position)`;
}

function hasNulls(value: unknown): boolean {
  return Array.isArray(value) && value.includes(null);
}

/**
 * Builds a statement for several queues at once or for locks, typed by its rows. It runs like a call.
 *
 * @example `run(session, statement<{ pid: number }>('select pg_catalog.pg_backend_pid() as pid'))`
 */
export function statement<Row>(text: string, values: readonly unknown[] = []): Query<Row> {
  return { sql: text, parameters: values };
}

/** Which rows of a view to select, and in which order. */
export interface Selection<Row> {
  /** Text columns and the values that they must have. */
  where?: { [Column in keyof Row]?: string | undefined };
  /** A leading `-` sorts the latest or highest first. */
  order: readonly ((keyof Row & string) | `-${keyof Row & string}`)[];
  limit?: number | undefined;
}

/**
 * Compiles a selection from a view.
 *
 * @example `select('attempts', { where: { queue: 'mail' }, order: ['-ended'], limit: 100 })`
 */
export function select<View extends ViewName>(
  view: View,
  { where = {}, order, limit }: Selection<TaskQueueViews[`taskqueue.${View}`]>,
): Query<Selected<TaskQueueViews[`taskqueue.${View}`]>> {
  const given = Object.entries(where).filter(([, value]) => value !== undefined);
  const conditions = given.map(([column], index) => `v."${column}" operator(pg_catalog.=) $${index + 1}`);
  const text = [
    `select ${columnsOfView(view)} from "taskqueue"."${view}" as v`,
    ...(conditions.length > 0 ? [`where ${conditions.join(' and ')}`] : []),
    `order by ${order.map((column) => (column.startsWith('-') ? `v."${column.slice(1)}" desc` : `v."${column}"`)).join(', ')}`,
    ...(limit === undefined ? [] : [`limit $${given.length + 1}`]),
  ].join(' ');
  const values = [...given.map(([, value]) => value), ...(limit === undefined ? [] : [limit])];
  return statement(text, values);
}

/**
 * Runs a query.
 *
 * @throws TaskQueueError of the class for its SQLSTATE, with the driver's error as cause
 */
export async function run<Row>(executor: Executor, query: Query<Row>): Promise<Row[]> {
  try {
    const { sql, parameters } = executor.behalf && isCall(query) ? query.onBehalf(executor.behalf) : query;
    const { rows } = await executor.query(sql, [...parameters]);
    return rows;
  } catch (error) {
    throw translateError(error, { inTransaction: executor.inTransaction ?? false });
  }
}

function isCall<Row>(query: Query<Row>): query is Call<Row> {
  return 'onBehalf' in query;
}

/** Runs a query that returns exactly one row. */
export async function runOne<Row>(executor: Executor, query: Query<Row>): Promise<Row> {
  const [row] = await run(executor, query);
  if (row === undefined) throw new Error(`no row came back from: ${query.sql}`);
  return row;
}
