// The table of operations: all that Cloud Tasks v2 offers.

import { accessOperations } from './access-operations.ts';
import { batchOperations } from './batch-operations.ts';
import { keptOperations } from './kept-operations.ts';
import { locationOperations } from './location-operations.ts';
import type { Operation } from './operation.ts';
import { queueOperations } from './queue-operations.ts';
import { taskOperations } from './task-operations.ts';

export const operations: readonly Operation[] = [
  ...queueOperations,
  ...taskOperations,
  ...batchOperations,
  ...accessOperations,
  ...locationOperations,
  ...keptOperations,
];
