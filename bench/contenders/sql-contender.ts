// A contender whose interface is SQL: what loops at the server do.

import type { Contender } from '../databases.ts';
import type { LoopBody } from '../server-loop.ts';

export interface SqlContender extends Contender {
  /** Adds a batch with one statement. */
  addBatch: LoopBody;
  /** Adds one task with one statement. */
  addOne: LoopBody;
  /** Takes a batch, finishes it. */
  take: LoopBody;
}
