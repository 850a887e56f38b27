// Genuine task requests, built as the dispatcher builds them.
import { taskRequest } from '../../src/dispatcher/delivery/request.ts';
import type { Dispatch } from '../../src/domain/dispatch.ts';
import { generateSecret, signingKeys } from '../../src/domain/signing/signing-key.ts';
import type { RawRequest } from '../../src/handler/verify-task-request.ts';
import type { LogFields, Logger } from '../../src/runtime/logger.ts';
import { aDispatch } from '../dispatcher/a-dispatch.ts';

export const SECRET = generateSecret();

export interface SentRequest extends RawRequest {
  headers: Record<string, string>;
  body: Uint8Array;
}

/** The request of a task, sent now to this base URL and signed with these secrets. */
export function aTaskRequest(
  changes: Partial<Dispatch> = {},
  { base = 'http://handler', secrets = SECRET, sentAt = Date.now() } = {},
): SentRequest {
  const request = taskRequest(aDispatch(changes), base, sentAt, secrets ? signingKeys(secrets) : []);
  const { origin, path, method, body } = request;
  return { url: `${origin}${path}`, method, headers: request.headers(), body: body ?? new Uint8Array() };
}

/** Sends the request of a task. */
export function deliver({ url, method, headers, body }: SentRequest): Promise<Response> {
  return fetch(url, requestInit({ url, method, headers, body }));
}

export function asRequest(sent: SentRequest): Request {
  return new Request(sent.url, requestInit(sent));
}

function requestInit({ method, headers, body }: SentRequest): RequestInit {
  return { method, headers, ...(body.byteLength > 0 ? { body: Uint8Array.from(body) } : {}) };
}

/** A logger that collects what is logged. */
export function aLogger(): Logger & { lines: [level: string, message: string, fields: LogFields][] } {
  const lines: [string, string, LogFields][] = [];
  const at =
    (level: string) =>
    (message: string, fields: LogFields = {}) =>
      void lines.push([level, message, fields]);
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
