// The call that adds a task, in any language. Each language has a module that prints it.

import type { RetryParameters } from '../../domain/retry.ts';

export interface TaskCall {
  queue: string;
  mode: 'push' | 'pull';
  name?: string | undefined;
  url?: string | undefined;
  method?: string | undefined;
  target?: string | undefined;
  namespace?: string | undefined;
  tag?: string | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  /** The body as text; alternative to `bytes`. */
  payload?: string | undefined;
  /** The body, if it is not UTF-8. */
  bytes?: Uint8Array | undefined;
  /** Seconds from now; alternative to `eta`. */
  countdown?: number | undefined;
  eta?: Date | undefined;
  dispatchDeadline?: number | undefined;
  retry?: RetryParameters | undefined;
}

/** A call as text, and what about it is to be known. */
export interface PrintedCall {
  text: string;
  /** A sentence; empty: nothing. */
  remark: string;
}

/** Text of bytes, if they are UTF-8 that every language can print. */
export function printableText(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes('\u0000') ? undefined : text;
  } catch {
    return undefined;
  }
}

/** Seconds without an exponent. */
export function plainSeconds(seconds: number): string {
  return String(Number(seconds.toFixed(6)));
}
