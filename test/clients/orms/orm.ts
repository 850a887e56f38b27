// What the checks need of each ORM: its own transactions, committed, rolled back and nested as its users do it.

import type { OpenTransaction } from '../../../src/index.ts';

/** An open transaction. */
export interface OrmTransaction {
  /** As an application passes it to `add`; adapted anew at each use. */
  readonly passed: OpenTransaction;
  /** Runs a statement of the application. */
  run(text: string): Promise<unknown>;
  /** Runs work in a savepoint, and rolls back to it if the work rejects. */
  nested(work: (inner: OrmTransaction) => Promise<unknown>): Promise<unknown>;
}

/** An ORM with one connection to the test's database, so that transactions follow each other on it. */
export interface Orm {
  transaction<Result>(work: (transaction: OrmTransaction) => Promise<Result>, serializable?: boolean): Promise<Result>;
  /** What stands for no transaction, passed to the door as if it did; for those that have a door. */
  root?(): OpenTransaction;
  close(): Promise<void>;
}

/** Opens an ORM on a database. */
export type OpenOrm = (url: string) => Orm | Promise<Orm>;

/** Savepoints by statements, for those that leave them to the application. */
export async function inSavepoint(transaction: OrmTransaction, work: (inner: OrmTransaction) => Promise<unknown>) {
  await transaction.run('savepoint inner_work');
  try {
    return await work(transaction);
  } catch (error) {
    await transaction.run('rollback to savepoint inner_work');
    throw error;
  }
}

/** The parts of a connection string whose host may be the folder of a socket, for ORMs that don't read such strings. */
export function partsOf(url: string) {
  const { hostname, port, username, password, pathname } = new URL(url);
  const host = decodeURIComponent(hostname);
  return {
    host,
    port: Number(port) || 5432,
    username,
    password: decodeURIComponent(password),
    database: pathname.slice(1),
  };
}
