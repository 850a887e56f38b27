// The table of operations: all that Cloud Tasks offers, version by version.

import { accessOperations } from './access-operations.ts';
import { batchOperations } from './batch-operations.ts';
import { keptOperations } from './kept-operations.ts';
import { keyOperations } from './key-operations.ts';
import { leaseOperations } from './lease-operations.ts';
import { locationOperations } from './location-operations.ts';
import type { Operation } from './operation.ts';
import { queueOperations } from './queue-operations.ts';
import { taskOperations } from './task-operations.ts';
import { V2 } from './versions/v2.ts';
import { V2BETA3 } from './versions/v2beta3.ts';
import { VERSIONS } from './versions/versions.ts';

export const operations: readonly Operation[] = [
  ...VERSIONS.flatMap((version) => [
    ...queueOperations(version),
    ...taskOperations(version),
    ...accessOperations(version),
  ]),
  ...[V2, V2BETA3].flatMap((version) => [...batchOperations(version), ...keyOperations(version)]),
  ...leaseOperations,
  ...locationOperations,
  ...keptOperations,
];
