// Spans and metrics by OpenTelemetry's API, which the application passes in: nothing of it is loaded here. The names
// are those of the semantic conventions for messaging, which are a draft and may change.

import { PACKAGE_VERSION } from '../domain/package-version.embed.ts';
import { readTraceparent } from '../domain/trace-context.ts';

/** The parts of `@opentelemetry/api` that are used: `import * as api from '@opentelemetry/api'`. */
export interface TelemetryApi {
  trace: {
    getTracer(name: string, version?: string): TelemetryTracer;
    setSpan(context: never, span: never): unknown;
    setSpanContext(context: never, spanContext: never): unknown;
  };
  context: {
    active(): unknown;
    with(context: never, run: () => unknown): unknown;
  };
  metrics: { getMeter(name: string, version?: string): TelemetryMeter };
}

export interface TelemetrySpan {
  spanContext(): { traceId: string; spanId: string; traceFlags: number };
  setAttribute(name: string, value: string | number): unknown;
  setStatus(status: { code: number; message?: string }): unknown;
  recordException(error: Error): void;
  end(): void;
}

interface TelemetryTracer {
  startSpan(name: string, options: never, context?: never): TelemetrySpan;
}

interface TelemetryMeter {
  createCounter(name: string, options: { description: string; unit: string }): TelemetryInstrument;
  createHistogram(name: string, options: { description: string; unit: string }): TelemetryInstrument;
}

interface TelemetryInstrument {
  add?(value: number, attributes: Attributes): void;
  record?(value: number, attributes: Attributes): void;
}

/** How to trace. */
export interface TelemetryOptions {
  /** `@opentelemetry/api`. The application registers its SDK with it. */
  api: TelemetryApi;
  /**
   * The relation of an attempt's span to the span in which its task was added. link: it begins a trace of its own,
   * which links to the other one, as the conventions recommend for work that may be done much later. parent: it is a
   * child, in the same trace. Default: link.
   */
  attempts?: 'link' | 'parent' | undefined;
}

type Attributes = Record<string, string | number>;

/** SpanKind of the API. */
const KINDS = { client: 2, producer: 3, consumer: 4 } as const;
/** SpanStatusCode.ERROR of the API. */
const ERROR = 2;

interface SpanRequest {
  operation: 'send' | 'process';
  kind: keyof typeof KINDS;
  queue: string;
  attributes: Attributes;
  /** The `traceparent` of each task that is processed. */
  created?: readonly (string | null | undefined)[];
}

export class Telemetry {
  readonly #api: TelemetryApi;
  readonly #asParent: boolean;
  readonly #tracer: TelemetryTracer;
  readonly #sent: TelemetryInstrument;
  readonly #processed: TelemetryInstrument;

  constructor({ api, attempts = 'link' }: TelemetryOptions) {
    const version = PACKAGE_VERSION;
    const meter = api.metrics.getMeter('pgtaskqueue', version);
    this.#api = api;
    this.#asParent = attempts === 'parent';
    this.#tracer = api.trace.getTracer('pgtaskqueue', version);
    this.#sent = meter.createCounter('messaging.client.sent.messages', {
      description: 'Tasks added',
      unit: '{message}',
    });
    const description = 'Duration of attempts';
    this.#processed = meter.createHistogram('messaging.process.duration', { description, unit: 's' });
  }

  /**
   * Runs `work` in a span. It gets the span and the `traceparent` that continues the trace; its rejection ends the span
   * as an error, and is passed on.
   */
  async span<Result>(
    request: SpanRequest,
    work: (span: TelemetrySpan, traceparent: string) => Promise<Result>,
  ): Promise<Result> {
    const { operation, queue } = request;
    const context = this.#contextOf(request);
    const span = this.#tracer.startSpan(`${operation} ${queue}`, this.#optionsOf(request) as never, context as never);
    const within = this.#api.trace.setSpan(context as never, span as never);
    try {
      return (await this.#api.context.with(within as never, () => work(span, traceparentOf(span)))) as Result;
    } catch (error) {
      failSpan(span, error);
      throw error;
    } finally {
      span.end();
    }
  }

  /** Counts added tasks. */
  countSent(queue: string, tasks: number): void {
    this.#sent.add?.(tasks, common('send', queue));
  }

  /** @param error its class; undefined: the attempt succeeded */
  recordProcessed(queue: string, seconds: number, error: string | undefined): void {
    this.#processed.record?.(seconds, {
      ...common('process', queue),
      ...(error !== undefined && { 'error.type': error }),
    });
  }

  #optionsOf({ operation, kind, queue, attributes, created = [] }: SpanRequest) {
    const links = this.#asParent ? [] : created.flatMap((text) => remoteContext(text) ?? []);
    return {
      kind: KINDS[kind],
      attributes: { ...common(operation, queue), ...attributes },
      links: links.map((context) => ({ context })),
      root: operation === 'process' && !this.#isChild(created),
    };
  }

  #isChild(created: SpanRequest['created'] = []): boolean {
    return this.#asParent && created.length === 1 && remoteContext(created[0]) !== undefined;
  }

  #contextOf({ created = [] }: SpanRequest): unknown {
    const active = this.#api.context.active();
    const parent = this.#isChild(created) ? remoteContext(created[0]) : undefined;
    return parent ? this.#api.trace.setSpanContext(active as never, parent as never) : active;
  }
}

/** Ends as an error. */
export function failSpan(span: TelemetrySpan, error: unknown): void {
  const known = error instanceof Error ? error : new Error(String(error));
  span.setAttribute('error.type', known.name);
  span.recordException(known);
  span.setStatus({ code: ERROR, message: known.message });
}

/** An attempt that got an answer other than success. */
export function failSpanWithStatus(span: TelemetrySpan, status: number): void {
  span.setAttribute('error.type', String(status));
  span.setStatus({ code: ERROR, message: `the handler answered ${status}` });
}

function common(operation: string, queue: string): Attributes {
  return {
    'messaging.system': 'pgtaskqueue',
    'messaging.operation.name': operation,
    'messaging.operation.type': operation,
    'messaging.destination.name': queue,
  };
}

function remoteContext(traceparent: string | null | undefined) {
  const read = readTraceparent(traceparent);
  return read && { traceId: read.traceId, spanId: read.spanId, traceFlags: read.flags, isRemote: true };
}

function traceparentOf(span: TelemetrySpan): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}
