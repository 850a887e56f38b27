// What is said to those whose request is no task: nothing that helps them.

import type { Logger } from '../runtime/logger.ts';
import { TaskVerificationError } from './task-verification-error.ts';

/** The answer to a request that could not be opened, and a line for the operator. */
export function refuse(error: unknown, url: string, logger: Logger): { status: number; text: string } {
  if (!(error instanceof TaskVerificationError)) {
    logger.warn('a request could not be read', { url, error });
    return { status: 400, text: 'Bad Request' };
  }
  logger.warn('refused a request that is no genuine task', { url, problem: error.code, reason: error.message });
  return error.code === 'oversized' ? { status: 413, text: 'Content Too Large' } : { status: 403, text: 'Forbidden' };
}
