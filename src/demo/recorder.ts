// A handler in front of the sample application that records every request and answers some of them with given statuses.

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

const TIMEOUT_MS = 10_000;
const POLL_MS = 10;

/** A handler that records its deliveries. */
export class Recorder {
  readonly received: Received[] = [];
  readonly #answers = new Map<string, number[]>();
  readonly #behind: Fetch;

  /** @param behind answers requests for which no status was set */
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

  /** Answers the next requests to this path with these statuses, in this order. */
  answer(path: string, ...statuses: number[]): void {
    this.#answers.set(path, statuses);
  }

  /** The requests to this path so far. */
  at(path: string): Received[] {
    return this.received.filter((request) => request.path === path);
  }

  /** The requests to this path, as soon as there are this many or after ten seconds. */
  async wait(path: string, count = 1): Promise<Received[]> {
    await until(() => this.at(path).length >= count);
    return this.at(path);
  }
}

/** Polls until there is a result; undefined when there was none within ten seconds. */
export async function until<Found>(find: () => Found | Promise<Found>): Promise<Found | undefined> {
  const end = performance.now() + TIMEOUT_MS;
  while (performance.now() < end) {
    const found = await find();
    if (found) return found;
    await pause(POLL_MS);
  }
  return undefined;
}
