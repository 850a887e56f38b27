// Pages of lists: their sizes and their tokens.

import { StatusError } from './status.ts';

/**
 * The size of a page: the largest one unless a smaller one is asked for.
 *
 * @throws StatusError INVALID_ARGUMENT
 */
export function pageSizeOf(given: number, most: number): number {
  if (given < 0) throw new StatusError('INVALID_ARGUMENT', `pageSize must be 0 or more, got ${given}`);
  return given === 0 ? most : Math.min(given, most);
}

/** A token that nothing should be read from. */
export function pageToken(...parts: string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** The parts of a token. @throws StatusError INVALID_ARGUMENT for a token that no page has returned */
export function partsOf(token: string, count: number): string[] {
  const parts = readParts(token);
  if (parts?.length === count && parts.every((part) => typeof part === 'string')) return parts;
  throw new StatusError('INVALID_ARGUMENT', 'pageToken must be the nextPageToken of the page before');
}

function readParts(token: string): string[] | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    return Array.isArray(parts) ? parts : undefined;
  } catch {
    return undefined;
  }
}
