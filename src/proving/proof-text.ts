// A proof as text: the verdict and, if the handler is not idempotent, what its runs did, side by side.

import { inspect } from 'node:util';
import { wasSeen } from './effects.ts';
import type { MadeRequest, Proof, ProofRun, RowChange } from './proof.ts';

const COLUMN = 58;
const SIGNS: Record<Proof['verdict'], string> = {
  idempotent: '✓',
  'not idempotent': '✗',
  failed: '✗',
  'nothing seen': '?',
};
const DELIVERIES: Record<ProofRun['delivery'], string> = {
  first: 'first run',
  retry: 'retry',
  again: 'second run (the first answer was lost)',
  late: 'late duplicate, after another task',
};

/** Lines of text, without colours. */
export function proofText({ queue, task, method, url, verdict, findings, notCounted, runs }: Proof): string {
  const what = url === null ? 'a pull task' : `${method} ${url}`;
  const title = `${SIGNS[verdict]} ${verdict}: ${what}  (queue ${queue}, task ${task})`;
  const also = notCounted.map((effect) => `    not counted, because it also happens without a delivery: ${effect}`);
  if (verdict === 'idempotent' || verdict === 'nothing seen') return [title, ...said(findings), ...also].join('\n');
  const shown = verdict === 'failed' ? runs : comparedRuns(runs);
  return [title, ...said(findings), ...also, ...sideBySide(shown.map(linesOf))].join('\n');
}

const said = (findings: readonly string[]) => findings.map((finding) => `    ${finding}`);

/** The run that did the work, and the last further one that did anything. */
function comparedRuns(runs: readonly ProofRun[]): ProofRun[] {
  const done = runs.find(({ answer }) => answer.succeeded);
  const further = runs.slice(runs.indexOf(done as ProofRun) + 1);
  const shown = further.findLast(wasSeen) ?? further.at(-1);
  return [done, shown].filter((run) => run !== undefined);
}

function linesOf({ delivery, answer, rows, tasks, requests, observed }: ProofRun): string[] {
  const status =
    answer.status === null ? (answer.succeeded ? 'done' : 'threw') : `answered ${answer.status || 'nothing'}`;
  const lines = [
    `${status}${answer.error ? `: ${answer.error.trim().split('\n')[0]}` : ''}`,
    ...rows.map(rowText),
    ...tasks.map(({ queue, name, method, url }) => `enqueued in ${queue}: ${url === null ? name : `${method} ${url}`}`),
    ...requests.map(requestText),
    ...(observed ? [`observed ${shown(observed.before)} → ${shown(observed.after)}`] : []),
  ];
  return [DELIVERIES[delivery], ...(lines.length > 1 ? lines : [...lines, 'changed nothing'])];
}

function rowText({ table, kind, key, before, after }: RowChange): string {
  if (kind !== 'changed') return `${kind} ${table} ${shown(after ?? before ?? key)}`;
  const columns = Object.keys(after ?? {}).map((name) => `${name}: ${shown(before?.[name])} → ${shown(after?.[name])}`);
  return `changed ${table} ${shown(key)} ${columns.join(', ')}`;
}

function requestText({ method, url, body }: MadeRequest): string {
  return `requested ${method} ${url} ${body}`.trimEnd();
}

function shown(value: unknown): string {
  return inspect(value, { breakLength: Infinity, compact: 100, depth: 4, maxStringLength: 100 });
}

/** Two columns; lines that are too long for theirs are continued below. */
function sideBySide(columns: readonly string[][]): string[] {
  const [left = [], right = []] = columns.map((lines) => lines.flatMap(wrap));
  const height = Math.max(left.length, right.length);
  return Array.from({ length: height }, (_, i) => `    ${(left[i] ?? '').padEnd(COLUMN)}│ ${right[i] ?? ''}`.trimEnd());
}

function wrap(line: string): string[] {
  const most = COLUMN - 2;
  const parts = [line.slice(0, most)];
  for (let at = most; at < line.length; at += most - 2) parts.push(`  ${line.slice(at, at + most - 2)}`);
  return parts;
}
