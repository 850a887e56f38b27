// Drizzle's transactions, on node-postgres and on postgres.js.

import { kindOf } from '../domain/text.ts';
import { type AdaptedTransaction, adapted, type Handover, inTurn } from '../postgres/adapted-transaction.ts';
import { type PostgresSql, sendBy } from './postgres-js.ts';

/** The part of Drizzle's transaction that its types show. */
export interface DrizzleTransaction {
  rollback(): never;
}

/** The part that they don't show: its session has the driver's client. */
interface Internals {
  session?: { client?: unknown };
  rollback?: unknown;
}

/** A client of pg, or of a driver made like it. */
interface NodePostgresClient {
  query(statement: { text: string; values: unknown[] }): Promise<{ rows: object[] }>;
  on: unknown;
}

/**
 * Adapts a transaction of Drizzle (0.45 and 1.0) on node-postgres, postgres.js, or a driver made like one of them.
 *
 * @param tx what `db.transaction` passes to its callback, or a nested one
 * @throws TypeError for anything else, or another driver
 * @example
 * ```ts
 * await db.transaction(async (tx) => {
 *   const [order] = await tx.insert(orders).values({ item: 'tea' }).returning()
 *   await queues.add({ url: '/ship', json: { order: order.id } }, { transaction: drizzleTransaction(tx) })
 * })
 * ```
 */
export function drizzleTransaction(tx: DrizzleTransaction): AdaptedTransaction {
  const { session, rollback } = ((tx as unknown) ?? {}) as Internals;
  if (session === undefined) throw new TypeError(`drizzleTransaction takes Drizzle's transaction, got ${kindOf(tx)}`);
  const isRoot = typeof rollback !== 'function';
  return adapted({
    send: isRoot ? noClient : sendTo(session),
    closed: () => (isRoot ? 'this Drizzle database is not a transaction: pass the tx of db.transaction' : undefined),
    identity: tx,
  });
}

function sendTo(session: { client?: unknown }): Handover['send'] {
  const { client } = session;
  if (typeof (client as Partial<PostgresSql>)?.unsafe === 'function') return sendBy(client as PostgresSql);
  const { query, on } = (client ?? {}) as Partial<NodePostgresClient>;
  if (typeof query === 'function' && typeof on === 'function') {
    return inTurn(async (text, values) => (await (client as NodePostgresClient).query({ text, values })).rows);
  }
  const drivers = 'drizzle-orm/node-postgres and drizzle-orm/postgres-js';
  throw new TypeError(`drizzleTransaction works with ${drivers}, got a transaction of ${kindOf(session)}`);
}

function noClient(): never {
  throw new TypeError('this Drizzle database is not a transaction');
}
