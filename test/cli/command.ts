// Runs the command as users do: as a process, from source.

import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The command, as it is run from source. */
export const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** What a run came to. */
export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface CommandOptions {
  /** Variables beside PATH and HOME. */
  env?: Record<string, string>;
  cwd?: string;
}

/** Starts the command without waiting for it; its stdin is closed, and nothing of the tests' environment reaches it. */
export function start(
  args: readonly string[],
  { env = {}, cwd }: CommandOptions = {},
): ChildProcess & { ran: Promise<Ran> } {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd ? { cwd } : {}),
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk) => (stdout += chunk));
  child.stderr?.on('data', (chunk) => (stderr += chunk));
  const ran = new Promise<Ran>((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
  return Object.assign(child, { ran });
}

/** Runs the command to its end. */
export function run(args: readonly string[], options?: CommandOptions): Promise<Ran> {
  return start(args, options).ran;
}

/** Waits until the process has printed this on stdout, or on stderr, and gives what it had printed there by then. */
export function printed(child: ChildProcess, pattern: RegExp, stream: 'stdout' | 'stderr' = 'stdout'): Promise<string> {
  return new Promise((resolve, reject) => {
    let seen = '';
    child[stream]?.on('data', (chunk) => {
      seen += chunk;
      if (pattern.test(seen)) resolve(seen);
    });
    child.on('close', (code) => reject(new Error(`ended with ${code} before it printed ${pattern}:\n${seen}`)));
  });
}
