// The connection on which an application's lease calls wait for work: of its own, because it holds session locks and hears notifications.

import type { ClientConfig } from 'pg';
import { queueIdIn } from '../domain/notification.ts';
import type { Executor, PoolLike } from './executor.ts';

/** Where it goes: pg's settings. */
export type WaitingSettings = ClientConfig;

/** What happens to a connection that waits. */
export interface WaitingEvents {
  /** Another session has notified: there may be something new in this queue. */
  heard(queueId: number): void;
  /** Notifications may have been missed, and all locks are gone. */
  lost(): void;
}

export interface WaitingConnection extends Executor {
  /** Whether it keeps the process alive. */
  keepAlive(keep: boolean): void;
  close(): Promise<void>;
}

const LISTEN = 'listen taskqueue_wake; listen taskqueue_queues';

/**
 * Connects, and listens before it resolves. pg is loaded only by those who wait.
 *
 * @throws what pg throws when there is no connection to be had
 */
export async function openWaitingConnection(
  settings: WaitingSettings,
  events: WaitingEvents,
): Promise<WaitingConnection> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({
    ...settings,
    application_name: 'pgtaskqueue waiting',
    keepAlive: true,
    keepAliveInitialDelayMillis: 1_000,
    connectionTimeoutMillis: 5_000,
    query_timeout: 30_000,
  });
  const refCounted = client as unknown as { ref(): void; unref(): void }; // its types leave them out
  let over = false;
  const lose = () => {
    if (over) return;
    over = true;
    client.end().catch(() => {});
    events.lost();
  };
  client.on('error', lose).on('end', lose);
  await client.connect();
  const own = (await client.query('select pg_catalog.pg_backend_pid() as pid')).rows[0].pid;
  client.on('notification', ({ payload, processId }) => {
    const queueId = queueIdIn(payload ?? '');
    if (processId !== own && queueId !== undefined) events.heard(queueId);
  });
  await client.query(LISTEN);
  return {
    query: async (text, values) => {
      try {
        return await client.query(text, values);
      } catch (error) {
        if (!(error instanceof pg.DatabaseError)) lose();
        throw error;
      }
    },
    keepAlive: (keep) => (keep ? refCounted.ref() : refCounted.unref()),
    close: async () => {
      over = true;
      await client.end().catch(() => {});
    },
  };
}

/** How a pool connects; undefined: it doesn't say. It hides its secrets from those who print it, so they are asked for by name. */
export function settingsOfPool(pool: PoolLike): WaitingSettings | undefined {
  const { options } = pool as { options?: ClientConfig };
  if (typeof options !== 'object' || options === null) return undefined;
  const { password, ssl } = options;
  return { ...options, ...(password === undefined ? {} : { password }), ...(ssl === undefined ? {} : { ssl }) };
}
