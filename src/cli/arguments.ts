// How the values of flags are read. What is in range is for the database to say; here a number is only a number.

import { InvalidArgumentError } from 'commander';
import { parseDuration } from './durations.ts';

/** A whole number, possibly negative. */
export function whole(text: string): number {
  if (/^-?\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a whole number.');
}

/** A number. */
export function number(text: string): number {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a number.');
}

/** Seconds, given as such or with units. */
export function duration(text: string): number {
  const seconds = parseDuration(text);
  if (seconds !== undefined) return seconds;
  throw new InvalidArgumentError('Expected seconds or a duration such as 90s, 30m, 1h30m or 2d.');
}

/** A moment with its offset from UTC; without one, whose clock is meant would be anybody's guess. */
export function moment(text: string): Date {
  const shape = /^\d{4}-\d\d-\d\d[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/;
  const at = new Date(text.replace(' ', 'T'));
  const sameDay = !Number.isNaN(at.getTime()) && dayExists(text);
  if (shape.test(text) && sameDay) return at;
  throw new InvalidArgumentError('Expected a moment with its offset, such as 2030-01-31T08:30:00Z.');
}

/** Adds one `name: value` to those given before. */
export function header(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [, name, value] = /^([^:]+?)\s*:\s*(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError("Expected 'name: value'.");
  return { ...before, [name]: value };
}

/** The value of a JSON text. */
export function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidArgumentError('Expected JSON.');
  }
}

// Date takes the 30th of February for the 1st or 2nd of March.
function dayExists(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}
