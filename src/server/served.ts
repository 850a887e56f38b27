// What a server serves behind its port: one database, or several cells.

import type { GrpcCells } from '../grpc/grpc-cell.ts';
import type { Fetch } from './listen.ts';

export interface Served {
  /** Before the port is open. */
  open(): Promise<void>;
  /** Once it is open. */
  run(): Promise<void>;
  readonly fetch: Fetch;
  /** For gRPC. */
  readonly calls: GrpcCells;
  /** Answers calls that wait for work, and ends the answers that last. */
  endRequests(): Promise<void>;
  /** Stops all work. */
  stop(): Promise<void>;
  /** When there are no more requests. */
  disconnect(): Promise<void>;
}
