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
