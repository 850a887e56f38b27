// Reads values from rows, whatever parsers the application has set in its driver.

import type { BigintValue } from '../schema/rows.ts';

/** Converts a moment in microseconds since 1970 to a Date (milliseconds). */
export function readDate(microseconds: BigintValue): Date {
  return new Date(Math.floor(Number(microseconds) / 1000));
}

export function readDateOrNull(microseconds: BigintValue | null): Date | null {
  return microseconds === null ? null : readDate(microseconds);
}

/** Reads a count. Counts fit a number; ids are never read with this. */
export function readCount(value: BigintValue): number {
  return Number(value);
}

/** Reads a numeric, which pg returns as text to keep all digits. */
export function readNumber(value: string | number): number {
  return Number(value);
}

export function readNumberOrNull(value: string | number | null): number | null {
  return value === null ? null : readNumber(value);
}
