// Private keys that sign ID tokens, and the public keys that verify them.

import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, type JWK } from 'jose';

const LEAST_BITS = 2048;

/** A private key, ready to sign. */
export interface PrivateKey {
  /** Names the key in tokens. Every process computes the same one from the key. */
  readonly kid: string;
  readonly key: KeyObject;
  readonly published: PublicKey;
}

/** What verifiers need of a key. */
export interface PublicKey {
  readonly kid: string;
  /** For a JSON Web Key Set. */
  readonly jwk: JWK;
  /** SubjectPublicKeyInfo. */
  readonly pem: string;
}

/**
 * Reads an RSA key of 2048 bits or more in PEM. In an environment variable, `\n` may stand for a line's end.
 *
 * @throws TypeError for anything else; its message never contains the key
 */
export async function readPrivateKey(pem: string): Promise<PrivateKey> {
  const key = parse(pem.replaceAll('\\n', '\n'));
  if (key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < LEAST_BITS)
    throw new TypeError(`a key of ID tokens must be an RSA key of at least ${LEAST_BITS} bits`);
  const own = createPublicKey(key);
  const { kty, n, e } = await exportJWK(own);
  const kid = await calculateJwkThumbprint({ kty, n, e } as JWK);
  const jwk = { kty, n, e, kid, alg: 'RS256', use: 'sig' } as JWK;
  return { kid, key, published: { kid, jwk, pem: own.export({ type: 'spki', format: 'pem' }) as string } };
}

/** Generates a key in PEM. */
export function generatePrivateKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: LEAST_BITS });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
}

function parse(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw new TypeError(
      'a key of ID tokens must be a private key in PEM; `pgtaskqueue keys generate --id-tokens` makes one',
    );
  }
}
