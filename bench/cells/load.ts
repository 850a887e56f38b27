// A load on several databases or queues, and the target of their tasks: how long each task took from its commit to its
// delivery.

import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { PAYLOAD } from '../payload.ts';

/** Where one stream of tasks is added. */
export interface Lane {
  url: string;
  queue: string;
}

interface Sent {
  lane: Lane;
  /** When the add was acknowledged; undefined: not yet. */
  committedAt?: number;
  deliveredAt?: number;
}

/** How long the last tasks may take. */
const DRAIN_MS = 10_000;
const RECONNECT_MS = 50;

export class Target {
  readonly url: string;
  readonly #server: Server;
  /** Called with the name of each task that arrives. */
  arrived: (name: string) => void = () => {};

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => {
      this.arrived(String(request.headers['x-appengine-taskname']));
      response.end();
    });
  }

  static async open(): Promise<Target> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Target(server);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

/** Adds tasks to all lanes until it is stopped. A lane whose database is away adds again once it is back. */
export class Load {
  readonly #sent = new Map<string, Sent>();
  readonly #lanes: Promise<void>[];
  /** Names of earlier loads are taken. */
  readonly #run = randomUUID().slice(0, 8);
  #going = true;

  /** @param perSecond tasks of each lane */
  constructor(lanes: readonly Lane[], target: Target, perSecond: number) {
    target.arrived = (name) => {
      const sent = this.#sent.get(name);
      if (sent) sent.deliveredAt ??= performance.now();
    };
    this.#lanes = lanes.map((lane, index) => this.#add(lane, index, 1000 / perSecond));
  }

  async #add(lane: Lane, index: number, everyMs: number): Promise<void> {
    let client: pg.Client | undefined;
    for (let n = 0; this.#going; n++) {
      await sleep(everyMs * (0.5 + Math.random())); // even on average, and the lanes never in step
      try {
        client ??= await connect(lane.url);
        await this.#addOne(client, lane, `${this.#run}-${index}-${n}`);
      } catch {
        await client?.end().catch(() => {});
        client = undefined;
        await sleep(RECONNECT_MS);
      }
    }
    await client?.end();
  }

  async #addOne(client: pg.Client, lane: Lane, name: string): Promise<void> {
    const sent: Sent = { lane };
    this.#sent.set(name, sent);
    const text = 'select taskqueue.add($1, url => $2, payload => $3, name => $4, transactional => false)';
    await client.query({ name: 'add', text, values: [lane.queue, '/', PAYLOAD, name] });
    sent.committedAt = performance.now();
  }

  /** Milliseconds from commit to delivery of the tasks that were committed in a span. Fails if one was not delivered. */
  async latencies(from: number, to: number, of: (lane: Lane) => boolean = () => true): Promise<number[]> {
    const asked = [...this.#sent.values()].filter(
      ({ lane, committedAt }) => of(lane) && committedAt !== undefined && committedAt >= from && committedAt < to,
    );
    const deadline = performance.now() + DRAIN_MS;
    while (asked.some(({ deliveredAt }) => deliveredAt === undefined)) {
      if (performance.now() > deadline) throw new Error('a task was not delivered');
      await sleep(20);
    }
    return asked.map(({ committedAt = 0, deliveredAt = 0 }) => Math.max(0, deliveredAt - committedAt));
  }

  /** When a lane's first task after a moment was delivered; waits for it. */
  async firstDelivery(lane: Lane, after: number): Promise<number> {
    for (;;) {
      const times = [...this.#sent.values()].filter((sent) => sent.lane === lane).map((sent) => sent.deliveredAt ?? 0);
      const first = Math.min(...times.filter((at) => at > after));
      if (Number.isFinite(first)) return first;
      await sleep(5);
    }
  }

  async stop(): Promise<void> {
    this.#going = false;
    await Promise.all(this.#lanes);
  }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {}); // its query rejects with the same error
  await client.connect();
  return client;
}
