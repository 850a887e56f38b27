// Converts an ETA to text for the database. Words such as tomorrow and times without an offset are rejected, because
// their meaning would depend on the session's settings.

import { InvalidEtaError, InvalidTaskError } from '../domain/errors.ts';
import { kindOf } from '../domain/text.ts';

const RFC_3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:[Zz]|[+-](?:0\d|1[0-5]):[0-5]\d)$/;

/**
 * Converts a moment to text with an offset.
 *
 * @param eta a Date, milliseconds since 1970, or RFC 3339 with an offset, which keeps its microseconds
 * @throws InvalidTaskError for another type; InvalidEtaError for anything but a moment in the years 0 to 9999
 */
export function momentText(eta: unknown, what = 'eta'): string {
  if (eta instanceof Date) return isoText(eta.getTime(), what);
  if (typeof eta === 'number') return isoText(eta, what);
  if (typeof eta !== 'string') {
    throw new InvalidTaskError(`${what} must be a Date, milliseconds since 1970 or RFC 3339 text, got ${kindOf(eta)}`);
  }
  const parts = RFC_3339.exec(eta);
  if (parts === null || !isDay(Number(parts[1]), Number(parts[2]), Number(parts[3]))) {
    throw new InvalidEtaError(
      `${what} must be RFC 3339 with an offset, such as 2026-11-21T10:00:00Z, got ${shown(eta)}`,
    );
  }
  return eta;
}

/**
 * Converts microseconds since 1970 to RFC 3339, or to a moment that no task may have, if they are of another age.
 *
 * @example momentOfMicroseconds(1_500_001n) // '1970-01-01T00:00:01.500001Z'
 */
export function momentOfMicroseconds(moment: bigint): string {
  if (moment < 0n) return '1969-12-31T23:59:59Z';
  if (moment > LAST_MOMENT) return '9999-12-31T23:59:59Z';
  const seconds = new Date(Number(moment / 1_000_000n) * 1_000).toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length);
  return `${seconds}.${(moment % 1_000_000n).toString().padStart(6, '0')}Z`;
}

/** The end of the year 9999. */
const LAST_MOMENT = 253_402_300_799_999_999n;

function isoText(milliseconds: number, what: string): string {
  const moment = new Date(milliseconds);
  const year = moment.getUTCFullYear();
  if (Number.isNaN(year)) throw new InvalidEtaError(`${what} must be a moment, got ${milliseconds}`);
  if (year < 0 || year > 9999) {
    throw new InvalidEtaError(`${what} must be at most 30 days ahead, got the year ${year}`, {
      hint: 'Numbers are milliseconds since 1970.',
    });
  }
  return moment.toISOString();
}

function isDay(year: number, month: number, day: number): boolean {
  const lastDay = new Date(Date.UTC(2000, month, 0)).getUTCDate(); // of a leap year
  if (month < 1 || month > 12 || day < 1 || day > lastDay) return false;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return !(month === 2 && day === 29 && !leap);
}

const shown = (text: string) => JSON.stringify(text.slice(0, 120));
