// The console of a server, which knows more of the queues that the server's own dispatcher leads.

import type pg from 'pg';
import type { Authority } from '../access/identify.ts';
import { type Console, type ConsoleOptions, consoleSurface } from '../console/console.ts';
import type { Dispatcher } from '../dispatcher/dispatcher.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Executor } from '../postgres/executor.ts';
import { Listener } from '../postgres/listener.ts';
import { systemClock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import { healthOf } from './health-of.ts';
import { placeOf } from './place.ts';
import type { ServerOptions } from './server-options.ts';

export interface ConsoleSource {
  /** What precedes its paths. */
  base: string;
  /** For the menu of cells. */
  cells: NonNullable<ConsoleOptions['cells']>;
  authority: Authority;
  http: Pick<ServerOptions, 'tls' | 'publicUrl'>;
  executor: Executor;
  metrics: Metrics;
  /** Undefined: this process has none, and measures no claims. */
  dispatcher: Dispatcher | undefined;
  /** For the connection that listens while tabs are open. */
  database: pg.ClientConfig;
  logger: Logger;
}

/** On which the database announces that settings of queues have changed. */
const CHANGES = 'taskqueue_queues';

export function openConsole({ http, metrics, dispatcher, database, ...source }: ConsoleSource): Console {
  const listen = (changed: () => void) => {
    const connection = { ...database, application_name: 'pgtaskqueue console' };
    const listener = new Listener({ database: connection, logger: source.logger, clock: systemClock });
    listener.on(CHANGES, changed);
    void listener.start();
    return () => listener.stop();
  };
  const secure = http.tls !== undefined || http.publicUrl !== undefined;
  const health = healthOf(source.executor, dispatcher, source.logger);
  return consoleSurface({ ...source, secure, health, place: placeOf(database), led: () => metrics.led(), listen });
}
