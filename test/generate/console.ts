// The routes of the console, written from the console itself.

import { authorityOf } from '../../src/access/authority.ts';
import { consoleSurface } from '../../src/console/console.ts';
import { HealthWatch } from '../../src/console/health/health-watch.ts';
import { OPEN_ROUTES } from '../../src/http/open-routes.ts';
import type { Route } from '../../src/http/route.ts';
import type { Executor } from '../../src/postgres/executor.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { silentLogger } from '../../src/runtime/logger.ts';

/** The text of docs/reference/console.md. */
export function consoleReference(executor: Executor): string {
  return `# Routes of the console

Written from the source by \`npm run generate\`.

What the pages and acts of [the console](../operate/console.md) need: [rights of tokens](../operate/http.md#rights), on the queue that the path
names, on any queue (what belongs to others is left out), or on all. A GET shows a page, a POST acts.

| route | needs |
|---|---|
${rows(executor).join('\n')}
`;
}

function rows(executor: Executor): string[] {
  const health = new HealthWatch({ executor, claims: undefined, clock: systemClock, logger: silentLogger });
  const place = { database: 'orders', host: 'localhost' };
  const authority = authorityOf(undefined, undefined, executor);
  const { prefix, routes } = consoleSurface({
    executor,
    authority,
    secure: false,
    place,
    health,
    logger: silentLogger,
  });
  return routes.map(({ method, path, needs }) => {
    const name = `${method} ${prefix}${path}`;
    return `| \`${name}\` | ${OPEN_ROUTES.includes(name) ? 'nothing' : needed(needs)} |`;
  });
}

function needed(needs: Route['needs']): string {
  if (needs === 'known') return 'a valid credential';
  if (needs.queue !== undefined) return `\`${needs.right}\``;
  return `\`${needs.right}\` on ${needs.checkedInside ? 'any queue' : 'all queues'}`;
}
