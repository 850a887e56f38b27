// The grammars of values in a queue file: rate, age limit, storage limit. The database decides (_rate, _age_limit,
// _storage_limit); a test compares the two.

import type { JsonSchema } from '../config-file/kinds.ts';
import { atMost } from './number-pattern.ts';

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const MOST_A_SECOND = 500;
const BYTES: Readonly<Record<string, number>> = { '': 1, B: 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };
const MOST_RETENTION = 365 * 86_400;
const MOST_BYTES = 1000 * 2 ** 40;

/**
 * Parses a rate to tasks per second: `0`, or a number, a slash and s, m, h or d; undefined if it is invalid or above
 * 500/s.
 */
export function rateOf(text: string): number | undefined {
  if (text === '0') return 0;
  const [, number, unit] = /^([0-9]{1,20}(?:\.[0-9]{0,20})?)\/([smhd])$/.exec(text) ?? [];
  if (number === undefined || unit === undefined) return undefined;
  const perUnit = Number(number);
  return perUnit <= MOST_A_SECOND * (SECONDS[unit] as number) ? perUnit / (SECONDS[unit] as number) : undefined;
}

/**
 * Parses an age limit such as `1.5d` or `123.45e2s` to whole seconds; undefined if it is invalid or below one second.
 */
export function ageLimitOf(text: string): number | undefined {
  const [, number, unit] = /^([0-9]{1,15}(?:\.[0-9]{0,15})?(?:[eE][+-]?[0-9]{1,2})?)([smhd])$/.exec(text) ?? [];
  if (number === undefined || unit === undefined) return undefined;
  // Rounds to the precision of a double, so that 123.45e2 is 12345 and not slightly less.
  const seconds = Math.trunc(Number((Number(number) * (SECONDS[unit] as number)).toPrecision(15)));
  return seconds >= 1 ? seconds : undefined;
}

/** Parses a retention such as `7d` to seconds; undefined if it is invalid or above 365 days. */
export function retentionOf(text: string): number | undefined {
  const seconds = ageLimitOf(text);
  return seconds !== undefined && seconds <= MOST_RETENTION ? seconds : undefined;
}

/**
 * Parses a storage limit such as `120M` to bytes: a number and B, K, M, G or T; undefined if it is invalid or above
 * 1000T.
 */
export function storageLimitOf(text: string): number | undefined {
  const [, number, unit = ''] = /^([0-9]{1,20}(?:\.[0-9]{0,20})?)([BKMGT]?)$/.exec(text) ?? [];
  if (number === undefined) return undefined;
  const bytes = Math.floor(Number(number) * (BYTES[unit] as number));
  return bytes <= MOST_BYTES ? bytes : undefined;
}

const rates = Object.entries(SECONDS).map(([unit, seconds]) => `${atMost(MOST_A_SECOND * seconds)}/${unit}`);
const sizes = Object.entries(BYTES).map(([unit, bytes]) => `${atMost(Math.floor(MOST_BYTES / bytes))}${unit}`);

/** Accepts the same as rateOf. */
export const RATE_SCHEMA: JsonSchema = {
  anyOf: [{ type: 'string', pattern: `^(0|${rates.join('|')})$` }, { const: 0 }],
};

/** Accepts the same as ageLimitOf, and also values below one second. */
export const AGE_SCHEMA: JsonSchema = {
  type: 'string',
  pattern: '^(?=[0.]*[1-9])[0-9]{1,15}(\\.[0-9]{0,15})?([eE][+-]?[0-9]{1,2})?[smhd]$',
};

/** Accepts the same as storageLimitOf. */
export const STORAGE_SCHEMA: JsonSchema = {
  anyOf: [
    { type: 'string', pattern: `^(${sizes.join('|')})$` },
    { type: 'number', minimum: 0, maximum: MOST_BYTES },
  ],
};
