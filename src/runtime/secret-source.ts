// Reads what a reference refers to. With server/config.ts the only reader of the environment: which variable holds a secret is no setting
// of ours but an operator's word.

import { readFileSync } from 'node:fs';
import { parseReference } from '../domain/signing/key-reference.ts';
import { type SigningKey, signingKeys } from '../domain/signing/signing-key.ts';

/**
 * The keys a reference, or a secret itself, stands for.
 *
 * @param given `env:NAME`, `file:/path`, or `whsec_…`; a variable or file may hold several secrets, separated by white space
 * @throws TypeError that names the reference, never what it holds
 */
export function readKeys(given: string): SigningKey[] {
  const reference = parseReference(given);
  if (!reference) return signingKeys(given);
  try {
    return signingKeys(reference.kind === 'env' ? variable(reference.name) : readFileSync(reference.path, 'utf8'));
  } catch (error) {
    throw new TypeError(`no signing secret at ${given}: ${(error as Error).message}`);
  }
}

function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new TypeError('the variable is not set in this process');
  return value;
}
