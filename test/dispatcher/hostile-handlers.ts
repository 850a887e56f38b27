// Handlers that a task may meet: what each does with its connection, and the outcome of the attempt.

import type { Socket } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';

/** The outcome of the attempt: a status, or why there is none. */
export type Cancellation = number | 'Connection Error' | 'Instance Unavailable';

export interface HostileHandler {
  does: string;
  /** `Instance Unavailable`: the attempt ends at its deadline. */
  ends: Cancellation;
  /** Called with the connection when a request arrives. */
  talk(socket: Socket): void;
  /** Called immediately, instead of `talk`. */
  connect?: true;
}

const OK = 'HTTP/1.1 200 OK\r\n';
const EMPTY = 'content-length: 0\r\n\r\n';
const CHUNKED = 'transfer-encoding: chunked\r\n\r\n';
const ZEROS = Buffer.alloc(64 * 1024 * 1024);

const says = (does: string, ends: Cancellation, answer: string | Buffer): HostileHandler => ({
  does,
  ends,
  talk: (socket) => socket.write(answer),
});
const saysAndCloses = (does: string, ends: Cancellation, answer: string | Buffer): HostileHandler => ({
  does,
  ends,
  talk: (socket) => socket.end(answer),
});

/** Repeats the same text as long as the connection lives. */
const repeats = (does: string, ends: Cancellation, first: string, again: string | Buffer): HostileHandler => ({
  does,
  ends,
  talk: (socket) => {
    socket.write(first);
    const timer = setInterval(() => {
      while (socket.write(again) && again.length > 1000 && !socket.destroyed);
    }, 2);
    socket.once('close', () => clearInterval(timer));
  },
});

/** Sends byte by byte; the last one never arrives. */
const drips = (does: string, answer: string): HostileHandler => ({
  does,
  ends: 'Instance Unavailable',
  talk: (socket) => {
    let at = 0;
    const timer = setInterval(() => at < answer.length - 1 && socket.write(answer[at++] as string), 1);
    socket.once('close', () => clearInterval(timer));
  },
});

const packed = (does: string, encoding: string, body: Buffer) =>
  says(
    does,
    200,
    Buffer.concat([Buffer.from(`${OK}content-encoding: ${encoding}\r\ncontent-length: ${body.length}\r\n\r\n`), body]),
  );

const redirects = (status: number, location: string) =>
  says(`redirects with ${status} to ${location}`, status, `HTTP/1.1 ${status} X\r\nlocation: ${location}\r\n${EMPTY}`);

