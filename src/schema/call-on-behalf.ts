// Calls that tell the audit for whom they are made. The settings that it reads are set by the statement itself and end with it: no round trip is added,
// and behind a pooler nothing of them reaches anybody else.

import type { Behalf } from '../domain/audit.ts';
import { type FunctionName, functions } from './functions.ts';

/** A call as `call` puts it together. */
export interface CallParts {
  name: FunctionName;
  columns: string;
  /** `"argument" => $1`, in the order of the values. */
  passed: readonly string[];
  values: readonly unknown[];
}

/**
 * The text and the values of the call. Its first argument is made to depend on the settings, as nothing else orders the two.
 *
 * @throws Error for a call without arguments: no act has none
 */
export function callOnBehalf(behalf: Behalf, { name, columns, passed, values }: CallParts): [string, unknown[]] {
  const { actor, reason, requestId } = behalf;
  const [first, ...others] = passed;
  if (first === undefined) throw new Error(`${name} has no argument, and is no act of anybody`);
  const set = (setting: string, at: number) =>
    `pg_catalog.set_config('taskqueue.${setting}', $${values.length + at}, true)`;
  const settings = `${set('actor', 1)} as _actor, ${set('reason', 2)} as _reason, ${set('request_id', 3)} as _request_id`;
  const text = `select ${columns === '*' ? `"${name}".*` : columns}
    from (select ${settings} offset 0) as _behalf, lateral "taskqueue"."${name}"(${[depending(name, first), ...others].join(', ')})`;
  return [text, [...values, actor, reason ?? null, requestId ?? null]];
}

/** `"queue" => case when … then $1 end`: with its type, which a parameter in a case does not learn from the function. */
function depending(name: FunctionName, passed: string): string {
  const [, argument = '', value] = /^"(\w+)" => (.*)$/s.exec(passed) ?? [];
  const declared: Record<string, string> = functions[name];
  const type = declared[argument]?.replace('?', '');
  return `"${argument}" => case when _behalf._actor is not null then ${value}::pg_catalog.${type} end`;
}
