// The console of a server, which knows more of the queues that the server's own dispatcher leads.

import type pg from 'pg';
import type { Authority } from '../access/identify.ts';
import { type Console, consoleSurface } from '../console/console.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Executor } from '../postgres/executor.ts';
import { Listener } from '../postgres/listener.ts';
import { systemClock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import { placeOf } from './place.ts';

export interface ConsoleSource {
  executor: Executor;
  /** For signing in. */
  authority: Authority;
  /** Whether browsers reach the console by https. */
  secure: boolean;
  metrics: Metrics;
  /** For the connection that listens while tabs are open. */
  database: pg.ClientConfig;
  logger: Logger;
}

/** On which the database announces that settings of queues have changed. */
const CHANGES = 'taskqueue_queues';

export function openConsole({ metrics, database, ...source }: ConsoleSource): Console {
  const listen = (changed: () => void) => {
    const connection = { ...database, application_name: 'pgtaskqueue console' };
    const listener = new Listener({ database: connection, logger: source.logger, clock: systemClock });
    listener.on(CHANGES, changed);
    void listener.start();
    return () => listener.stop();
  };
  const console = consoleSurface({ ...source, place: placeOf(database), led: () => metrics.led(), listen });
  console.start();
  return console;
}
