// Workers in processes of their own, and their output.

import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';

export interface WorkerProcess {
  child: ChildProcess;
  /** Its output so far, line by line. */
  lines: string[];
  /** Resolves when it has ended, with its exit code; null: a signal ended it. */
  ended: Promise<number | null>;
}

export function startWorker(url: string, queue: string, options: object, workMs: number): WorkerProcess {
  const program = path.join(import.meta.dirname, 'worker-process.ts');
  const child = spawn(process.execPath, [program, url, queue, JSON.stringify(options), String(workMs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
  });
  return { child, lines, ended: new Promise((resolve) => child.once('exit', resolve)) };
}
