// The counts in the rail. They are part of every page, and change with it.

import { html } from 'hono/html';
import type { Finding } from '../../domain/finding.ts';
import type { Cells, Html } from '../html.ts';
import { count, shortCount } from '../parts/figures.ts';
import type { Tone } from '../parts/state.ts';
import type { ConsoleRequest } from '../route.ts';
import type { SectionName } from '../sections.ts';
import type { Snapshot } from './snapshots.ts';

/** The cells of the rail, by their ids. */
export async function railCells(request: ConsoleRequest): Promise<Cells> {
  const counts = railCounts(await request.snapshot(), request);
  return new Map(
    Object.entries(counts).map(([section, { value, tone }]) => [
      `rail-${section}`,
      railCount(section as SectionName, value, tone),
    ]),
  );
}

/** @param value undefined: nothing is shown */
export function railCount(section: SectionName, value: number | undefined, tone?: Tone): Html {
  const shown = value === undefined ? '' : value < 10_000 ? count(value) : shortCount(value);
  return html`<span class="n ${tone ?? ''}" id="rail-${section}">${shown}</span>`;
}

interface RailCount {
  value: number | undefined;
  tone?: Tone;
}

/** What is well is not counted. */
function healthCount(findings: readonly Finding[]): RailCount {
  const [wrong, failing] = [
    findings.filter(({ level }) => level !== 'ok'),
    findings.some(({ level }) => level === 'fail'),
  ];
  return wrong.length === 0 ? { value: undefined } : { value: wrong.length, tone: failing ? 'bad' : 'slow' };
}

/** A caller with some queues only gets no counts of all. */
function railCounts(
  { queues, counts, findings }: Snapshot,
  request: ConsoleRequest,
): Partial<Record<SectionName, RailCount>> {
  const own = queues.filter(({ name }) => request.may('read', name));
  const tasks = own.reduce((sum, { depth }) => sum + depth.tasks, 0);
  const seen = { queues: { value: own.length }, tasks: { value: tasks } };
  if (!request.may('read')) return seen;
  return {
    ...seen,
    dead: { value: counts.dead, ...(counts.dead > 0 ? { tone: 'bad' as const } : {}) },
    tombstones: { value: counts.tombstones },
    cron: { value: counts.crons },
    dispatchers: { value: counts.dispatchers, ...(counts.dispatchers === 0 ? { tone: 'slow' as const } : {}) },
    targets: { value: counts.targets },
    health: healthCount(findings ?? []),
  };
}
