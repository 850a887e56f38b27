// Transactions of postgres.js.

import { kindOf } from '../domain/text.ts';
import {
  type AdaptedTransaction,
  adapted,
  type Handover,
  type Rows,
  type TextValue,
} from '../postgres/adapted-transaction.ts';

/** The part of postgres.js's `sql` that is used. */
export interface PostgresSql {
  // biome-ignore lint/suspicious/noExplicitAny: rows and parameters of any type
  unsafe(text: string, values?: any[]): PromiseLike<readonly any[]> & { state?: any };
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
      (sql as { begin?: unknown }).begin === undefined
        ? undefined
        : 'this sql has no open transaction: pass the one that sql.begin hands to its callback',
    // A reserved connection can have one transaction after another.
    ...('savepoint' in sql ? { identity: sql } : {}),
  });
}

/**
 * Sends statements as postgres.js does, which would make JSON of the text of a parameter of type jsonb. When a
 * transaction has ended, its `sql` still sends the first of two statements, but may put the second into a queue that
 * nothing reads any more. So the second must be on its way when the first has returned.
 */
export function sendBy(sql: PostgresSql): Handover['send'] {
  const parameter = (value: TextValue) => (typeof sql.typed === 'function' ? sql.typed(value, UNKNOWN) : value);
  return async (statements) => {
    const queries = statements.map(({ text, values }) => sql.unsafe(text, values.map(parameter)));
    // A query is sent when then() is called.
    const sent = queries.map((query) => query.then((rows) => rows));
    for (const each of sent) each.then(undefined, () => {}); // the first error is the one to report
    let rows: Rows = [];
    for (const [index, each] of sent.entries()) {
      if (index > 0 && !queries[index]?.state) throw new Error('it has ended');
      rows = await each;
    }
    return rows;
  };
}
