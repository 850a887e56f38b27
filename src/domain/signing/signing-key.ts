// Secrets as Standard Webhooks writes them, and the keys that are made of them once.

import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';

/** What signs and verifies. Prepared once: an HMAC with it costs a quarter of one with bare bytes. */
export type SigningKey = KeyObject;

const PREFIX = 'whsec_';
const LEAST_BYTES = 24;
const MOST_BYTES = 64;

/**
 * The keys of a text of secrets: `whsec_` and the base64 of 24 to 64 bytes; several are separated by white space, the newest first.
 *
 * @throws TypeError for anything else; it never holds the text
 * @example `signingKeys(process.env.PUSH_SECRET)`
 */
export function signingKeys(secrets: string): SigningKey[] {
  const words = secrets.split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) throw new TypeError('a signing secret is empty');
  return words.map(signingKey);
}

/** A new secret of 32 random bytes. */
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
    `a signing secret is ${PREFIX} and the base64 of ${LEAST_BYTES} to ${MOST_BYTES} bytes; \`pgtaskqueue keys generate\` makes one`,
  );
}
