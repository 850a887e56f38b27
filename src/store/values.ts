// Values out of rows, whatever the application told its driver to make of them.

import type { BigintValue } from '../schema/rows.ts';

/** A moment in microseconds since 1970 as a Date (milliseconds). */
export function readDate(microseconds: BigintValue): Date {
  return new Date(Math.floor(Number(microseconds) / 1000));
}

export function readDateOrNull(microseconds: BigintValue | null): Date | null {
  return microseconds === null ? null : readDate(microseconds);
}

/** A count. Counts fit a number; ids are never read with this. */
export function readCount(value: BigintValue): number {
  return Number(value);
}

/** A numeric: text from pg, so that none of its digits is lost. */
export function readNumber(value: string | number): number {
  return Number(value);
}

export function readNumberOrNull(value: string | number | null): number | null {
  return value === null ? null : readNumber(value);
}
