// The connection string of a database or another store: as it is, or where a reference says that it is.

import { readSecret } from '../runtime/secret-source.ts';
import { ConfigError } from './config-error.ts';

/**
 * @param given a connection string, `env:NAME` or `file:/path`
 * @param what its name, for messages
 * @throws ConfigError if there is nothing at the reference
 */
export function referencedUrl(given: string, what: string): string {
  if (!/^(env|file):/.test(given)) return given;
  try {
    return readSecret(given).trim();
  } catch (error) {
    throw new ConfigError(`${what} must be readable, got ${given}: ${(error as Error).message}`);
  }
}
