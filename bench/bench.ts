// What a bench is: it gets a server, and gives samples of its cells and the metrics made of them.

import type { Databases } from './databases.ts';
import type { Progress } from './progress.ts';
import type { BenchServer } from './server.ts';

/** What one measurement found, by name. Those with a column in the tables: rate (tasks/s), cpu (µs of the server a task), wal (bytes a task). */
export type Sample = Record<string, number>;

/** One thing measured: a contender, doing one thing. */
export interface Cell {
  label: string;
  /** Measures once, in a database of its own. */
  run(): Promise<Sample>;
}

/** A number of the kind: ours, maybe a peer's, and what is held against the goal. */
export interface Metric {
  ours: number;
  ratio?: number;
  [peer: string]: number | undefined;
}

export interface Report {
  /** Medians, by the cells' labels. */
  cells: Record<string, Sample>;
  metrics: Record<string, Metric>;
  /** Printed below the tables. */
  notes?: string[];
}

export interface Setting {
  short: boolean;
  rounds: number;
  server: BenchServer;
  databases: Databases;
  progress: Progress;
}

export type Bench = (setting: Setting) => Promise<Report>;

/** A metric that compares the same value of two cells; undefined when the peer was left out. */
export function compare(cells: Record<string, Sample>, value: string, ours: string, peer: string): Metric | undefined {
  const [a, b] = [cells[ours]?.[value], cells[peer]?.[value]];
  return a === undefined || b === undefined ? undefined : { ours: a, [peerOf(peer)]: b, ratio: a / b };
}

/** Leaves out the metrics that there are no numbers for. */
export function metricsOf(all: Record<string, Metric | undefined>): Record<string, Metric> {
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, Metric] => entry[1] !== undefined));
}

/** The first word of a cell's label is its contender. */
const peerOf = (label: string) => label.split(' ')[0] as string;
