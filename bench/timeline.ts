// The timeline of a long run: tasks and the server's CPU, second by second.

import type { Sample } from './bench.ts';
import { serverCpuSeconds } from './meter.ts';
import type { BenchServer } from './server.ts';

const EVERY_MS = 500;
const REPORT_EVERY = 10;

/** A point of a run: seconds since its start, tasks done, CPU seconds of the server. */
export interface Point {
  seconds: number;
  tasks: number;
  cpu: number;
}

export class Timeline {
  readonly #server: BenchServer;
  readonly #timer: NodeJS.Timeout;
  readonly #points: Point[] = [];
  readonly #started = performance.now();
  readonly #cpuBefore: number;
  #tasks = 0;

  /** @param report called with a line every few seconds */
  constructor(server: BenchServer, report: (line: string) => void) {
    this.#server = server;
    this.#cpuBefore = serverCpuSeconds(server.pid);
    this.#sample();
    this.#timer = setInterval(() => {
      this.#sample();
      if (this.#points.length % REPORT_EVERY === 0) report(`${this.#tasks} tasks`);
    }, EVERY_MS);
  }

  /** Counts finished tasks; returns their total number. */
  add(tasks: number): number {
    this.#tasks += tasks;
    return this.#tasks;
  }

  stop(): Point[] {
    clearInterval(this.#timer);
    this.#sample();
    return this.#points;
  }

  #sample(): void {
    const seconds = (performance.now() - this.#started) / 1000;
    this.#points.push({ seconds, tasks: this.#tasks, cpu: serverCpuSeconds(this.#server.pid) - this.#cpuBefore });
  }
}

/**
 * Returns rate and CPU per task of the whole run and of the first and last fifth of its tasks, and the rate from second
 * 30 on.
 */
export function shapeOf(points: Point[]): Sample {
  const start = points[0] as Point;
  const end = points.at(-1) as Point;
  const first = between(start, whenDone(points, end.tasks / 5));
  const last = between(whenDone(points, (end.tasks * 4) / 5), end);
  const late = points.find(({ seconds }) => seconds >= 30);
  return {
    ...between(start, end),
    'rate, first fifth': first.rate,
    'rate, last fifth': last.rate,
    'cpu, first fifth': first.cpu,
    'cpu, last fifth': last.cpu,
    'rate from 30 s': late && late !== end ? between(late, end).rate : Number.NaN,
    tasks: end.tasks,
  };
}

function between(a: Point, b: Point): { rate: number; cpu: number } {
  const tasks = b.tasks - a.tasks;
  return { rate: tasks / (b.seconds - a.seconds), cpu: ((b.cpu - a.cpu) / tasks) * 1e6 };
}

/** Interpolates the point at which a number of tasks was done. */
function whenDone(points: Point[], tasks: number): Point {
  const index = points.findIndex((point) => point.tasks >= tasks);
  const [a, b] = [points[Math.max(0, index - 1)] as Point, points[index] as Point];
  const share = b.tasks === a.tasks ? 0 : (tasks - a.tasks) / (b.tasks - a.tasks);
  return { seconds: a.seconds + share * (b.seconds - a.seconds), tasks, cpu: a.cpu + share * (b.cpu - a.cpu) };
}
