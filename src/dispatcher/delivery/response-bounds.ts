// What of a connection's bytes reaches the HTTP parser: no interim answers (1xx), which any server may send and nobody here waits for, and not more than so
// much for one request. The parser bounds headers, and http-exchange.ts the body; reason phrases, chunk extensions, trailers and interim answers
// would else be read until the deadline, without an end.

import type { Socket } from 'node:net';

/** 64 KB of body in chunks of a byte each, and as much again for all that is no body. */
export const MAX_RAW_RESPONSE_BYTES = 512 * 1024;

/** Beginning of an interim answer; 9 stands for a digit. A digit more, and it is no status. */
const INTERIM = 'HTTP/1.9 199';
const SWITCHING_PROTOCOLS = '101';
const HEAD_END = '\r\n\r\n';

/** More came for one request than is read of an answer. */
export class ResponseTooLong extends Error {
  constructor() {
    super(`an answer, with all that is no body, may have ${MAX_RAW_RESPONSE_BYTES} bytes; more came`);
    this.name = 'ResponseTooLong';
  }
}

/** One connection's, answer by answer. */
export class ResponseBounds {
  #read = 0;
  /** Of what is passed over or can't be told yet: the end, for what comes next. */
  #kept = Buffer.alloc(0);
  #where: 'before' | 'interim' | 'answer' = 'before';

  /** A request is sent: its answer is next. */
  begin(): void {
    this.#read = 0;
    this.#kept = Buffer.alloc(0);
    this.#where = 'before';
  }

  /**
   * What of it is for the parser; empty: nothing yet.
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

  /** A copy: what was read is larger. */
  #keep(end: Buffer): Buffer {
    this.#kept = Buffer.from(end);
    return Buffer.alloc(0);
  }
}

/** Undefined: too little of it has come to tell. */
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

/** Lets what the socket reads pass through bounds of its own. Each time something is written, an answer is next. */
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
