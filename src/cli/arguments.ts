// How the values of flags are read. What is in range is for the database to say; here a number is only a number.

import { InvalidArgumentError } from 'commander';
import { parseDuration } from './display/durations.ts';

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
