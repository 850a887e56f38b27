// Prints tables on the terminal.

import type { Metric, Sample } from './bench.ts';
import { goalOf } from './goals.ts';

/** Prints the values of each cell. */
export function printCells(cells: Record<string, Sample>): void {
  const names = [...new Set(Object.values(cells).flatMap((sample) => Object.keys(sample)))];
  const head = ['', ...names.map((name) => UNITS[name] ?? name)];
  const rows = Object.entries(cells).map(([label, sample]) => [label, ...names.map((name) => show(sample[name]))]);
  print([head, ...rows]);
}

/** Prints the metrics beside their goals. */
export function printMetrics(metrics: Record<string, Metric>): void {
  const rows = Object.entries(metrics).map(([name, metric]) => {
    const { ours, ratio, ...peers } = metric;
    const [[peer, value] = []] = Object.entries(peers);
    const goal = goalOf(name);
    const met = goal === undefined ? '' : goal.isMet(ratio ?? ours) ? 'yes' : 'NO';
    const other = peer === undefined ? '' : `${show(value)} (${peer})`;
    return [name, show(ours), other, ratio === undefined ? '' : ratio.toFixed(2), goal?.text ?? '', met];
  });
  print([['metric', 'ours', 'peer', 'ratio', 'goal', 'met?'], ...rows]);
}

const UNITS: Record<string, string> = { rate: 'tasks/s', cpu: 'server CPU µs/task', wal: 'WAL bytes/task' };

function show(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '–';
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US').replaceAll(',', ' ');
  return value.toFixed(Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2);
}

function print(rows: string[][]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  console.log();
  for (const [index, row] of rows.entries()) {
    console.log(line(row));
    if (index === 0) console.log(widths.map((width) => '-'.repeat(width)).join('  '));
  }
  console.log();
}
