// A contender whose interface is SQL.

import type { Turn } from '../client-loop.ts';
import type { Contender } from '../databases.ts';
import type { LoopBody } from '../server-loop.ts';

export interface SqlContender extends Contender {
  /** Adds a batch with one statement. */
  addBatch: LoopBody;
  /** Adds one task with one statement. */
  addOne: LoopBody;
  /** Adds a batch sent by a client. */
  send: Turn;
  /** Takes a batch with its bodies, as a worker does, and finishes it. */
  take: Turn;
  /** Starts in this process whatever runs beside it in production; returns a function that stops it. */
  attend?(url: string): Promise<() => Promise<void>>;
}
