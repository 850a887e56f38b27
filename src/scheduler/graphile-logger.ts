// What graphile-worker says, in our log: its everyday news is nobody's.

import { Logger as GraphileLogger } from 'graphile-worker';
import type { Logger } from '../runtime/logger.ts';

export function graphileLogger(logger: Logger): GraphileLogger {
  return new GraphileLogger(() => (level, message) => {
    const text = `scheduler: ${message}`;
    if (level === 'error' || level === 'warning') logger.warn(text);
    else logger.debug(text);
  });
}
