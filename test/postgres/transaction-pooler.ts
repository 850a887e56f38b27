// A pooler in transaction mode: each transaction of a client runs on any free connection of the pooler, as with
// PgBouncer.

import net from 'node:net';
import pg from 'pg';
import { withPort } from '../support/route.ts';

export interface TransactionPooler {
  url: string;
  /** From now on, each new client has its own connection until it leaves. */
  keepSessions(): void;
  /** From now on, connections are shared. */
  share(): void;
  /** From now on, the connection of a client that leaves is reused without a reset. */
  handOn(): void;
  /** Number of connections that were reused. */
  handedOn(): number;
  close(): Promise<void>;
}

interface Server {
  socket: net.Socket;
  client?: Client | undefined;
}

interface Client {
  socket: net.Socket;
  /** True: it has a connection of its own. */
  keeps: boolean;
  server?: Server | undefined;
  waiting: Buffer[];
  /** Number of pending results of queries and syncs. */
  owed: number;
}

/** @param size the number of shared connections; further transactions wait */
export async function openTransactionPooler(databaseUrl: string, size = 4): Promise<TransactionPooler> {
  const pool = new Pool(databaseUrl, size);
  const server = net.createServer((socket) => pool.accept(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: withPort(databaseUrl, (server.address() as net.AddressInfo).port),
    keepSessions: () => {
      pool.sharing = false;
    },
    share: () => {
      pool.sharing = true;
    },
    handOn: () => {
      pool.handsOn = true;
    },
    handedOn: () => pool.handedOn,
    close: async () => {
      await pool.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

class Pool {
  sharing = true;
  handsOn = false;
  handedOn = 0;
  readonly #url: string;
  readonly #size: number;
  readonly #servers = new Set<Server>();
  readonly #idle: Server[] = [];
  readonly #queue: Client[] = [];
  readonly #clients = new Set<Client>();
  #opening = 0;

  constructor(url: string, size: number) {
    this.#url = url;
    this.#size = size;
  }

  accept(socket: net.Socket): void {
    const client: Client = { socket, keeps: !this.sharing, waiting: [], owed: 0 };
    this.#clients.add(client);
    const messages = new Messages((type, message) => {
      if (type === '') socket.write(WELCOME);
      else if (type === 'X') socket.end();
      else this.#send(client, type, message);
    }, true);
    socket.on('data', (chunk) => messages.read(chunk));
    socket.on('error', () => {});
    socket.on('close', () => this.#leave(client));
  }

  async close(): Promise<void> {
    for (const { socket } of [...this.#clients, ...this.#servers]) socket.destroy();
  }

  #send(client: Client, type: string, message: Buffer): void {
    if (type === 'Q' || type === 'S') client.owed += 1;
    if (client.server) client.server.socket.write(message);
    else {
      client.waiting.push(message);
      if (!this.#queue.includes(client)) this.#queue.push(client);
      void this.#serve();
    }
  }

  async #serve(): Promise<void> {
    while (this.#queue.length > 0) {
      const server = this.#idle.pop();
      const client = server && this.#queue.shift();
      if (server && client) this.#link(client, server);
      else if (this.#servers.size + this.#opening < this.#size || this.#queue[0]?.keeps) await this.#open();
      else return;
    }
  }

  #link(client: Client, server: Server): void {
    client.server = server;
    server.client = client;
    for (const message of client.waiting.splice(0)) server.socket.write(message);
  }

  /** pg opens the connection; after that only its socket is used. */
  async #open(): Promise<void> {
    this.#opening += 1;
    const login = new pg.Client(this.#url);
    await login.connect();
    const { stream: socket } = (login as unknown as { connection: { stream: net.Socket } }).connection;
    for (const event of ['data', 'error', 'close', 'end']) socket.removeAllListeners(event);
    const server: Server = { socket };
    const messages = new Messages((type, message) => this.#answer(server, type, message), false);
    socket.on('data', (chunk: Buffer) => messages.read(chunk));
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#servers.delete(server);
      server.client?.socket.destroy();
      void this.#serve();
    });
    this.#opening -= 1;
    this.#servers.add(server);
    this.#idle.push(server);
  }

  /** Messages from a server while it serves no client, such as notifications, are lost. */
  #answer(server: Server, type: string, message: Buffer): void {
    const { client } = server;
    client?.socket.write(message);
    if (type !== 'Z' || !client) return;
    client.owed -= 1;
    if (client.owed === 0 && message.at(-1) === 'I'.charCodeAt(0) && !client.keeps) this.#release(server);
  }

  #release(server: Server): void {
    if (server.client) server.client.server = undefined;
    server.client = undefined;
    this.#idle.push(server);
    void this.#serve();
  }

  /** A client that leaves in the middle of a transaction closes the connection; free connections are not reset. */
  #leave(client: Client): void {
    this.#clients.delete(client);
    if (this.#queue.includes(client)) this.#queue.splice(this.#queue.indexOf(client), 1);
    if (client.server && this.handsOn && client.keeps && client.owed === 0) {
      this.handedOn += 1;
      this.#release(client.server);
    } else client.server?.socket.destroy();
  }
}

/** Cuts a stream into messages; the first of a client has no type. */
class Messages {
  readonly #found: (type: string, message: Buffer) => void;
  #untyped: boolean;
  #rest: Buffer = Buffer.alloc(0);

  constructor(found: (type: string, message: Buffer) => void, untyped: boolean) {
    this.#found = found;
    this.#untyped = untyped;
  }

  read(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const at = this.#untyped ? 0 : 1;
      if (this.#rest.length < at + 4) return;
      const length = at + this.#rest.readUInt32BE(at);
      if (this.#rest.length < length) return;
      const message = this.#rest.subarray(0, length);
      this.#rest = this.#rest.subarray(length);
      this.#found(this.#untyped ? '' : String.fromCharCode(message[0] as number), message);
      this.#untyped = false;
    }
  }
}

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5, type);
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

const parameter = (name: string, value: string) => message('S', Buffer.from(`${name}\0${value}\0`));

/** The pooler accepts every login and sends its own cancellation key. */
const WELCOME = Buffer.concat([
  message('R', Buffer.alloc(4)),
  parameter('server_version', '17.0'),
  parameter('client_encoding', 'UTF8'),
  parameter('standard_conforming_strings', 'on'),
  message('K', Buffer.from([0, 0, 0, 7, 0, 0, 0, 7])),
  message('Z', Buffer.from('I')),
]);
