// The failures of the shop are part of the show: they are in the console, and would drown everything else in the log.

import type { LogFields, Logger } from '../../runtime/logger.ts';

/** Leaves out entries about the shop's queues. */
export function withoutShop(logger: Logger): Logger {
  const about = (fields: LogFields | undefined) => String(fields?.queue ?? '').startsWith('shop-');
  const unless =
    (level: keyof Logger) =>
    (message: string, fields?: LogFields): void => {
      if (!about(fields)) logger[level](message, fields);
    };
  return { debug: unless('debug'), info: unless('info'), warn: unless('warn'), error: unless('error') };
}
