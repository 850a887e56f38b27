// The check that text reaches the database unchanged. A lone surrogate would silently become U+FFFD; PostgreSQL would
// reject a NUL without naming the argument. The database checks everything else about names and text.

import type { TaskQueueError, TaskQueueErrorOptions } from './task-queue-error.ts';

type NewError = new (message: string, options?: TaskQueueErrorOptions) => TaskQueueError;

/**
 * Returns the text itself if it is safe to send.
 *
 * @throws TypeError if the value is not a string; `errorClass` if it contains a lone surrogate or a NUL
 */
export function requireText(value: unknown, what: string, errorClass: NewError): string {
  if (typeof value !== 'string') throw new TypeError(`${what} must be a string, got ${kindOf(value)}`);
  if (!value.isWellFormed()) {
    throw new errorClass(`${what} must be well-formed Unicode, got a lone surrogate`, {
      hint: 'Send bytes if it is not text.',
    });
  }
  if (value.includes('\0')) {
    throw new errorClass(`${what} must not contain a NUL character`, { hint: 'Send bytes if it is not text.' });
  }
  return value;
}

/** The type of a value, for messages. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value !== 'object') return typeof value;
  const name = value.constructor?.name;
  return name === undefined || name === 'Object' ? 'object' : name;
}
