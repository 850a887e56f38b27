// The comparison of a signature header with the expected signatures.

import { timingSafeEqual } from 'node:crypto';

/** More than any key rotation needs; further signatures are ignored. */
const MOST_SIGNATURES = 16;

/**
 * Compares in constant time. Both are lists of `v1,<base64>`, separated by spaces; signatures of other versions are
 * ignored.
 */
export function signaturesMatch(given: string, expected: string): boolean {
  const wanted = expected.split(' ').map((signature) => Buffer.from(signature));
  const offered = given.split(' ', MOST_SIGNATURES).map((signature) => Buffer.from(signature, 'latin1'));
  let found = false;
  for (const one of offered) {
    for (const other of wanted) {
      if (one.length === other.length && timingSafeEqual(one, other)) found = true;
    }
  }
  return found;
}
