// The interface of a bench: it gets a server, and returns the samples of its cells and the metrics computed from them.

import type { Databases } from './databases.ts';
import type { Progress } from './progress.ts';
import type { BenchServer } from './server.ts';

/**
 * The values of one measurement, by name. The tables have columns for rate (tasks/s), cpu (server µs per task) and wal
 * (bytes per task).
 */
export type Sample = Record<string, number>;

/** One cell of a bench: a contender doing one thing. */
export interface Cell {
  label: string;
  /** Measures once, in a fresh database. */
  run(): Promise<Sample>;
}

/** A metric: the value of pgtaskqueue, optionally that of a peer, and the value compared with the goal. */
export interface Metric {
  ours: number;
  ratio?: number;
  [peer: string]: number | undefined;
}

export interface Report {
  /** Medians by label of the cell. */
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

/** Returns a metric that compares the same value of two cells; undefined if the peer was left out. */
export function compare(cells: Record<string, Sample>, value: string, ours: string, peer: string): Metric | undefined {
  const [a, b] = [cells[ours]?.[value], cells[peer]?.[value]];
  return a === undefined || b === undefined ? undefined : { ours: a, [peerOf(peer)]: b, ratio: a / b };
}

/** Removes metrics without numbers. */
export function metricsOf(all: Record<string, Metric | undefined>): Record<string, Metric> {
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, Metric] => entry[1] !== undefined));
}

/** The first word of a cell's label is its contender. */
const peerOf = (label: string) => label.split(' ')[0] as string;
