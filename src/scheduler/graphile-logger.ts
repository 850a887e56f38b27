// What graphile-worker says, in our log: what goes wrong. Its everyday news is nobody's.

import { Logger as GraphileLogger } from 'graphile-worker';
import type { Logger } from '../runtime/logger.ts';

export function graphileLogger(logger: Logger): GraphileLogger {
  return new GraphileLogger(() => (level, message) => {
    if (level === 'error' || level === 'warning') logger.warn(`scheduler: ${message}`);
  });
}
