// Secrets in the form of Standard Webhooks, and the keys made from them.

import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';

/** A prepared key for signing and verifying: an HMAC with it costs a quarter of one with raw bytes. */
export type SigningKey = KeyObject;

const PREFIX = 'whsec_';
const LEAST_BYTES = 24;
const MOST_BYTES = 64;

/**
 * Parses secrets: `whsec_` and the base64 of 24 to 64 bytes; several are separated by white space, newest first.
 *
 * @throws TypeError for anything else; its message never contains the secret
 * @example `signingKeys(process.env.PUSH_SECRET)`
 */
export function signingKeys(secrets: string): SigningKey[] {
  const words = secrets.split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) throw new TypeError('signing secrets must not be empty');
  return words.map(signingKey);
}

/** Generates a secret of 32 random bytes. */
export function generateSecret(): string {
  return PREFIX + randomBytes(32).toString('base64');
}

function signingKey(secret: string): SigningKey {
  const encoded = secret.slice(PREFIX.length);
  const bytes = Buffer.from(encoded, 'base64');
  const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(encoded);
  if (secret.startsWith(PREFIX) && isBase64 && bytes.length >= LEAST_BYTES && bytes.length <= MOST_BYTES) {
    return createSecretKey(bytes);
  }
  throw new TypeError(
    `a signing secret must be ${PREFIX} and the base64 of ${LEAST_BYTES} to ${MOST_BYTES} bytes; \`pgtaskqueue keys generate\` makes one`,
  );
}
