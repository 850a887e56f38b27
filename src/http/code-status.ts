// The HTTP status of each canonical code.

import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Code } from '../cloud-tasks/status.ts';

export const HTTP_STATUS: Readonly<Record<Code, ContentfulStatusCode>> = {
  OK: 200,
  CANCELLED: 499 as ContentfulStatusCode,
  UNKNOWN: 500,
  INVALID_ARGUMENT: 400,
  DEADLINE_EXCEEDED: 504,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  PERMISSION_DENIED: 403,
  RESOURCE_EXHAUSTED: 429,
  FAILED_PRECONDITION: 400,
  ABORTED: 409,
  OUT_OF_RANGE: 400,
  UNIMPLEMENTED: 501,
  INTERNAL: 500,
  UNAVAILABLE: 503,
  UNAUTHENTICATED: 401,
};
