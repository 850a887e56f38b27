// Sits before the sample application, remembers every request that reaches it, and answers as it was told to.

import { setTimeout as pause } from 'node:timers/promises';
import type { Fetch } from '../server/listen.ts';

/** One request that arrived. */
export interface Received {
  method: string;
  path: string;
  headers: Headers;
  body: string;
  /** Milliseconds since the process started. */
  at: number;
}

const PATIENCE_MS = 10_000;
const LOOK_MS = 10;

/** A handler whose deliveries can be looked at. */
export class Recorder {
  readonly received: Received[] = [];
  readonly #answers = new Map<string, number[]>();
  readonly #behind: Fetch;

  /** @param behind answers what no status was set for */
  constructor(behind: Fetch) {
    this.#behind = behind;
  }

  readonly fetch: Fetch = async (request, from) => {
    const body = await request.clone().text();
    const { pathname: path } = new URL(request.url);
    this.received.push({ method: request.method, path, headers: request.headers, body, at: performance.now() });
    const status = this.#answers.get(path)?.shift();
    return status === undefined ? this.#behind(request, from) : new Response(null, { status });
  };

  /** The next requests to this path are answered with these statuses, in this order. */
  answer(path: string, ...statuses: number[]): void {
    this.#answers.set(path, statuses);
  }

  /** The requests to this path so far. */
  at(path: string): Received[] {
    return this.received.filter((request) => request.path === path);
  }

  /** The requests to this path, once there are that many, or whatever came in ten seconds. */
  async wait(path: string, count = 1): Promise<Received[]> {
    await until(() => this.at(path).length >= count);
    return this.at(path);
  }
}

/** RefreshLoop again and again until there is something; undefined when there was nothing in ten seconds. */
export async function until<Found>(look: () => Found | Promise<Found>): Promise<Found | undefined> {
  const end = performance.now() + PATIENCE_MS;
  while (performance.now() < end) {
    const found = await look();
    if (found) return found;
    await pause(LOOK_MS);
  }
  return undefined;
}
