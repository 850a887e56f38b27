// Whether a connection has a server process of its own. A pooler that shares connections between transactions gives it away meanwhile: session locks stay
// behind with strangers, and notifications reach nobody.

import type pg from 'pg';
import type { PrimaryClient } from './primary-client.ts';

/** What a session leaves behind in a server process that others get after it. Who ends says so; a pooler may not reset what it hands on. */
const LET_GO = 'select pg_catalog.pg_advisory_unlock_all()';
const LET_GO_MS = 1_000;

/** Gives up the locks and channels of a connection that is about to end. Waits no longer than a second, and never fails. */
export async function letGoOfSession(
  client: Pick<pg.Client, 'query'>,
  channels: readonly string[] = [],
): Promise<void> {
  const text = [LET_GO, ...channels.map((channel) => `unlisten "${channel.replaceAll('"', '""')}"`)].join('; ');
  const statement = { text, query_timeout: LET_GO_MS };
  await client.query(statement).catch(() => {}); // of a connection that is gone nothing is left
}

/** A client that can tell of another to the same server. */
type Connected = Pick<PrimaryClient, 'another' | 'query'>;

/** A pooler shares this connection's server process with others. */
export class SharedBackend extends Error {
  override readonly name = 'SharedBackend';
  constructor() {
    super(
      'a pooler gives the server process of this connection to others between transactions, so that locks and notifications of a session are lost: ' +
        'connect directly, or through a pooler in session mode',
    );
  }
}

/** So often it is tried; a busy pooler may give the same server process back by chance. */
const ROUNDS = 3;
/** … where the process ids show that there is a pooler. */
const ROUNDS_AT_A_POOLER = 30;

/**
 * Has another connection begin a transaction, again and again: whoever shares has to give it our server process, or us another one. Takes no lock.
 *
 * @returns the process id of the server process
 * @throws SharedBackend · what the other connection throws
 */
export async function requireOwnBackend(client: Connected): Promise<number> {
  const other = client.another();
  other.on('error', () => {}); // its queries reject
  try {
    await other.connect();
    const own = await backendOf(client);
    const { processID: told } = client as unknown as { processID: number };
    for (let left = told === own ? ROUNDS : ROUNDS_AT_A_POOLER; left > 0; left--) {
      if (!(await staysOurs(client, other, own))) throw new SharedBackend();
    }
    return own;
  } finally {
    await other.end();
  }
}

async function staysOurs(client: Connected, other: Connected, own: number): Promise<boolean> {
  await other.query('begin');
  try {
    return (await backendOf(other)) !== own && (await backendOf(client)) === own;
  } finally {
    await other.query('rollback');
  }
}

async function backendOf(client: Connected): Promise<number> {
  const { rows } = await client.query('select pg_catalog.pg_backend_pid() as pid');
  return rows[0].pid;
}
