// A span for each attempt. Its request carries the span's traceparent, so that the handler's spans are its children.

import { headerIn } from '../../domain/trace-context.ts';
import { failSpanWithStatus, type Telemetry, type TelemetrySpan } from '../../runtime/telemetry.ts';
import type { ClaimedDispatch } from '../database/ports.ts';
import type { TargetResponse } from '../delivery/http-exchange.ts';
import { targetOf } from './attempt-info.ts';

/** Sends a dispatch. */
export type SendAttempt = (dispatch: ClaimedDispatch) => Promise<TargetResponse>;

/** Sends a dispatch in a span. */
export function tracedAttempt(telemetry: Telemetry) {
  return async (dispatch: ClaimedDispatch, attempt: SendAttempt): Promise<TargetResponse> => {
    const startedAt = performance.now();
    let error: string | undefined;
    try {
      return await telemetry.span(requestOf(dispatch), async (span, traceparent) => {
        const response = await attempt(withTraceparent(dispatch, traceparent));
        error = recordStatus(span, response);
        return response;
      });
    } catch (thrown) {
      error = thrown instanceof Error ? thrown.name : 'Error';
      throw thrown;
    } finally {
      telemetry.recordProcessed(dispatch.queue, (performance.now() - startedAt) / 1000, error);
    }
  };
}

function requestOf(dispatch: ClaimedDispatch) {
  const { queue, name, retryCount, method } = dispatch;
  const attributes = {
    'messaging.message.id': name,
    'http.request.method': method,
    'pgtaskqueue.target': targetOf(dispatch),
    'pgtaskqueue.attempt': retryCount + 1,
  };
  const created = [headerIn(dispatch.headers, 'traceparent')];
  return { operation: 'process', kind: 'client', queue, attributes, created } as const;
}

function recordStatus(span: TelemetrySpan, { status }: TargetResponse): string | undefined {
  span.setAttribute('http.response.status_code', status);
  if (status >= 200 && status <= 299) return undefined;
  failSpanWithStatus(span, status);
  return String(status);
}

/** A trace state belongs to the trace that it came with. */
function withTraceparent(dispatch: ClaimedDispatch, traceparent: string): ClaimedDispatch {
  const others = Object.entries(dispatch.headers).filter(([name]) => !/^trace(parent|state)$/i.test(name));
  return { ...dispatch, headers: { ...Object.fromEntries(others), traceparent } };
}
