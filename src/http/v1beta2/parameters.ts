// Reads requests: query parameters, and the task in the body.

import type { RequestContext } from '../route.ts';
import { ApiError } from './api-error.ts';

/** Reads a whole number; undefined if it is missing. @throws ApiError 400 */
export function numberParameter(
  context: RequestContext,
  name: string,
  least: number,
  most: number,
): number | undefined {
  const given = context.req.query(name);
  if (given === undefined || given === '') return undefined;
  const value = /^-?\d{1,10}$/.test(given) ? Number(given) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new ApiError(400, `${name} must be ${least} to ${most}, got ${given.slice(0, 40)}`, 'invalidParameter');
}

/** As numberParameter, for a required parameter. */
export function requiredNumber(context: RequestContext, name: string, least: number, most: number): number {
  const value = numberParameter(context, name, least, most);
  if (value === undefined) throw new ApiError(400, `Required parameter: ${name}`, 'required');
  return value;
}

/** Reads true or false; false if it is missing. @throws ApiError 400 */
export function flagParameter(context: RequestContext, name: string): boolean {
  const given = context.req.query(name) ?? 'false';
  if (given === 'true' || given === 'false') return given === 'true';
  throw new ApiError(400, `${name} must be true or false, got ${given.slice(0, 40)}`, 'invalidParameter');
}

/** A task from a request. */
export interface SentTask {
  id: string | undefined;
  payload: Uint8Array | undefined;
  tag: string | undefined;
  /** Microseconds since 1970. */
  leaseTimestamp: bigint | undefined;
}

/**
 * Reads the task in the body of a request for a queue.
 *
 * @throws ApiError 400 for an invalid task, or a task of another queue
 */
export async function readTask(context: RequestContext, queue: string): Promise<SentTask> {
  const body: unknown = await context.req.json().catch(() => undefined);
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new ApiError(400, 'the body must be a task', 'parseError');
  const text = (name: string) => textMember(body as Record<string, unknown>, name);
  const queueName = text('queueName');
  if (queueName !== undefined && shortName(queueName) !== queue) {
    throw new ApiError(400, `queueName must be that of the path, ${queue}, got ${queueName.slice(0, 120)}`);
  }
  const payload = text('payloadBase64');
  return {
    id: text('id'),
    payload: payload === undefined ? undefined : fromBase64(payload),
    tag: text('tag'),
    leaseTimestamp: microseconds(text('leaseTimestamp')),
  };
}

/** Removes `projects/…/taskqueues/` from a queue's name. */
export function shortName(name: string): string {
  return /^projects\/[^/]+\/taskqueues\/([^/]+)$/.exec(name)?.[1] ?? name;
}

function textMember(body: Record<string, unknown>, name: string): string | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  // 64-bit numbers are usually strings.
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  throw new ApiError(400, `${name} must be text`);
}

/** Decodes both alphabets, with or without padding and line breaks. */
function fromBase64(text: string): Uint8Array {
  const bare = text.replace(/[\r\n]/g, '').replace(/={1,2}$/, '');
  if (!/^[A-Za-z0-9+/_-]*$/.test(bare) || bare.length % 4 === 1)
    throw new ApiError(400, 'payloadBase64 must be base64');
  return Buffer.from(bare, 'base64');
}

function microseconds(text: string | undefined): bigint | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,18}$/.test(text)) return BigInt(text);
  throw new ApiError(400, 'leaseTimestamp must be microseconds since 1970');
}
