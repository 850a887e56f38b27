// Tokens for HTTP: create, list, revoke, check. A token itself is shown only once, when it is created.

import { createHash } from 'node:crypto';
import type { Executor } from '../postgres/executor.ts';
import { call, run, runOne, select } from '../schema/call.ts';
import { readDate, readDateOrNull } from './values.ts';

/** A token's properties, without the token itself. */
export interface TokenStatus {
  id: string;
  /** The principal that it authenticates. */
  email: string;
  scopes: string[];
  created: Date;
  /** null: never. */
  expires: Date | null;
  rights: string[];
  /** Names of the queues to which the rights apply; `*` stands for any text. */
  queues: string[];
}

/** The properties of a new token. */
export interface NewToken {
  /** For v1beta2 with a queue's ACL. Default: taskqueue, or none if there are rights. */
  scopes?: readonly string[] | undefined;
  /** Default: never. */
  expires?: Date | undefined;
  /** Default: none. */
  rights?: readonly string[] | undefined;
  /** Names and patterns of queues; default: all. */
  queues?: readonly string[] | undefined;
}

/**
 * Creates a token. It cannot be retrieved later.
 *
 * @throws InvalidRequestError for an invalid address, scope, right or queue pattern
 */
export async function createToken(
  executor: Executor,
  email: string,
  { scopes, expires, rights, queues }: NewToken = {},
): Promise<{ id: string; token: string }> {
  return runOne(executor, call('create_token', { email, scopes, expires, rights, queues }));
}

/** Revokes a token. Returns false if there was no token with this id. */
export async function revokeToken(executor: Executor, id: string): Promise<boolean> {
  return (await runOne(executor, call('revoke_token', { id }))).revoke_token;
}

/** Lists all valid tokens by principal. */
export async function listTokens(executor: Executor): Promise<TokenStatus[]> {
  const rows = await run(executor, select('tokens', { order: ['email', 'created'] }));
  return rows.map((row) => ({ ...row, created: readDate(row.created), expires: readDateOrNull(row.expires) }));
}

/** The principal of a token, and its rights. */
export interface TokenHolder {
  id: string;
  email: string;
  scopes: string[];
  rights: string[];
  queues: string[];
}

/** Looks up a token; undefined if it is unknown, revoked or expired. Only its hash is sent to the database. */
export async function checkToken(executor: Executor, token: string): Promise<TokenHolder | undefined> {
  const [holder] = await run(executor, call('check_token', { hash: createHash('sha256').update(token).digest() }));
  return holder;
}
