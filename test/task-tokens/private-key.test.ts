import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { expect, test } from 'vitest';
import { generatePrivateKey, readPrivateKey } from '../../src/task-tokens/private-key.ts';

const pemOf = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }) as string;

test('a generated key is one, and no two are the same', async () => {
  const keys = await Promise.all([generatePrivateKey(), generatePrivateKey()].map(readPrivateKey));
  expect(keys[0]?.kid).not.toBe(keys[1]?.kid);
});

test('what is published names the key, is the same in every process, and has nothing private', async () => {
  const pem = generatePrivateKey();
  const { kid, published } = await readPrivateKey(pem);
  expect(await readPrivateKey(pem)).toMatchObject({ kid, published });
  expect(kid).toMatch(/^[\w-]{43}$/);
  expect(Object.keys(published.jwk).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
  expect(published.jwk).toMatchObject({ kty: 'RSA', alg: 'RS256', use: 'sig', kid });
  expect(published.pem).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
});

test('in a variable, lines may end in \\n', async () => {
  const pem = generatePrivateKey();
  expect((await readPrivateKey(pem.replaceAll('\n', '\\n'))).kid).toBe((await readPrivateKey(pem)).kid);
});

test.each([
  [
    'a secret',
    () => `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
    /^a key of ID tokens must be a private key in PEM/,
  ],
  [
    'a public key',
    () =>
      generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' }) as string,
    /private key in PEM/,
  ],
  [
    'an elliptic key',
    () => pemOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
    /RSA key of at least 2048 bits/,
  ],
  [
    'a short key',
    () => pemOf(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey),
    /RSA key of at least 2048 bits/,
  ],
  ['nothing', () => '', /private key in PEM/],
])('%s is refused, and not repeated', async (_what, make, message) => {
  const given = make();
  const error = await readPrivateKey(given).catch((error) => error);
  expect(error).toBeInstanceOf(TypeError);
  expect(error.message).toMatch(message);
  if (given !== '') expect(error.message).not.toContain(given.slice(-40));
});
