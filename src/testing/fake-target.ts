// A fake target for tests: a real HTTP server on loopback that records requests and responds as scripted, or
// misbehaves.

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

/** More than a dispatcher reads. */
const TOO_LONG_BYTES = 1_000_000;

/** A response, and what goes wrong with it. */
export interface FakeResponse {
  /** Default 200. */
  status?: number;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** Seconds until it is sent. */
  afterSeconds?: number;
  /**
   * - `never answers`: the connection stays open, until the target is closed.
   * - `cut before the answer`: the connection is closed when the request has arrived.
   * - `cut within the body`: it is closed after half of the body, or of the 1000 bytes that it has by default.
   * - `too long`: the body is 1 MB, of which a dispatcher reads 64 KB.
   * - `wrong length`: `content-length` promises a byte more than is sent.
   */
  fault?: 'never answers' | 'cut before the answer' | 'cut within the body' | 'too long' | 'wrong length';
  /**
   * True: the request arrives twice, as if a proxy had repeated it. The next answer of the script is for the second
   * arrival, and is the one that is sent.
   */
  twice?: boolean;
}

/** A status code, or a response. */
export type Answer = number | FakeResponse;

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
    const arrive = async (): Promise<FakeResponse> => {
      const answer = await next(answers, request, requests.push({ ...request }));
      return typeof answer === 'number' ? { status: answer } : answer;
    };
    const first = await arrive();
    await respond(outgoing, first.twice ? await arrive() : first);
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

async function respond(outgoing: ServerResponse, response: FakeResponse): Promise<void> {
  const { status = 200, headers = {}, afterSeconds = 0, fault } = response;
  if (afterSeconds > 0) await new Promise((resolve) => setTimeout(resolve, afterSeconds * 1000).unref());
  if (fault === 'never answers') return;
  if (fault === 'cut before the answer') return void outgoing.destroy();
  const body = fault === undefined ? response.body : faultyBody(response);
  if (body && (fault === 'cut within the body' || fault === 'wrong length')) {
    const whole = body.length * (fault === 'wrong length' ? 1 : 2) + 1;
    outgoing.writeHead(status, { ...headers, 'content-length': whole });
    outgoing.write(body, () => outgoing.destroy());
  } else outgoing.writeHead(status, headers).end(body);
}

/** The bytes that are sent: half of the body if it is cut. */
function faultyBody({ fault, body = 'x'.repeat(1_000) }: FakeResponse): Buffer {
  const bytes = Buffer.from(body as string);
  if (fault === 'too long') return Buffer.alloc(TOO_LONG_BYTES, 'x');
  return fault === 'cut within the body' ? bytes.subarray(0, Math.floor(bytes.length / 2)) : bytes;
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
