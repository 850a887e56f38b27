// Transactions of postgres.js.

import { kindOf } from '../domain/text.ts';
import { type AdaptedTransaction, adapted, type TextValue } from '../postgres/adapted-transaction.ts';

/** The part of postgres.js's `sql` that is used. */
export interface PostgresSql {
  // biome-ignore lint/suspicious/noExplicitAny: rows and parameters of any type
  unsafe(text: string, values?: any[]): PromiseLike<readonly any[]>;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  typed?: any;
}

/** The `sql` that `sql.begin` or a savepoint passes to its callback; or a reserved one on which BEGIN has run. */
// biome-ignore lint/suspicious/noExplicitAny: of any types
export type PostgresTransaction = PostgresSql & ({ savepoint(work: any): any } | { release(): void });

/** The type of text whose type is still open: the server reads it as the parameter's type. */
const UNKNOWN = 705;

/**
 * Adapts a transaction of postgres.js.
 *
 * @param sql what `sql.begin` or `sql.savepoint` passes to its callback; or a reserved connection after BEGIN
 * @throws TypeError for anything else
 * @example
 * ```ts
 * await sql.begin(async (sql) => {
 *   const [order] = await sql`insert into orders (item) values ('tea') returning id`
 *   await queues.add({ url: '/ship', json: { order: order.id } }, { transaction: postgresTransaction(sql) })
 * })
 * ```
 */
export function postgresTransaction(sql: PostgresTransaction): AdaptedTransaction {
  if (typeof sql?.unsafe !== 'function') {
    throw new TypeError(`postgresTransaction takes the sql of a transaction of postgres.js, got ${kindOf(sql)}`);
  }
  return adapted({
    send: sendBy(sql),
    closed: () =>
      'begin' in sql
        ? 'this sql has no open transaction: pass the one that sql.begin hands to its callback'
        : undefined,
    // A reserved connection can have one transaction after another.
    ...('savepoint' in sql ? { identity: sql } : {}),
  });
}

/** Sends statements as postgres.js does. It would make JSON of text for a parameter of type jsonb. */
export function sendBy(sql: PostgresSql) {
  const parameter = (value: TextValue) => (typeof sql.typed === 'function' ? sql.typed(value, UNKNOWN) : value);
  // A query is sent when then() is called.
  return (text: string, values: TextValue[]) => sql.unsafe(text, values.map(parameter)).then((rows) => rows);
}
