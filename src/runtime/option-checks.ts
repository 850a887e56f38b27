// Checks of the options that long-running services take. A mistake is reported when the service is made, and not when
// the option first matters.

import { requireKnownKeys } from '../domain/known-keys.ts';
import { kindOf } from '../domain/text.ts';

/**
 * Checks that options are an object with only known properties.
 *
 * @throws TypeError that names the options and says which property was probably meant
 */
export function requireOptions(given: unknown, known: readonly string[], what: string): void {
  if (typeof given !== 'object' || given === null)
    throw new TypeError(`${what} must be an object, got ${kindOf(given)}`);
  requireKnownKeys(given, known, what);
}

/** @throws RangeError for anything but a number that is more than 0 and at most `most` */
export function requireSeconds(name: string, value: unknown, most = Number.POSITIVE_INFINITY): void {
  if (typeof value === 'number' && value > 0 && value <= most) return;
  const limit = Number.isFinite(most) ? ` and at most ${most}` : '';
  throw new RangeError(`${name} must be more than 0${limit}, got ${shown(value)}`);
}

/** @throws RangeError for anything but a number of seconds from 0 up */
export function requireDeadline(name: string, value: unknown): void {
  if (typeof value === 'number' && value >= 0) return;
  throw new RangeError(`${name} must be at least 0, got ${shown(value)}`);
}

/** @throws RangeError for anything but a whole number from 1 to `most` */
export function requireCount(name: string, value: unknown, most = Number.MAX_SAFE_INTEGER): void {
  if (Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= most) return;
  const range = most === Number.MAX_SAFE_INTEGER ? 'of at least 1' : `from 1 to ${most}`;
  throw new RangeError(`${name} must be a whole number ${range}, got ${shown(value)}`);
}

/** @throws TypeError for unknown hooks, and for hooks that are no functions */
export function requireHooks(given: unknown, known: readonly string[]): void {
  requireOptions(given, known, 'hooks');
  for (const [name, hook] of Object.entries(given as object))
    if (hook !== undefined) requireFunction(`hooks.${name}`, hook);
}

/** @throws TypeError for anything but a function */
export function requireFunction(name: string, value: unknown): void {
  if (typeof value !== 'function') throw new TypeError(`${name} must be a function, got ${shown(value)}`);
}

/** A number as it is, text in quotes, and the type of anything else. */
function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 100));
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : kindOf(value);
}
