// Tokens for HTTP: made, shown and revoked. What they are is told once, when they are made.

import { createHash } from 'node:crypto';
import type { Executor } from '../postgres/executor.ts';
import { call, look, run, runOne } from '../schema/call.ts';
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
  rights: string[];
  /** Names of queues that the rights are good for; `*` stands for any text. */
  queues: string[];
}

/** What a token is made with. */
export interface NewToken {
  /** For v1beta2 with a queue's ACL. Default: taskqueue, or none where there are rights. */
  scopes?: readonly string[] | undefined;
  /** Default: never. */
  expires?: Date | undefined;
  /** Default: none. */
  rights?: readonly string[] | undefined;
  /** Names and patterns of queues; default: all. */
  queues?: readonly string[] | undefined;
}

/**
 * Makes a token. It can't be had again.
 *
 * @throws InvalidRequestError for what is no address, scope, right or pattern of queues
 */
export async function createToken(
  executor: Executor,
  email: string,
  { scopes, expires, rights, queues }: NewToken = {},
): Promise<{ id: string; token: string }> {
  return runOne(executor, call('create_token', { email, scopes, expires, rights, queues }));
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

/** Whom a token stands for, and what it may do. */
export interface TokenHolder {
  id: string;
  email: string;
  scopes: string[];
  rights: string[];
  queues: string[];
}

/** Undefined: the token is unknown, revoked or expired. The database is told its hash alone. */
export async function checkToken(executor: Executor, token: string): Promise<TokenHolder | undefined> {
  const [holder] = await run(executor, call('check_token', { hash: createHash('sha256').update(token).digest() }));
  return holder;
}
