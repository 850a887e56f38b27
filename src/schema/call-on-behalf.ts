// Calls that name to the audit the person they are made for. The statement itself sets the settings that the audit
// reads, and they end with it: this adds no round trip, and behind a pooler nothing leaks to other clients.

import type { Behalf } from '../domain/audit.ts';
import { type FunctionName, functions } from './functions.ts';

/** The parts of a call, as `call` assembles them. */
export interface CallParts {
  name: FunctionName;
  columns: string;
  /** `"argument" => $1`, in the order of the values. */
  passed: readonly string[];
  values: readonly unknown[];
}

/**
 * Returns the text and the values of the call. Its first argument depends on the settings, because nothing else orders
 * the two.
 *
 * @throws Error for a call without arguments: every audited function has one
 */
export function callOnBehalf(behalf: Behalf, { name, columns, passed, values }: CallParts): [string, unknown[]] {
  const { actor, reason, requestId } = behalf;
  const [first, ...others] = passed;
  if (first === undefined) throw new Error(`${name} must have an argument to be called on behalf of someone`);
  const set = (setting: string, at: number) =>
    `pg_catalog.set_config('taskqueue.${setting}', $${values.length + at}, true)`;
  const settings = `${set('actor', 1)} as _actor, ${set('reason', 2)} as _reason, ${set('request_id', 3)} as _request_id`;
  const text = `select ${columns === '*' ? `"${name}".*` : columns}
    from (select ${settings} offset 0) as _behalf, lateral "taskqueue"."${name}"(${[depending(name, first), ...others].join(', ')})`;
  return [text, [...values, actor, reason ?? null, requestId ?? null]];
}

/** Types that are words of SQL's grammar, whatever the search path. */
const STANDARD_WORDS = /^(boolean|integer|bigint|double precision|timestamp with time zone|interval)\b/;

/**
 * `"queue" => case when … then $1 end`, with a cast, because a parameter inside a case does not get its type from the
 * function.
 */
function depending(name: FunctionName, passed: string): string {
  const [, argument = '', value] = /^"(\w+)" => (.*)$/s.exec(passed) ?? [];
  const declared: Record<string, string> = functions[name];
  const type = declared[argument]?.replace('?', '') ?? '';
  // PostgreSQL itself has no type called integer, for one: that is the standard's word for one of its own.
  const qualified = STANDARD_WORDS.test(type) ? type : `pg_catalog.${type}`;
  return `"${argument}" => case when _behalf._actor is not null then cast(${value} as ${qualified}) end`;
}
