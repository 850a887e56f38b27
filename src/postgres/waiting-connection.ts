// The connection on which an application's lease calls wait for work. It is separate because it holds session locks and
// receives notifications.

import type { ClientConfig } from 'pg';
import { queueIdIn } from '../domain/notification.ts';
import { CONNECTION_LIMITS } from './connection-limits.ts';
import type { Executor, PoolLike } from './executor.ts';
import { watchListening } from './heartbeat.ts';
import { releaseSession, requireOwnBackend } from './own-backend.ts';

/** The connection's settings, for pg. */
export type WaitingSettings = ClientConfig;

/** The events of a waiting connection. */
export interface WaitingEvents {
  /** Another session has notified: this queue may have new tasks. */
  heard(queueId: number): void;
  /** The connection is lost: notifications may have been missed, and all locks are released. */
  lost(): void;
}

export interface WaitingConnection extends Executor {
  /** Whether it keeps the process alive. */
  keepAlive(keep: boolean): void;
  close(): Promise<void>;
}

const CHANNELS = ['taskqueue_wake', 'taskqueue_queues'];
const LISTEN = CHANNELS.map((channel) => `listen ${channel}`).join('; ');

/**
 * Connects, and listens before it resolves. pg is loaded only when a call waits.
 *
 * @throws SharedBackend behind a pooler through which no notification would arrive · pg's errors if it cannot connect
 */
export async function openWaitingConnection(
  settings: WaitingSettings,
  events: WaitingEvents,
): Promise<WaitingConnection> {
  const { default: pg } = await import('pg');
  const { PrimaryClient } = await import('./primary-client.ts');
  const client = new PrimaryClient({ ...settings, ...CONNECTION_LIMITS, application_name: 'pgtaskqueue waiting' });
  const refCounted = client as unknown as { ref(): void; unref(): void }; // its types leave them out
  let over = false;
  let forget = () => {};
  const lose = () => {
    if (over) return;
    over = true;
    forget();
    client.end().catch(() => {});
    events.lost();
  };
  client.on('error', lose).on('end', lose);
  await client.connect();
  const own = await requireOwnBackend(client).catch(async (error) => {
    over = true;
    await client.end();
    throw error;
  });
  client.on('notification', ({ payload, processId }) => {
    const queueId = queueIdIn(payload ?? '');
    if (processId !== own && queueId !== undefined) events.heard(queueId);
  });
  await client.query(LISTEN);
  forget = watchListening(client, CHANNELS.length, lose);
  return {
    query: async (text, values) => {
      try {
        return await client.query(text, values);
      } catch (error) {
        if (!(error instanceof pg.DatabaseError)) lose();
        throw error;
      }
    },
    keepAlive: (keep) => {
      forget();
      forget = keep && !over ? watchListening(client, CHANNELS.length, lose) : () => {};
      if (keep) refCounted.ref();
      else refCounted.unref();
    },
    close: async () => {
      const lives = !over;
      over = true;
      forget();
      if (lives) await releaseSession(client, CHANNELS);
      await client.end();
    },
  };
}

/**
 * Returns a pool's connection settings; undefined if it does not expose them. The secrets are read by name because pg
 * makes them non-enumerable.
 */
export function settingsOfPool(pool: PoolLike): WaitingSettings | undefined {
  const { options } = pool as { options?: ClientConfig };
  if (typeof options !== 'object' || options === null) return undefined;
  const { password, ssl } = options;
  return { ...options, ...(password === undefined ? {} : { password }), ...(ssl === undefined ? {} : { ssl }) };
}
