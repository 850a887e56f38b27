// What a request says: query parameters, and the task in its body.

import type { RequestContext } from '../route.ts';
import { ApiError } from './api-error.ts';

/** A whole number; undefined: it was not given. @throws ApiError 400 */
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
  throw new ApiError(400, `${name} can't be ${given.slice(0, 40)}: it is ${least} to ${most}`, 'invalidParameter');
}

/** As numberParameter, for one that has to be there. */
export function requiredNumber(context: RequestContext, name: string, least: number, most: number): number {
  const value = numberParameter(context, name, least, most);
  if (value === undefined) throw new ApiError(400, `Required parameter: ${name}`, 'required');
  return value;
}

/** True, false, or false for what was not given. @throws ApiError 400 */
export function flagParameter(context: RequestContext, name: string): boolean {
  const given = context.req.query(name) ?? 'false';
  if (given === 'true' || given === 'false') return given === 'true';
  throw new ApiError(400, `${name} can't be ${given.slice(0, 40)}: it is true or false`, 'invalidParameter');
}

/** A task as it was sent. */
export interface SentTask {
  id: string | undefined;
  payload: Uint8Array | undefined;
  tag: string | undefined;
  /** Microseconds since 1970. */
  leaseTimestamp: bigint | undefined;
}

/**
 * The task in the body of a request for a queue.
 *
 * @throws ApiError 400 for what is no task, or one of another queue
 */
export async function readTask(context: RequestContext, queue: string): Promise<SentTask> {
  const body: unknown = await context.req.json().catch(() => undefined);
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new ApiError(400, 'the body is no task', 'parseError');
  const text = (name: string) => textMember(body as Record<string, unknown>, name);
  const queueName = text('queueName');
  if (queueName !== undefined && shortName(queueName) !== queue) {
    throw new ApiError(400, `queueName is ${queueName.slice(0, 120)}, and the path says ${queue}`);
  }
  const payload = text('payloadBase64');
  return {
    id: text('id'),
    payload: payload === undefined ? undefined : fromBase64(payload),
    tag: text('tag'),
    leaseTimestamp: microseconds(text('leaseTimestamp')),
  };
}

/** A queue's name without `projects/…/taskqueues/` before it. */
export function shortName(name: string): string {
  return /^projects\/[^/]+\/taskqueues\/([^/]+)$/.exec(name)?.[1] ?? name;
}

function textMember(body: Record<string, unknown>, name: string): string | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value); // 64-bit numbers are strings, most often
  throw new ApiError(400, `${name} is no text`);
}

/** Both alphabets, with or without padding and line breaks. */
function fromBase64(text: string): Uint8Array {
  const bare = text.replace(/[\r\n]/g, '').replace(/={1,2}$/, '');
  if (!/^[A-Za-z0-9+/_-]*$/.test(bare) || bare.length % 4 === 1) throw new ApiError(400, 'payloadBase64 is no base64');
  return Buffer.from(bare, 'base64');
}

function microseconds(text: string | undefined): bigint | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,18}$/.test(text)) return BigInt(text);
  throw new ApiError(400, 'leaseTimestamp is microseconds since 1970');
}
