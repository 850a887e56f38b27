// Limits the bytes of a connection that reach the HTTP parser. Interim responses (1xx) are dropped: any server may send
// them, and nothing here waits for one. The bytes per response are limited too. The parser limits headers, and
// http-exchange.ts limits the body; without this, reason phrases, chunk extensions, trailers and interim responses
// would be read without end until the deadline.

import type { Socket } from 'node:net';

/** 64 KB of body in chunks of one byte each, and as much again for everything else. */
export const MAX_RAW_RESPONSE_BYTES = 512 * 1024;

/** The beginning of an interim response; 9 stands for any digit. With one more digit it is not a status. */
const INTERIM = 'HTTP/1.9 199';
const SWITCHING_PROTOCOLS = '101';
const HEAD_END = '\r\n\r\n';

/** A response was longer than the limit. */
export class ResponseTooLong extends Error {
  constructor() {
    super(`a response, including headers and framing, must have at most ${MAX_RAW_RESPONSE_BYTES} bytes, got more`);
    this.name = 'ResponseTooLong';
  }
}

/** The limits of one connection, response by response. */
export class ResponseBounds {
  #read = 0;
  /** The last bytes of what was dropped, or cannot be classified yet. */
  #kept = Buffer.alloc(0);
  #where: 'before' | 'interim' | 'answer' = 'before';

  /** A request is sent: its response comes next. */
  begin(): void {
    this.#read = 0;
    this.#kept = Buffer.alloc(0);
    this.#where = 'before';
  }

  /**
   * Returns the part of a chunk that is for the parser; empty: nothing yet.
   *
   * @throws ResponseTooLong
   */
  pass(chunk: Buffer): Buffer {
    this.#read += chunk.length;
    if (this.#read > MAX_RAW_RESPONSE_BYTES) throw new ResponseTooLong();
    let rest = this.#kept.length === 0 ? chunk : Buffer.concat([this.#kept, chunk]);
    this.#kept = Buffer.alloc(0);
    while (this.#where !== 'answer') {
      if (this.#where === 'interim') {
        const end = rest.indexOf(HEAD_END);
        if (end < 0) return this.#keep(rest.subarray(-HEAD_END.length + 1));
        rest = rest.subarray(end + HEAD_END.length);
        this.#where = 'before';
      }
      const interim = isInterim(rest);
      if (interim === undefined) return this.#keep(rest);
      this.#where = interim ? 'interim' : 'answer';
    }
    return rest;
  }

  /** Keeps a copy, because the chunk's buffer is larger. */
  #keep(end: Buffer): Buffer {
    this.#kept = Buffer.from(end);
    return Buffer.alloc(0);
  }
}

/** Undefined: too few bytes have arrived to decide. */
function isInterim(bytes: Buffer): boolean | undefined {
  const begin = bytes.toString('latin1', 0, INTERIM.length + 1);
  const matches = [...begin].every((char, i) => {
    const digit = /\d/.test(char);
    return i === INTERIM.length ? !digit : char === INTERIM[i] || (INTERIM[i] === '9' && digit);
  });
  if (!matches) return false;
  if (begin.length <= INTERIM.length) return undefined;
  return !begin.slice(0, -1).endsWith(SWITCHING_PROTOCOLS);
}

/** Filters what the socket reads. After each write, a new response begins. */
export function boundResponses(socket: Socket): void {
  const bounds = new ResponseBounds();
  const read = socket.read.bind(socket);
  const write = socket.write.bind(socket) as (...given: unknown[]) => boolean;
  socket.write = (...given: unknown[]) => {
    bounds.begin();
    return write(...given);
  };
  socket.read = (size?: number) => {
    if (size !== undefined) return read(size); // Node's own
    for (let chunk = read(); chunk !== null; chunk = read()) {
      try {
        const passed = bounds.pass(chunk);
        if (passed.length > 0) return passed;
      } catch (error) {
        socket.destroy(error as Error);
        return null;
      }
    }
    return null;
  };
}
