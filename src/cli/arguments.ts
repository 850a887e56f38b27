// Reads the values of options. The database checks ranges.

import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../domain/duration.ts';

/** A whole number, possibly negative. */
export function whole(text: string): number {
  if (/^-?\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a whole number.');
}

/** Seconds, as a plain number or with units. */
export function duration(text: string): number {
  const seconds = parseDuration(text);
  if (seconds !== undefined) return seconds;
  throw new InvalidArgumentError('Expected a duration such as 90s, 30m, 1h30m or 2d.');
}

/** Adds one `name: value` to the headers given so far. */
export function header(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [, name, value] = /^([^:]+?)\s*:\s*(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError("Expected 'name: value'.");
  return { ...before, [name]: value };
}

/** Adds one `name=value` to the form fields given so far. */
export function param(text: string, before = new URLSearchParams()): URLSearchParams {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Expected name=value.');
  before.append(text.slice(0, at), text.slice(at + 1));
  return before;
}

/** Adds one `theirs=ours` to the pairs given so far. */
export function pair(text: string, before: ReadonlyMap<string, string> = new Map()): ReadonlyMap<string, string> {
  const at = text.lastIndexOf('=');
  if (at < 1 || at === text.length - 1) throw new InvalidArgumentError('Expected theirs=ours.');
  return new Map([...before, [text.slice(0, at), text.slice(at + 1)]]);
}

/** The value of a JSON text. */
export function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidArgumentError('Expected JSON.');
  }
}

/** A lease token. */
export function uuid(text: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return text;
  throw new InvalidArgumentError('Expected a lease token, which is a UUID.');
}
