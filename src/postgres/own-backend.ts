// Checks whether a connection has a server process of its own. A pooler in transaction mode gives the process to other
// clients between transactions: session locks stay behind with them, and notifications reach nobody.

import { setTimeout as after } from 'node:timers/promises';
import type pg from 'pg';
import type { PrimaryClient } from './primary-client.ts';

/**
 * Releases the session locks before a connection ends, because a pooler may pass on its server process without a reset.
 */
const RELEASE_LOCKS = 'select pg_catalog.pg_advisory_unlock_all()';
const RELEASE_MS = 1_000;

/** Releases the locks and channels of a connection that is about to end. Takes at most a second, and never fails. */
export async function releaseSession(
  client: Pick<pg.Client, 'query'>,
  channels: readonly string[] = [],
): Promise<void> {
  const text = [RELEASE_LOCKS, ...channels.map((channel) => `unlisten "${channel.replaceAll('"', '""')}"`)].join('; ');
  const statement = { text, query_timeout: RELEASE_MS };
  await client.query(statement).catch(() => {}); // a lost connection holds nothing
}

/** A client that can open another connection to the same server. */
type Connected = Pick<PrimaryClient, 'another' | 'query'>;

/** A pooler shares this connection's server process with others. */
export class SharedBackend extends Error {
  override readonly name = 'SharedBackend';
  constructor() {
    super(
      'a pooler shares the server process of this connection between transactions, so session locks and notifications are lost: ' +
        'connect directly, or through a pooler in session mode',
    );
  }
}

/** Number of attempts, for a pooler that passes on the process id that it got … */
const ROUNDS = 6;
/** … and if the process id shows that there is a pooler: a busy one may return the same server process by chance. */
const ROUNDS_AT_A_POOLER = 30;
/** Longest pause between two attempts there: several processes that check at the same time must not keep in step. */
const PAUSE_MS = 5;

/**
 * Asks this connection and another one in turns for their server processes: a pooler that shares will give one of them
 * the other's. Takes no lock, and holds no transaction for which others would wait.
 *
 * @returns the process id of the server process
 * @throws SharedBackend · errors of the other connection
 */
export async function requireOwnBackend(client: Connected): Promise<number> {
  const other = client.another();
  other.on('error', () => {}); // its queries reject
  try {
    await other.connect();
    const own = await backendOf(client);
    const { processID: reported } = client as unknown as { processID: number };
    const atPooler = reported !== own;
    for (let left = atPooler ? ROUNDS_AT_A_POOLER : ROUNDS; left > 0; left--) {
      if ((await backendOf(other)) === own || (await backendOf(client)) !== own) throw new SharedBackend();
      if (atPooler) await after(Math.random() * PAUSE_MS);
    }
    return own;
  } finally {
    await other.end();
  }
}

async function backendOf(client: Connected): Promise<number> {
  const { rows } = await client.query('select pg_catalog.pg_backend_pid() as pid');
  return rows[0].pid;
}
