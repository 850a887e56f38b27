// Text that can reach the database unharmed. A lone surrogate would arrive as U+FFFD, silently; a NUL would be refused by PostgreSQL in words
// that name no argument. Everything else about names and text is for the database to judge.

import type { TaskQueueError, TaskQueueErrorOptions } from './task-queue-error.ts';

type NewError = new (message: string, options?: TaskQueueErrorOptions) => TaskQueueError;

/**
 * The text itself, if it is one.
 *
 * @throws TypeError when it is no string; `errorClass` when it holds a lone surrogate or a NUL
 */
export function requireText(value: unknown, what: string, errorClass: NewError): string {
  if (typeof value !== 'string') throw new TypeError(`${what} must be a string, not ${kindOf(value)}`);
  if (!value.isWellFormed()) {
    throw new errorClass(`${what} holds half a character (a lone surrogate)`, {
      hint: 'Send bytes if it is not text.',
    });
  }
  if (value.includes('\0')) {
    throw new errorClass(`${what} holds a NUL character`, { hint: 'Send bytes if it is not text.' });
  }
  return value;
}

/** What a value is, for a message. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value !== 'object') return typeof value;
  const name = value.constructor?.name;
  return name === undefined || name === 'Object' ? 'object' : name;
}
