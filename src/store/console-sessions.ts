// Sessions of the console. The database gets hashes alone: the secret stays in the browser, the server's own token in
// the server.

import { createHash, createHmac } from 'node:crypto';
import type { Executor } from '../postgres/executor.ts';
import { call, run, runOne } from '../schema/call.ts';
import type { TokenHolder } from './tokens.ts';

/** How long a session lasts, as the database says too. */
export const SESSION_SECONDS = 12 * 3_600;

/** The token of a session: one in the database, or the server's own. */
export type SessionHolder = { holder: TokenHolder } | { holder: 'server' };

/**
 * Opens a session for a token.
 *
 * @param token one in the database
 * @returns false if it is unknown, revoked or expired
 */
export async function openSession(executor: Executor, secret: string, token: string): Promise<boolean> {
  const hashes = { hash: sha256(secret), token_hash: sha256(token) };
  return (await runOne(executor, call('open_console_session', hashes))).open_console_session;
}

/** Opens a session for the server's own token. A server with another token does not accept it. */
export async function openServerSession(executor: Executor, secret: string, token: string): Promise<boolean> {
  const hashes = { hash: sha256(secret), proof: proofOf(token, secret) };
  return (await runOne(executor, call('open_console_session', hashes))).open_console_session;
}

/**
 * Looks up a session; undefined if it is unknown, closed or expired, or its token is.
 *
 * @param token the server's own; undefined: it has none
 */
export async function checkSession(
  executor: Executor,
  secret: string,
  token: string | undefined,
): Promise<SessionHolder | undefined> {
  const proof = token === undefined ? undefined : proofOf(token, secret);
  const [row] = await run(executor, call('check_console_session', { hash: sha256(secret), proof }));
  if (!row) return undefined;
  return { holder: row.id === null ? 'server' : (row as TokenHolder) };
}

/** Closes a session. Returns false if there was none. */
export async function closeSession(executor: Executor, secret: string): Promise<boolean> {
  return (await runOne(executor, call('close_console_session', { hash: sha256(secret) }))).close_console_session;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest();

/** Proves the token to a server that has it, and tells a reader of the database nothing about it. */
const proofOf = (token: string, secret: string) => createHmac('sha256', secret).update(token).digest();
