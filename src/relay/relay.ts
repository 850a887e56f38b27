// Turns the rows of outboxes, in stores where the schema taskqueue cannot live, into tasks of this database. Each
// source has a loop of its own: one that is down does not hold up the others.

import pg from 'pg';
import { SchemaVersionError } from '../domain/errors.ts';
import { type ConnectionSource, connectionConfig } from '../postgres/connection-settings.ts';
import { executorOf } from '../postgres/executor.ts';
import { openPool } from '../postgres/pools.ts';
import { systemClock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import { Loop } from '../runtime/loop.ts';
import { Lifecycle, type Service } from '../runtime/service.ts';
import { requireSchemaOn } from '../schema/migrate/schema-version.ts';
import { OUTBOX_TABLE, Outbox } from './outbox.ts';
import { type RelayCounts, RelaySource } from './relay-source.ts';

/** Where rows come from. */
export interface RelaySourceOptions {
  /** 1 to 60 letters, digits, `_` and `-`; begins the names of its tasks. */
  name: string;
  /** Connection string of the store. */
  url: string;
  /** Default `taskqueue_outbox`; may have a schema. */
  table?: string | undefined;
  /** How long to sleep while the outbox is empty; more than 0, default 1. */
  pollSeconds?: number | undefined;
}

interface RelayOptions {
  /** The database of the tasks. */
  database: ConnectionSource;
  sources: readonly RelaySourceOptions[];
  logger: Logger;
}

interface RunningSource {
  source: RelaySource;
  loop: Loop;
  pool: pg.Pool;
}

export class Relay implements Service {
  readonly #lifecycle = new Lifecycle('relay');
  readonly #target: pg.Pool;
  readonly #sources: RunningSource[];

  constructor({ database, sources, logger }: RelayOptions) {
    this.#target = openPool(connectionConfig(database, 'pgtaskqueue relay'), sources.length, logger);
    this.#sources = sources.map((source) => running(source, this.#target, logger));
  }

  /** @throws SchemaVersionError if the database has no schema; one that cannot be reached is tried again */
  start(): Promise<void> {
    return this.#lifecycle.start(async () => {
      await this.#requireSchema();
      await Promise.all(this.#sources.map(({ loop }) => loop.start()));
    });
  }

  stop(): Promise<void> {
    return this.#lifecycle.stop(async () => {
      await Promise.all(this.#sources.map(({ loop }) => loop.stop()));
      await Promise.all([this.#target.end(), ...this.#sources.map(({ pool }) => pool.end())]);
    });
  }

  /**
   * Relays what is there, on a relay that was not started.
   *
   * @throws SchemaVersionError; the first error of a store that cannot be reached, after the other sources are done
   */
  async runOnce(): Promise<ReturnType<Relay['counts']>> {
    await this.#requireSchema();
    const { signal } = new AbortController();
    const passes = this.#sources.map(async ({ source }) => {
      while (await source.runOnce(signal));
    });
    for (const result of await Promise.allSettled(passes)) if (result.status === 'rejected') throw result.reason;
    return this.counts();
  }

  /** Other errors are those of the first pass. */
  async #requireSchema(): Promise<void> {
    await requireSchemaOn(executorOf(this.#target)).catch((error: unknown) => {
      if (error instanceof SchemaVersionError) throw error;
    });
  }

  /** What each source has done so far. */
  counts(): { source: string; counts: Readonly<RelayCounts> }[] {
    return this.#sources.map(({ source }) => ({ source: source.name, counts: source.counts }));
  }
}

function running({ name, url, table, pollSeconds = 1 }: RelaySourceOptions, target: pg.Pool, logger: Logger) {
  const pool = sourcePool(url, name, logger);
  const clock = systemClock;
  const outbox = new Outbox(executorOf(pool), table ?? OUTBOX_TABLE);
  const source = new RelaySource({ name, outbox, target: executorOf(target), clock, logger });
  const loop = new Loop({
    name: `relay of source ${name}`,
    runOnce: async (signal) => ((await source.runOnce(signal)) ? 0 : pollSeconds * 1000),
    clock,
    logger,
  });
  return { source, loop, pool };
}

// Not openPool, which asks each server whether it can write in words that only PostgreSQL knows.
function sourcePool(url: string, name: string, logger: Logger): pg.Pool {
  const pool = new pg.Pool({ ...connectionConfig(url, 'pgtaskqueue relay'), max: 1 });
  pool.on('error', (error) => logger.warn('lost an idle connection', { source: name, error }));
  return pool;
}
