// A handler to send tasks to: a real HTTP server on loopback that keeps what it received and answers as told.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedRequest {
  method: string;
  /** Path and query, as sent. */
  url: string;
  /** By lower-case name. */
  headers: Record<string, string | string[] | undefined>;
  /** Names and values in turn, as sent. */
  rawHeaders: string[];
  body: Buffer;
  /** Of the connection's other end: the same for requests on one connection. */
  port: number | undefined;
  /** When it had arrived whole, by performance.now(). */
  at: number;
}

/** A status, or a response. */
export type Answer = number | { status?: number; headers?: Record<string, string>; body?: string | Uint8Array };

/** What to answer: one after the other and then 200, or what the function says. */
export type Script = Answer[] | ((request: ReceivedRequest, count: number) => Answer | Promise<Answer>);

export interface FakeTarget {
  /** Base URL, such as http://127.0.0.1:40123 */
  url: string;
  /** In the order they arrived. */
  requests: ReceivedRequest[];
  /** Answers differently from now on. */
  answer(script: Script): void;
  /** Cuts open connections too. */
  close(): Promise<void>;
}

/**
 * @example
 * const target = await fakeTarget([503, 200])
 * const dispatcher = new Dispatcher({ database, targets: { default: target.url } })
 */
export async function fakeTarget(script: Script = []): Promise<FakeTarget> {
  const requests: ReceivedRequest[] = [];
  let answers = script;
  const server = createServer(async (incoming, outgoing) => {
    const request = await receive(incoming);
    const count = requests.push(request);
    respond(outgoing, await next(answers, request, count));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answer: (changed) => {
      answers = changed;
    },
    close: () => close(server),
  };
}

async function receive(incoming: IncomingMessage): Promise<ReceivedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const { method = '', url = '', headers, rawHeaders } = incoming;
  return {
    method,
    url,
    headers,
    rawHeaders,
    body: Buffer.concat(chunks),
    port: incoming.socket.remotePort,
    at: performance.now(),
  };
}

function next(script: Script, request: ReceivedRequest, count: number): Answer | Promise<Answer> {
  return typeof script === 'function' ? script(request, count) : (script.shift() ?? 200);
}

function respond(outgoing: ServerResponse, answer: Answer): void {
  const { status = 200, headers = {}, body } = typeof answer === 'number' ? { status: answer } : answer;
  outgoing.writeHead(status, headers).end(body);
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
