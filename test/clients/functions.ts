// Task queue functions of firebase-functions, served as Google's runtime serves them.

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { onTaskDispatched, type Request, type TaskQueueFunction } from 'firebase-functions/v2/tasks';

export type Dispatched = Request<{ [key: string]: unknown }>;

export class FunctionsUnderTest {
  readonly #app = express();
  readonly #received = new Map<string, Dispatched[]>();
  #url = '';
  #stop = () => {};

  async start(): Promise<void> {
    this.#app.use(express.json());
    const server = this.#app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.#url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.#stop = () => {
      server.closeAllConnections();
      server.close();
    };
  }

  stop(): void {
    this.#stop();
  }

  /** Adds a function; returns its URL. `answer` may throw an HttpsError. */
  add(name: string, answer: (request: Dispatched, earlier: number) => void = () => {}): string {
    const received: Dispatched[] = [];
    this.#received.set(name, received);
    const handler: TaskQueueFunction<Dispatched['data']> = onTaskDispatched(async (request: Dispatched) => {
      received.push(request);
      answer(request, received.length - 1);
    });
    const path = `/demo/us-central1/${name}`;
    this.#app.post(path, (request, response) => void handler(request as never, response));
    return this.#url + path;
  }

  received(name: string): readonly Dispatched[] {
    return this.#received.get(name) ?? [];
  }
}
