// Whether connections keep their server processes. A file of its own, because it loads pg.

import type pg from 'pg';
import { requireOwnBackend, SharedBackend } from './own-backend.ts';
import { PrimaryClient } from './primary-client.ts';

/** Whether connections with these settings keep their server processes, and so the statements they have prepared. */
export async function keepsBackends(settings: pg.ClientConfig): Promise<boolean> {
  const client = new PrimaryClient(settings);
  try {
    await client.connect();
    await requireOwnBackend(client);
    return true;
  } catch (error) {
    if (error instanceof SharedBackend) return false;
    throw error;
  } finally {
    await client.end();
  }
}

/**
 * Whether connections with these settings lead to PostgreSQL itself: each has its own server process, and the one that
 * it was told of. A pooler may be anything else, so any doubt or failure is a no.
 */
export async function leadsToServer(settings: pg.ClientConfig): Promise<boolean> {
  const client = new PrimaryClient(settings);
  client.on('error', () => {}); // its queries reject
  try {
    await client.connect();
    const { processID: reported } = client as unknown as { processID: number };
    return (await requireOwnBackend(client)) === reported;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}
