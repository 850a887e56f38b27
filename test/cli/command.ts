// Runs the command as users do: as a process, from source.

import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject, vi } from 'vitest';
import { main as command } from '../../src/cli/program.ts';

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
  /** In a process group of its own, as a terminal gives it. */
  detached?: boolean;
}

/**
 * Starts the command without waiting for it; its stdin is closed, and nothing of the tests' environment reaches it. What
 * Node has compiled for one is kept for the next.
 */
export function start(
  args: readonly string[],
  { env = {}, cwd, detached = false }: CommandOptions = {},
): ChildProcess & { ran: Promise<Ran> } {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH, HOME, NODE_COMPILE_CACHE: path.join(inject('runFolder'), 'compiled'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached,
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

/**
 * Runs the command within this process, for what no process of its own has to prove: sooner by a third of a second.
 * Its environment is this process's.
 */
export async function runHere(args: readonly string[]): Promise<Ran> {
  const ran: Ran = { code: null, stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((chunk) => {
      ran[stream] += chunk;
      return true;
    }),
  );
  try {
    ran.code = await command(args);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return ran;
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