export const HOSTILE_HANDLERS: HostileHandler[] = [
  // Silence and resets.
  { does: 'never answers', ends: 'Instance Unavailable', talk: () => {} },
  { does: 'closes immediately', ends: 'Connection Error', connect: true, talk: (socket) => socket.end() },
  {
    does: 'resets before it has read the request',
    ends: 'Connection Error',
    connect: true,
    talk: (socket) => socket.resetAndDestroy(),
  },
  {
    does: 'resets after it has read the request',
    ends: 'Connection Error',
    talk: (socket) => socket.resetAndDestroy(),
  },
  { does: 'closes after it has read the request', ends: 'Connection Error', talk: (socket) => socket.end() },
  saysAndCloses('closes in the middle of its headers', 'Connection Error', `${OK}content-le`),
  saysAndCloses(
    'closes after its headers, with a body announced',
    'Connection Error',
    `${OK}content-length: 3\r\n\r\n`,
  ),
  saysAndCloses('closes where its body has no length: that is its end', 200, `${OK}\r\nfine`),
  // Slowness.
  says('says 100 Continue, for which nobody asked, and answers', 200, `HTTP/1.1 100 Continue\r\n\r\n${OK}${EMPTY}`),
  repeats('trickles 100 Continue, for which nobody asked', 'Instance Unavailable', '', 'HTTP/1.1 100 Continue\r\n\r\n'),
  repeats('trickles 102 Processing', 'Instance Unavailable', '', 'HTTP/1.1 102 Processing\r\n\r\n'),
  repeats('trickles 103 Early Hints', 'Instance Unavailable', '', 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'),
  repeats('floods with 102 Processing', 'Connection Error', '', 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(1000)),
  repeats(
    'has an interim answer without an end',
    'Connection Error',
    'HTTP/1.1 103 Early Hints\r\nlink: ',
    'x'.repeat(4000),
  ),
  repeats('has a reason phrase without an end', 'Connection Error', 'HTTP/1.1 200 ', 'x'.repeat(4000)),
  repeats('has a chunk extension without an end', 'Connection Error', `${OK}${CHUNKED}5;`, 'x'.repeat(4000)),
  drips('drips its headers', `${OK}x-a: b\r\n${EMPTY}`),
  drips('drips its body', `${OK}content-length: 100000\r\n\r\n${'x'.repeat(100_000)}`),
  // Endless bodies, or bodies larger than they seem.
  repeats('sends a body without an end', 200, `${OK}${CHUNKED}`, `4000\r\n${'x'.repeat(0x4000)}\r\n`),
  repeats('sends an error without an end', 500, `HTTP/1.1 500 No\r\n${CHUNKED}`, `4000\r\n${'x'.repeat(0x4000)}\r\n`),
  repeats('sends trailers without an end', 'Connection Error', `${OK}${CHUNKED}0\r\n`, `x-a: ${'x'.repeat(4000)}\r\n`),
  packed('sends a gzip bomb', 'gzip', gzipSync(ZEROS, { level: 9 })),
  packed('sends a brotli bomb', 'br', brotliCompressSync(ZEROS)),
  // Wrong lengths.
  says('breaks a chunk size', 'Connection Error', `${OK}${CHUNKED}zz\r\nabc`),
  says('overflows a chunk size', 'Connection Error', `${OK}${CHUNKED}fffffffffffffffff\r\nabc`),
  says('sends chunks and a length', 'Connection Error', `${OK}content-length: 3\r\n${CHUNKED}3\r\nabc\r\n0\r\n\r\n`),
  says('sends two lengths that differ', 'Connection Error', `${OK}content-length: 2\r\ncontent-length: 3\r\n\r\nabc`),
  says('sends a negative length', 'Connection Error', `${OK}content-length: -1\r\n\r\n`),
  says('sends a length of 30 digits', 'Connection Error', `${OK}content-length: ${'9'.repeat(30)}\r\n\r\nabc`),
  saysAndCloses('sends less than its length', 'Connection Error', `${OK}content-length: 10\r\n\r\nabc`),
  says('sends more than its length: what is over belongs to no task', 200, `${OK}content-length: 2\r\n\r\nabcdef`),
  says('answers twice', 200, `${OK}${EMPTY}${OK}${EMPTY}`),
  says('sends 204 with a body', 204, 'HTTP/1.1 204 No Content\r\ncontent-length: 3\r\n\r\nabc'),
  // Headers.
  says('sends a header of 20 KB', 'Connection Error', `${OK}x-a: ${'x'.repeat(20_000)}\r\n${EMPTY}`),
  says('sends 10000 headers', 'Connection Error', `${OK}${'a: b\r\n'.repeat(10_000)}${EMPTY}`),
  says('sends a header __proto__', 200, `${OK}__proto__: x\r\nconstructor: y\r\n${EMPTY}`),
  says('sends NUL in a header', 'Connection Error', `${OK}x-a: a\0b\r\n${EMPTY}`),
  says('sends CR in a header', 'Connection Error', `${OK}x-a: a\rb\r\n${EMPTY}`),
  says('sends a header without a name', 'Connection Error', `${OK}: b\r\n${EMPTY}`),
  says(
    'sends App Engine’s headers back',
    200,
    `${OK}x-appengine-taskretrycount: 9\r\nx-appengine-queuename: other\r\n${EMPTY}`,
  ),
  says('sets a cookie', 200, `${OK}set-cookie: a=b\r\n${EMPTY}`),
  // Status lines.
  says('speaks HTTP/0.9', 'Connection Error', '<html>fine</html>\r\n'),
  says('speaks HTTP/1.0', 200, `HTTP/1.0 200 OK\r\n${EMPTY}`),
  says(
    'speaks HTTP/2',
    'Connection Error',
    Buffer.from('000012040000000000000300000080000400010000000500ffffff', 'hex'),
  ),
  says('sends status 000', 'Connection Error', `HTTP/1.1 000 X\r\n${EMPTY}`),
  says('sends status 099', 'Connection Error', `HTTP/1.1 099 X\r\n${EMPTY}`),
  says('sends status 99', 'Connection Error', `HTTP/1.1 99 X\r\n${EMPTY}`),
  says('sends status 1000', 'Connection Error', `HTTP/1.1 1000 X\r\n${EMPTY}`),
  says('sends status 999', 999, `HTTP/1.1 999 X\r\n${EMPTY}`),
  says('sends no reason phrase', 200, `HTTP/1.1 200\r\n${EMPTY}`),
  says(
    'switches protocols',
    'Connection Error',
    'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
  ),
  says('sends 304', 304, 'HTTP/1.1 304 Not Modified\r\n\r\n'),
  says('asks for a password', 401, `HTTP/1.1 401 X\r\nwww-authenticate: Basic realm=x\r\n${EMPTY}`),
  says('asks for a proxy’s password', 407, `HTTP/1.1 407 X\r\nproxy-authenticate: Basic realm=x\r\n${EMPTY}`),
  says(
    'sends oddities in Retry-After',
    503,
    `HTTP/1.1 503 X\r\nretry-after: 99999999999999999999\r\nretry-after: -1, Infinity\r\n${EMPTY}`,
  ),
  ...[301, 302, 307, 308].map((status) => redirects(status, 'http://169.254.169.254/latest/meta-data/')),
  redirects(302, '/itself'),
  redirects(302, 'file:///etc/passwd'),
];
