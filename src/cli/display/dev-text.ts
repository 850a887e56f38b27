// The text that `dev` prints once everything is running: the addresses, and what to try next.

import type { Dev } from '../actions/dev-server.ts';

const QUERY_INDENT = ' '.repeat(6);

/** The addresses and a few things to try, as lines. */
export function welcome({ database, server, sample, ephemeral }: Dev): string {
  const queue = sample ? "queue => 'orders', " : '';
  return [
    '',
    database.joined
      ? '  Using the PostgreSQL that another process started on this data; it stops when that process ends.\n'
      : '',
    ...(sample ? [`  Sample application   ${sample.url}`] : []),
    `  Console              ${server.url}/console`,
    `  Server               ${server.url}`,
    `  PostgreSQL           ${database.url}`,
    '',
    '  Try next:',
    ...(sample ? [`  · open ${sample.url}, place an order, and watch it in the console`] : []),
    ...(sample ? [] : [`  · set where tasks are sent: npx pgtaskqueue targets set default http://127.0.0.1:3000`]),
    `  · psql '${database.url}'`,
    `${QUERY_INDENT}select * from taskqueue.add(${queue}url => '/tasks/hello', payload => 'hello from psql');`,
    `  · npx pgtaskqueue queues list`,
    ...(ephemeral ? [`  · begin again: curl -X POST ${server.url}/reset`] : []),
    '',
    `  Ctrl-C stops everything and ${ephemeral ? 'drops this database' : 'keeps the data'}.`,
    '',
  ]
    .filter((line, index) => line !== '' || index !== 1)
    .join('\n');
}
