// Judges further runs of a handler whose work was done: they must succeed and change nothing more.

import type { MadeRequest, ProofRun, RowChange } from './proof.ts';

/** The run that did the work, and the task's idempotency key. */
export interface Judged {
  done: ProofRun;
  key: string;
  /** Whether a further run succeeded. */
  passed: boolean;
}

/** What a further run did that it should not have, as sentences. */
export function findingsOf(run: ProofRun, { done, key, passed }: Judged): string[] {
  const when = run.delivery === 'late' ? 'a late duplicate' : 'the second run';
  const { rows, tasks } = run;
  const sent = run.requests.filter((request) => !isSafe(request, done.requests, key));
  return [
    ...(passed ? [] : [`${when} failed, although the work had been done`]),
    ...[...Map.groupBy(rows, ({ table, kind }) => `${kind} ${table}`).values()].map(
      (changes) => `${when} ${changeOf(changes)}`,
    ),
    ...tasks.map(
      ({ queue, method, url }) => `${when} enqueued ${url === null ? 'a task' : `${method} ${url}`} in ${queue}`,
    ),
    ...sent.map(({ method, url }) => `${when} requested ${method} ${url}`),
    ...(run.observed ? [`${when} changed what observe returns`] : []),
  ];
}

function changeOf(changes: readonly RowChange[]): string {
  const { kind, table } = changes[0] as RowChange;
  const rows = changes.length === 1 ? 'a row' : `${changes.length} rows`;
  return kind === 'inserted'
    ? `inserted ${rows} into ${table}`
    : `${kind === 'written' ? 'wrote' : kind} ${rows} of ${table}`;
}

const READS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
/** By HTTP's rules, the same request again has no further effect. */
const REPEATABLE = new Set(['PUT', 'DELETE']);

/** A request that the other side recognises as one that it has had, or that changes nothing there. */
function isSafe(request: MadeRequest, earlier: readonly MadeRequest[], key: string): boolean {
  if (READS.has(request.method)) return true;
  const { url, body, headers } = request;
  if ([url, body, ...Object.values(headers)].some((text) => text.includes(key))) return true;
  const twin = earlier.find((other) => other.method === request.method && other.url === url);
  if (!twin) return false;
  if (REPEATABLE.has(request.method) && twin.body === body) return true;
  const keyed = Object.keys(headers).find((name) => name.endsWith('idempotency-key'));
  return keyed !== undefined && twin.headers[keyed] === headers[keyed];
}
