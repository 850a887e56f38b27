// Tokens for HTTP: made, shown and revoked. What they are is told once, when they are made.

import { call, look, run, runOne } from '../sql/call.ts';
import type { Executor } from '../sql/executor.ts';
import { readDate, readDateOrNull } from './values.ts';

/** A token, without what it is. */
export interface TokenStatus {
  id: string;
  /** Whom it stands for. */
  email: string;
  scopes: string[];
  created: Date;
  /** null: never. */
  expires: Date | null;
}

/** What a token is made with. */
export interface NewToken {
  /** Default: taskqueue. */
  scopes?: readonly string[] | undefined;
  /** Default: never. */
  expires?: Date | undefined;
}

/**
 * Makes a token. It can't be had again.
 *
 * @throws InvalidRequestError for what is no address or no scope
 */
export async function createToken(
  executor: Executor,
  email: string,
  { scopes, expires }: NewToken = {},
): Promise<{ id: string; token: string }> {
  return runOne(executor, call('create_token', { email, scopes, expires }));
}

/** False: there was none of this id. */
export async function revokeToken(executor: Executor, id: string): Promise<boolean> {
  return (await runOne(executor, call('revoke_token', { id }))).revoke_token;
}

/** All tokens that are good, by whom they stand for. */
export async function listTokens(executor: Executor): Promise<TokenStatus[]> {
  const rows = await run(executor, look('tokens', { order: ['email', 'created'] }));
  return rows.map((row) => ({ ...row, created: readDate(row.created), expires: readDateOrNull(row.expires) }));
}
