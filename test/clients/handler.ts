// A handler of tasks on this machine, which records what it gets.

import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Received {
  method: string;
  url: string;
  headers: http.IncomingHttpHeaders;
  body: string;
  /** When it arrived, in milliseconds of performance.now(). */
  at: number;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
}

/** Answers a request; `earlier` are those with the same path. */
export type Answering = (request: Received, earlier: readonly Received[]) => Answer | Promise<Answer>;

export class Handler {
  readonly #server: http.Server;
  readonly #received = new Map<string, Received[]>();
  readonly #answering = new Map<string, Answering>();

  constructor() {
    this.#server = http.createServer((request, response) => void this.#answer(request, response));
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The URL of a path, which from now on is answered so; otherwise with 200. */
  at(path: string, answering: Answering = () => ({ status: 200 })): string {
    this.#answering.set(path, answering);
    return this.url + path;
  }

  /** Answers with one status after another, and 200 in the end. */
  statuses(path: string, ...statuses: number[]): string {
    return this.at(path, (_, { length }) => ({ status: statuses[length] ?? 200 }));
  }

  received(path: string): readonly Received[] {
    return this.#received.get(path) ?? [];
  }

  async #answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const at = performance.now();
    const { method = '', url = '', headers } = request;
    const path = url.replace(/\?.*/, '');
    const received = { method, url, headers, body: await text(request), at };
    const earlier = this.received(path);
    this.#received.set(path, [...earlier, received]);
    const answer = (await this.#answering.get(path)?.(received, earlier)) ?? { status: 200 };
    response.writeHead(answer.status, answer.headers).end();
  }
}
