// Verifies requests with secrets that are read once: first the signatures, and only then the values of the headers.

import { requireKnownKeys } from '../domain/known-keys.ts';
import { namespaceManager } from '../domain/namespace-manager.ts';
import { signaturesMatch } from '../domain/signing/matching.ts';
import { taskSignature, webhookSignature } from '../domain/signing/signatures.ts';
import type { SigningKey } from '../domain/signing/signing-key.ts';
import { readKeys } from '../runtime/secret-source.ts';
import { DeliveredTask, type RequestHead } from './delivered-task.ts';
import type { HandlerOptions } from './handler-options.ts';
import { TaskVerificationError } from './task-verification-error.ts';

const KNOWN = [
  'secrets',
  'insecure',
  'toleranceSeconds',
  'basePath',
  'maxBodyBytes',
  'now',
  'logger',
  'errorStack',
] as const;
const DEFAULT_TOLERANCE_SECONDS = 300;
/** One day: a signature that never expires would prove nothing about the present. */
const MOST_TOLERANCE_SECONDS = 86_400;
const DEFAULT_BODY_BYTES = 1024 * 1024;

export class Verifier {
  readonly maxBodyBytes: number;
  readonly #keys: readonly SigningKey[];
  readonly #toleranceSeconds: number;
  readonly #basePath: string;
  readonly #now: () => number;

  /** @throws TypeError or RangeError for options that would admit everyone, or nobody */
  constructor(options: HandlerOptions = {}) {
    requireKnownKeys(options, KNOWN, 'the options of a task handler');
    const { toleranceSeconds = DEFAULT_TOLERANCE_SECONDS, maxBodyBytes = DEFAULT_BODY_BYTES } = options;
    if (!(toleranceSeconds > 0 && toleranceSeconds <= MOST_TOLERANCE_SECONDS))
      throw new RangeError(
        `toleranceSeconds must be more than 0 and at most ${MOST_TOLERANCE_SECONDS}, got ${toleranceSeconds}`,
      );
    if (!(maxBodyBytes >= 0)) throw new RangeError(`maxBodyBytes must be 0 or more, got ${maxBodyBytes}`);
    this.#keys = keysOf(options);
    this.#toleranceSeconds = toleranceSeconds;
    this.maxBodyBytes = maxBodyBytes;
    this.#basePath = options.basePath?.replace(/\/$/, '') ?? '';
    this.#now = options.now ?? (() => Date.now()); // a test may replace Date later
  }

  /**
   * Rejects what can be rejected before the body is read.
   *
   * @throws TaskVerificationError
   */
  checkHead({ headers }: RequestHead): void {
    if (Number(headers.get('content-length') ?? 0) > this.maxBodyBytes) throw oversized(this.maxBodyBytes);
    if (this.#keys.length === 0) return;
    for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature', 'taskqueue-signature']) {
      if (!headers.get(name))
        throw new TaskVerificationError('missing', `header ${name} is missing: the request is not signed`);
    }
    const timestamp = headers.get('webhook-timestamp') ?? '';
    if (!/^\d{1,12}$/.test(timestamp))
      throw new TaskVerificationError('missing', 'webhook-timestamp must be a time in seconds since 1970');
    const seconds = Math.abs(this.#now() / 1000 - Number(timestamp));
    if (seconds <= this.#toleranceSeconds) return;
    throw new TaskVerificationError(
      'expired',
      `webhook-timestamp must be at most ${this.#toleranceSeconds} s off, got ${Math.round(seconds)} s`,
    );
  }

  /**
   * The verified task.
   *
   * @throws TaskVerificationError
   */
  verify(head: RequestHead, body: Uint8Array): DeliveredTask {
    this.checkHead(head);
    const genuine = this.#keys.length > 0;
    if (genuine) this.#prove(head, body);
    return new DeliveredTask(head, body, genuine);
  }

  /** Runs a task's handler, in the task's namespace if that was verified. */
  enter<Result>(task: DeliveredTask, run: () => Result): Result {
    return task.genuine ? namespaceManager.run(task.namespace, run) : run();
  }

  #prove({ method, path, headers }: RequestHead, body: Uint8Array): void {
    const signed = {
      method,
      path: this.#basePath + path,
      headers,
      webhookId: headers.get('webhook-id') ?? '',
      webhookTimestamp: headers.get('webhook-timestamp') ?? '',
      body,
    };
    const bodyProven = signaturesMatch(headers.get('webhook-signature') ?? '', webhookSignature(this.#keys, signed));
    const factsProven = signaturesMatch(headers.get('taskqueue-signature') ?? '', taskSignature(this.#keys, signed));
    if (bodyProven && factsProven) return;
    const what = bodyProven ? 'taskqueue-signature' : 'webhook-signature';
    throw new TaskVerificationError('mismatch', `${what} matches none of the secrets`);
  }
}

/** The error for a body over the limit, found before or while it is read. */
export function oversized(maxBodyBytes: number): TaskVerificationError {
  return new TaskVerificationError('oversized', `the body must have at most ${maxBodyBytes} bytes`);
}

function keysOf({ secrets, insecure }: HandlerOptions): SigningKey[] {
  const given = [secrets ?? []].flat();
  if (insecure === true && given.length === 0) return [];
  if (insecure === true) throw new TypeError('options must have either secrets or insecure: true, got both');
  if (given.length > 0) return given.flatMap(readKeys);
  throw new TypeError(
    "secrets must be given, such as { secrets: 'env:PUSH_SECRET' }; " +
      '{ insecure: true } lets anyone call the handler, for development',
  );
}
