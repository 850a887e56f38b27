// The W3C trace context that a task carries in its header `traceparent`.

/** Version 00: trace id, span id, flags. Later versions may have more fields. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;

export interface TraceContext {
  /** 32 hex digits. */
  traceId: string;
  /** 16 hex digits. */
  spanId: string;
  /** Bit 0: the trace is recorded. */
  flags: number;
}

/** Reads a `traceparent`; undefined if there is none, or none that is valid. */
export function readTraceparent(text: string | null | undefined): TraceContext | undefined {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(text ?? '') ?? [];
  return traceId === undefined || spanId === undefined || flags === undefined
    ? undefined
    : { traceId, spanId, flags: Number.parseInt(flags, 16) };
}

/** Returns the value of a header, regardless of the case of its name. */
export function headerIn(headers: Readonly<Record<string, string>>, name: string): string | undefined {
  for (const given in headers) if (given.toLowerCase() === name) return headers[given];
  return undefined;
}
