// The status of an attempt: what a handler's HTTP status is as a canonical code.

import { CODES, type Code } from './status.ts';

const BY_STATUS: Record<number, Code> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  416: 'OUT_OF_RANGE',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  501: 'UNIMPLEMENTED',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** @param status 0: there was no response */
export function responseStatus(status: number): { code: number; message: string } {
  if (status === 0) return { code: CODES.UNAVAILABLE, message: 'no response' };
  return { code: CODES[codeOf(status)], message: `HTTP status code ${status}` };
}

function codeOf(status: number): Code {
  if (status >= 200 && status < 300) return 'OK';
  const known = BY_STATUS[status];
  if (known) return known;
  if (status >= 400 && status < 500) return 'FAILED_PRECONDITION';
  return status >= 500 && status < 600 ? 'INTERNAL' : 'UNKNOWN';
}
