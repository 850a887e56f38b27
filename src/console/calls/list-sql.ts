// A list of tasks as SQL, to be copied. Nothing here is ever run.

import type { TaskFilter } from '../../domain/found-task.ts';
import { sqlLiteral } from './sql-text.ts';

/** @example listSql('mail', { state: 'retrying' }) */
export function listSql(queue: string, filter: TaskFilter): string {
  const given = Object.keys(filter).length === 0 ? '' : `, ${sqlLiteral(JSON.stringify(filter))}`;
  return `select name, state, eta, retry_count, last_status
from taskqueue.find_tasks(${sqlLiteral(queue)}${given})
where name is not null;`;
}
