// What callers are identified with: the server's own token, and those in the database.

import type { Executor } from '../postgres/executor.ts';
import { checkToken } from '../store/tokens.ts';
import type { Authority } from './identify.ts';
import { rememberTokens } from './known-tokens.ts';

/**
 * @param token undefined: programs on this machine may do everything
 * @param bind address that the server listens on; undefined: unknown, and no program is trusted without a token
 */
export function authorityOf(token: string | undefined, bind: string | undefined, executor: Executor): Authority {
  return { token, bind, lookUp: rememberTokens((given) => checkToken(executor, given)) };
}
