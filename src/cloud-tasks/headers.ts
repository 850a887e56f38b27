// Headers of tasks: which of those that were given are kept, and which are shown beside them.

import type { TaskKind } from '../domain/allowed-urls.ts';
import { plainHeaderName } from '../domain/header-names.ts';
import { RESERVED_HEADERS, RESERVED_PREFIXES } from '../domain/task-headers.ts';
import { StatusError } from './status.ts';

export const HTTP_AGENT = 'Google-Cloud-Tasks';
const APP_ENGINE_AGENT = 'AppEngine-Google; (+http://code.google.com/appengine)';

const MOST_BYTES = 80 * 1024;
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/;
const NOT_SENT = /[^\t\x20-\x7e\x80-\xff]/;

/** Headers of the connection and of the service. The database drops the same ones (_kept_headers). */
const DROPPED = new Set(
  Object.keys(RESERVED_HEADERS).filter(
    (name) => !['accept-encoding', 'cookie', 'referer', 'user-agent'].includes(name),
  ),
);

/**
 * The headers to store, with their spelling; those that are computed are dropped.
 *
 * @throws StatusError INVALID_ARGUMENT for headers that cannot be sent
 */
export function acceptedHeaders(given: Record<string, string>, kind: TaskKind): Record<string, string> {
  const accepted: Record<string, string> = Object.create(null);
  let size = 0;
  for (const [name, value] of Object.entries(given)) {
    if (!NAME.test(name)) throw invalid(`a header name must be a token, got ${shown(name)}`);
    if (NOT_SENT.test(value))
      throw invalid(`the value of header ${name} must have neither control characters nor characters beyond Latin-1`);
    size += name.length + value.length;
    if (!isDropped(plainHeaderName(name), kind)) accepted[name] = value;
  }
  if (size >= MOST_BYTES) throw invalid(`headers must have less than ${MOST_BYTES} bytes, got ${size}`);
  return accepted;
}

function isDropped(plain: string, kind: TaskKind): boolean {
  if (kind === 'http' && plain === 'user-agent') return true;
  return DROPPED.has(plain) || RESERVED_PREFIXES.some((prefix) => plain.startsWith(prefix));
}

/** The headers of a stored task, with those that it is sent with. */
export function shownHeaders(
  stored: Record<string, string>,
  kind: TaskKind,
  bodyBytes: number | null,
): Record<string, string> {
  if (kind === 'http') return { ...stored, 'User-Agent': HTTP_AGENT };
  const { agent, type, others } = split(stored);
  return {
    ...others,
    ...(type ?? (bodyBytes === null ? {} : { 'Content-Type': 'application/octet-stream' })),
    ...(bodyBytes === null ? {} : { 'Content-Length': String(bodyBytes) }),
    'User-Agent': agent === undefined ? APP_ENGINE_AGENT : `${agent} ${APP_ENGINE_AGENT}`,
  };
}

function split(stored: Record<string, string>) {
  const others: Record<string, string> = {};
  let agent: string | undefined;
  let type: Record<string, string> | undefined;
  for (const [name, value] of Object.entries(stored)) {
    const lower = name.toLowerCase();
    if (lower === 'user-agent') agent = value;
    else if (lower === 'content-type') type = { [name]: value };
    else others[name] = value;
  }
  return { agent, type, others };
}

const shown = (text: string) => JSON.stringify(text.slice(0, 120));
const invalid = (message: string) => new StatusError('INVALID_ARGUMENT', message);
