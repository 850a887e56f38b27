// The headers that a task brings along, without those that belong to the connection, to the service or to the
// signature. These are dropped regardless of case and punctuation. Pure.

import type { Dispatch } from '../../domain/dispatch.ts';
import { plainHeaderName } from '../../domain/header-names.ts';
import {
  CARRIED_BY_HTTP_TASKS,
  CARRIED_HEADERS,
  namesAt,
  RESERVED_HEADERS,
  RESERVED_PREFIXES,
} from '../../domain/task-headers.ts';

const RESERVED = new Set(namesAt(RESERVED_HEADERS, 'sent'));
/** Exceptions that a task may set. A user cannot set the cron header: it is dropped when tasks are added. */
const CARRIED = new Set(namesAt(CARRIED_HEADERS, 'sent'));
const CARRIED_BY_HTTP = new Set(CARRIED_BY_HTTP_TASKS);

const NONE = {};

/** Those of a native task: one value per name, the last one wins. Names are in lower case. */
export function nativeHeaders(headers: Dispatch['headers']): Record<string, string> {
  const given = Object.entries(headers);
  if (given.length === 0) return NONE;
  const own: Record<string, string> = Object.create(null);
  for (const [name, value] of given) {
    const lower = name.toLowerCase();
    if (CARRIED.has(lower) || !isReserved(lower)) own[lower] = value;
  }
  return own;
}

/** Those of an HTTP task, in its spelling: one value per name, the last one wins. */
export function httpHeaders(headers: Dispatch['headers']): Record<string, string> {
  const own = new Map<string, [name: string, value: string]>();
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    if (CARRIED_BY_HTTP.has(lower) || !isReserved(lower)) own.set(lower, [name, value]);
  }
  return Object.fromEntries(own.values());
}

function isReserved(name: string): boolean {
  const plain = plainHeaderName(name);
  return RESERVED.has(plain) || RESERVED_PREFIXES.some((prefix) => plain.startsWith(prefix));
}
