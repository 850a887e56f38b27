// The rows of the functions for dispatchers.

import type { Dispatch } from '../domain/dispatch.ts';
import type { BigintValue } from './column-values.ts';

export interface DispatchRow {
  id: BigintValue;
  queue: string;
  name: string;
  url: string;
  method: string;
  headers: Record<string, string> | null;
  body: Uint8Array | null;
  target: string | null;
  namespace: string | null;
  /** Microseconds since 1970. */
  eta_microseconds: BigintValue;
  created_microseconds: BigintValue;
  retry_count: number;
  execution_count: number;
  previous_response: number | null;
  retry_reason: string | null;
  dispatch_deadline_microseconds: BigintValue;
  lease_token: string;
  forced: boolean;
  http: Dispatch['http'];
  non_5xx_execution_count: number;
  http_target: Dispatch['httpTarget'];
}

export interface DispatcherQueueRow {
  id: number;
  name: string;
  mode: 'push' | 'pull';
  rate: number | null;
  bucket_size: number | null;
  max_concurrent_requests: number | null;
  running: boolean;
  in_flight: BigintValue | null;
  enforced_rate: number | null;
  rate_since: BigintValue;
  rested_seconds: number | null;
  purged: boolean;
  claimers: { claimer: number; held: number; connected: boolean }[] | null;
}
