// A contender whose interface is SQL.

import type { Turn } from '../client-loop.ts';
import type { Contender } from '../databases.ts';
import type { LoopBody } from '../server-loop.ts';

export interface SqlContender extends Contender {
  /** Adds a batch with one statement. */
  addBatch: LoopBody;
  /** Adds one task with one statement. */
  addOne: LoopBody;
  /** Adds a batch, as a client that sends it. */
  send: Turn;
  /** Takes a batch, as a worker that gets the bodies, and finishes it. */
  take: Turn;
  /** Starts what stands beside it in production, in this process, and returns what ends it. */
  attend?(url: string): Promise<() => Promise<void>>;
}
