// The report: the page as text, to be pasted into a ticket.

import type { Finding } from '../../../domain/finding.ts';
import { holderInWords } from '../../../schema/doctor/horizon.ts';
import type { Checks, HealthWatch, WatchedHolder } from '../../health/health-watch.ts';
import { byteCount, count, shownDuration } from '../../parts/figures.ts';
import { utc } from '../../parts/moments.ts';

const MARKS = { ok: 'ok  ', warn: 'warn', fail: 'FAIL' };

export function healthReport(
  watch: HealthWatch,
  checks: Checks,
  holders: readonly WatchedHolder[],
  findings: readonly Finding[],
): string {
  const { server, tables, settings } = checks;
  const claims = watch.claimsBetween(0, watch.now);
  return [
    `pgtaskqueue, health of database ${server.database}, ${utc(new Date(watch.now))}`,
    `PostgreSQL ${server.version}, schema ${server.schemaVersion ?? '?'}`,
    `database ${byteCount(server.databaseBytes)}, our tables ${byteCount(tables.bytes)}, dead rows ${count(tables.dead)}`,
    claims === undefined
      ? 'claims: none measured in this process'
      : `claims, last hour: ${count(claims.count)}, p50 ${ms(claims.p50)}, p95 ${ms(claims.p95)}`,
    ...part('Findings', findings.flatMap(findingLines)),
    ...part(
      'What holds the horizon',
      holders.map((holder) => holderLine(holder, watch.now)),
    ),
    ...part(
      'Settings',
      settings.map(({ name, value, source }) => `${name} = ${value || "''"} (${source})`),
    ),
    '',
  ].join('\n');
}

function part(title: string, lines: readonly string[]): string[] {
  return ['', title, ...(lines.length === 0 ? ['  none'] : lines.map((line) => `  ${line}`))];
}

function findingLines({ check, level, detail, remedy, sql }: Finding): string[] {
  const more = [...(remedy?.split('\n') ?? []), ...(sql ? [sql] : [])];
  return [`${MARKS[level]}  ${check}: ${detail}`, ...more.map((line) => `      ${line}`)];
}

function holderLine(holder: WatchedHolder, now: number): string {
  const age = shownDuration((now - holder.since) / 1_000);
  return `${holderInWords(holder)}: ${holder.atLeast ? 'at least ' : ''}${age}, ${count(holder.transactions)} transactions`;
}

const ms = (value: number) => `${value.toFixed(1)} ms`;
