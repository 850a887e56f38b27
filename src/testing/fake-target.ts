// A fake target for tests: a real HTTP server on loopback that records requests and responds as scripted.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedRequest {
  method: string;
  /** Path and query, as sent. */
  url: string;
  /** Header values by lower-case name. */
  headers: Record<string, string | string[] | undefined>;
  /** Alternating names and values, as sent. */
  rawHeaders: string[];
  body: Buffer;
  /** The client's port, which is the same for requests on one connection. */
  port: number | undefined;
  /** When the request had arrived completely, by performance.now(). */
  at: number;
}

/** A status code, or a response. */
export type Answer = number | { status?: number; headers?: Record<string, string>; body?: string | Uint8Array };

/** The responses: a list, followed by 200s, or a function that returns one per request. */
export type Script = Answer[] | ((request: ReceivedRequest, count: number) => Answer | Promise<Answer>);

export interface FakeTarget {
  /** Base URL, for example http://127.0.0.1:40123 */
  url: string;
  /** All requests, in the order of arrival. */
  requests: ReceivedRequest[];
  /** Replaces the script. */
  answer(script: Script): void;
  /** Closes the server and its open connections. */
  close(): Promise<void>;
}

/**
 * Starts a fake target.
 *
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
