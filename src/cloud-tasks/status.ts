// The errors of Google's APIs: a canonical code, a message, and details of the types of google.rpc.

/** The canonical codes with their numbers, as gRPC sends them. */
export const CODES = {
  OK: 0,
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const;

export type Code = keyof typeof CODES;

/** One detail: `@type` and the fields of its JSON. */
export type StatusDetail = { '@type': `type.googleapis.com/google.rpc.${string}` } & Record<string, unknown>;

/** An error as callers get it, over REST and over gRPC. */
export class StatusError extends Error {
  readonly code: Code;
  readonly details: readonly StatusDetail[];

  constructor(code: Code, message: string, details: readonly StatusDetail[] = []) {
    super(message);
    this.code = code;
    this.details = details;
  }
}
