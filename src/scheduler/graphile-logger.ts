// Passes graphile-worker's errors and warnings on to the log. Its routine messages are dropped.

import { Logger as GraphileLogger } from 'graphile-worker';
import type { Logger } from '../runtime/logger.ts';

export function graphileLogger(logger: Logger): GraphileLogger {
  return new GraphileLogger(() => (level, message) => {
    if (level === 'error' || level === 'warning') logger.warn(`scheduler: ${message}`);
  });
}
