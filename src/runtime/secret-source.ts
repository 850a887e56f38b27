// Reads the secrets that references point to. Apart from server/config.ts this is the only reader of the environment:
// which variable holds a secret is the operator's choice, not a setting.

import { readFileSync } from 'node:fs';
import { parseReference } from '../domain/signing/key-reference.ts';
import { type SigningKey, signingKeys } from '../domain/signing/signing-key.ts';

/**
 * Returns the keys of a reference, or of a secret itself.
 *
 * @param given `env:NAME`, `file:/path`, or `whsec_…`; a variable or file may hold several secrets, separated by white
 * space
 * @throws TypeError that names the reference, never the secret
 */
export function readKeys(given: string): SigningKey[] {
  if (!parseReference(given)) return signingKeys(given);
  try {
    return signingKeys(readSecret(given));
  } catch (error) {
    throw new TypeError(`${given} must hold a signing secret: ${(error as Error).message}`);
  }
}

/**
 * Returns the text that a reference points to.
 *
 * @param given `env:NAME` or `file:/path`
 * @throws TypeError if it is no reference; Error if there is nothing
 */
export function readSecret(given: string): string {
  const reference = parseReference(given);
  if (!reference) throw new TypeError('it must be env:NAME or file:/path');
  return reference.kind === 'env' ? variable(reference.name) : readFileSync(reference.path, 'utf8');
}

function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new TypeError('the variable is not set in this process');
  return value;
}
