// A server whose console is below a base, as that of a cell is: what stands before the console takes the base away.

import { authorityOf } from '../../src/access/authority.ts';
import { type Console, consoleSurface } from '../../src/console/console.ts';
import { HealthWatch } from '../../src/console/health/health-watch.ts';
import { createApp } from '../../src/http/app.ts';
import { executorOf } from '../../src/postgres/executor.ts';
import { openPool } from '../../src/postgres/pools.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { listen } from '../../src/server/listen.ts';
import type { TestDatabase } from '../support/db.ts';

export interface ServerBelow {
  url: string;
  stop(): Promise<void>;
}

export type ConsoleOptions = Parameters<typeof consoleSurface>[0];

/** @param token of the server; undefined: programs on this machine may do everything */
export async function serverBelow(
  base: string,
  database: Pick<TestDatabase, 'serverUrl'>,
  { token, ...more }: Partial<ConsoleOptions> & { token?: string } = {},
): Promise<ServerBelow> {
  const pool = openPool({ connectionString: database.serverUrl }, 5, silentLogger);
  const [executor, host] = [executorOf(pool), '127.0.0.1'];
  const pages: Console = consoleSurface({
    ...{ base, executor, secure: false, place: { database: 'orders', host: 'localhost' }, logger: silentLogger },
    authority: authorityOf(token, host, executor),
    health: new HealthWatch({ executor, claims: undefined, clock: systemClock, logger: silentLogger }),
    ...more,
  });
  const app = createApp({
    ...{ token, bind: host, executor, waits: undefined, version: '0.0.0', readiness: async () => undefined },
    console: pages,
  });
  const port = await listen(
    (request, from) => {
      const url = new URL(request.url);
      if (!url.pathname.startsWith(`${base}/`)) return new Response('not below the base', { status: 421 });
      url.pathname = url.pathname.slice(base.length);
      return app.fetch(new Request(url, request), from);
    },
    { host, port: 0 },
  );
  await pages.start();
  return {
    url: port.url,
    stop: async () => {
      await Promise.all([pages.stop(), port.close()]);
      await pool.end();
    },
  };
}
