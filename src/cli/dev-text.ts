// What `dev` says once everything runs: where things are, and what to try next.

import type { Dev } from './dev-server.ts';

const QUERY_INDENT = ' '.repeat(6);

/** The addresses and the next things to try, as lines. */
export function welcome({ database, server, sample }: Dev): string {
  const queue = sample ? "queue => 'orders', " : '';
  return [
    '',
    database.joined
      ? '  The PostgreSQL that another process started on this data was joined; it ends with that process.\n'
      : '',
    ...(sample ? [`  Sample application   ${sample.url}`] : []),
    `  Server               ${server.url}`,
    `  PostgreSQL           ${database.url}`,
    '',
    '  Try next:',
    ...(sample ? [`  · open ${sample.url} and place an order`] : []),
    ...(sample ? [] : [`  · say where tasks go: npx pgtaskqueue targets set default http://127.0.0.1:3000`]),
    `  · psql '${database.url}'`,
    `${QUERY_INDENT}select * from taskqueue.add(${queue}url => '/tasks/hello', payload => 'hello from psql');`,
    `  · npx pgtaskqueue queues list`,
    '',
    '  Ctrl-C stops everything; the data stays.',
    '',
  ]
    .filter((line, index) => line !== '' || index !== 1)
    .join('\n');
}
