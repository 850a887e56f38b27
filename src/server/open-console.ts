// The console of a server, which knows more of the queues that the server's own dispatcher leads.

import type pg from 'pg';
import { type Console, consoleSurface } from '../console/console.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Executor } from '../postgres/executor.ts';
import { Listener } from '../postgres/listener.ts';
import { systemClock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';

export interface ConsoleSource {
  executor: Executor;
  metrics: Metrics;
  /** For the connection that listens while tabs are open. */
  database: pg.ClientConfig;
  logger: Logger;
}

/** On which the database announces that settings of queues have changed. */
const CHANGES = 'taskqueue_queues';

export function openConsole({ executor, metrics, database, logger }: ConsoleSource): Console {
  const listen = (changed: () => void) => {
    const connection = { ...database, application_name: 'pgtaskqueue console' };
    const listener = new Listener({ database: connection, logger, clock: systemClock });
    listener.on(CHANGES, changed);
    void listener.start();
    return () => listener.stop();
  };
  return consoleSurface({ executor, led: () => metrics.led(), listen, logger });
}
