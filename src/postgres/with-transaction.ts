// Runs work in a transaction of a pg pool, with a client that stops working when the work ends. A client of a pool is
// one object for all transactions that it serves, so a late statement on it would join the transaction of a stranger.

import { BadTransactionStateError } from '../domain/errors.ts';
import { requireKnownKeys } from '../domain/known-keys.ts';
import { kindOf } from '../domain/text.ts';
import { connectionTrouble } from './connection-trouble.ts';
import { serverErrorIn } from './server-error.ts';

/** Options of withTransaction. */
export interface TransactionOptions {
  /** The isolation level. Default: the server's setting, which is read committed unless it was changed. */
  isolationLevel?: 'read committed' | 'repeatable read' | 'serializable' | undefined;
  /** True: the transaction only reads. No task can be added. */
  readOnly?: boolean | undefined;
  /**
   * How often to repeat the work after a serialization failure or a deadlock, 0 to 100. Default 0. Each time the work
   * starts over with a new transaction, so all that it does besides must bear repeating.
   */
  retries?: number | undefined;
}

/** The part of a pool's client that is used. */
export interface TransactionClient {
  // biome-ignore lint/suspicious/noExplicitAny: as pg's overloads have it
  query(...statement: any[]): any;
  release(destroy?: boolean | Error): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
  removeListener(event: 'error', listener: (error: Error) => void): unknown;
}

/** The client of a pool: of one such as pg's, whose connect takes a callback too, or of one with promises alone. */
export type ClientOf<Pool> = Pool extends {
  // biome-ignore lint/suspicious/noExplicitAny: whatever the callback takes
  connect: { (): Promise<infer Client>; (callback: (...given: any[]) => void): void };
}
  ? Client
  : Pool extends { connect(): Promise<infer Client> }
    ? Client
    : never;

const LEVELS: unknown[] = [undefined, 'read committed', 'repeatable read', 'serializable'];
/** Serialization failure, deadlock. */
const LOST_RACE = ['40001', '40P01'];

/**
 * Runs work in a transaction: commits when it resolves, rolls back when it rejects, and releases the client. After that
 * the client refuses statements, so an add that comes too late can't reach another transaction.
 *
 * @param pool a pg.Pool
 * @param work gets a client, on which BEGIN has run; await all statements in it
 * @returns what the work resolves with, once the transaction is committed
 * @throws the error of the work; BadTransactionStateError if PostgreSQL rolled back instead of committing, because a
 *   statement had failed; TypeError for invalid options
 * @example
 * ```ts
 * await withTransaction(pool, async (client) => {
 *   const { rows } = await client.query("insert into orders (item) values ('tea') returning id")
 *   await queues.add({ url: '/ship', json: { order: rows[0].id } }, { transaction: client })
 * }, { isolationLevel: 'serializable', retries: 5 })
 * ```
 */
export async function withTransaction<Pool extends { connect(): Promise<TransactionClient> }, Result>(
  pool: Pool,
  work: (client: ClientOf<Pool>) => Result | Promise<Result>,
  options: TransactionOptions = {},
): Promise<Result> {
  const begin = beginStatement(options);
  if (typeof pool?.connect !== 'function') throw new TypeError(`pool must be a pg.Pool, got ${kindOf(pool)}`);
  for (let left = options.retries ?? 0; ; left--) {
    try {
      return await runOnce(
        await pool.connect(),
        begin,
        work as (client: TransactionClient) => Result | Promise<Result>,
      );
    } catch (error) {
      if (left <= 0 || !LOST_RACE.includes(serverErrorIn(error)?.code ?? '')) throw error;
    }
  }
}

function beginStatement(options: TransactionOptions): string {
  requireKnownKeys(options, ['isolationLevel', 'readOnly', 'retries'], 'the options of withTransaction');
  const { isolationLevel, readOnly = false, retries = 0 } = options;
  if (!LEVELS.includes(isolationLevel)) {
    throw new TypeError(`isolationLevel must be one of ${LEVELS.slice(1).join(', ')}, got ${String(isolationLevel)}`);
  }
  if (!Number.isInteger(retries) || retries < 0 || retries > 100) {
    throw new TypeError(`retries must be an integer from 0 to 100, got ${String(retries)}`);
  }
  return `begin${isolationLevel ? ` isolation level ${isolationLevel}` : ''}${readOnly ? ' read only' : ''}`;
}

async function runOnce<Result>(
  client: TransactionClient,
  begin: string,
  work: (client: TransactionClient) => Result | Promise<Result>,
): Promise<Result> {
  let broken: Error | undefined;
  const listen = (error: Error) => {
    broken = error;
  };
  client.on('error', listen);
  const { lent, end } = lend(client);
  try {
    await client.query(begin);
    const result = await work(lent);
    end();
    await commit(client);
    return result;
  } catch (error) {
    end();
    if (connectionTrouble(error)) broken ??= error as Error;
    await client.query('rollback').catch((failed: Error) => {
      broken ??= failed;
    });
    throw error;
  } finally {
    client.removeListener('error', listen);
    client.release(broken);
  }
}

/** PostgreSQL answers ROLLBACK to the COMMIT of a transaction that has failed. */
async function commit(client: TransactionClient): Promise<void> {
  const { command } = await client.query('commit');
  if (command === 'COMMIT') return;
  throw new BadTransactionStateError('the transaction was rolled back: one of its statements had failed', {
    hint: 'Let the error of the statement reject the work, or run the statement after a savepoint.',
  });
}

/** Returns a view of the client, and the function that ends its use. */
function lend(client: TransactionClient): { lent: TransactionClient; end: () => void } {
  let ended = false;
  const query = (...statement: unknown[]) => (ended ? refuse(statement.at(-1)) : client.query(...statement));
  const release = () => {
    throw new TypeError('withTransaction releases the client when the work ends');
  };
  const own: Record<PropertyKey, unknown> = { query, release };
  const lent = new Proxy(client, {
    get: (target, name) => (Object.hasOwn(own, name) ? own[name] : Reflect.get(target, name)),
  });
  return {
    lent,
    end: () => {
      ended = true;
    },
  };
}

function refuse(last: unknown): Promise<never> | undefined {
  const error = new BadTransactionStateError('the transaction has ended', {
    hint: 'Await all statements within the work of withTransaction.',
  });
  if (typeof last !== 'function') return Promise.reject(error);
  last(error);
  return undefined;
}
