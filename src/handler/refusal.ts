// The response to a request that is not a genuine task. It contains nothing that would help an attacker.

import type { Logger } from '../runtime/logger.ts';
import { TaskVerificationError } from './task-verification-error.ts';

/** The response to a request that could not be verified, with a line in the log for the operator. */
export function refuse(error: unknown, url: string, logger: Logger): { status: number; text: string } {
  if (!(error instanceof TaskVerificationError)) {
    logger.warn('could not read a request', { url, error });
    return { status: 400, text: 'Bad Request' };
  }
  logger.warn('rejected a request that is not a genuine task', { url, problem: error.code, reason: error.message });
  return error.code === 'oversized' ? { status: 413, text: 'Content Too Large' } : { status: 403, text: 'Forbidden' };
}
