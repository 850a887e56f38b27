// The answer to HTTP/2 where nothing serves it: the client is told so in its own protocol.

import type { Socket } from 'node:net';

const SETTINGS = 4;
const GOAWAY = 7;
const HTTP_1_1_REQUIRED = 13;

/** Closes a connection with the reason, which gRPC clients show. */
export function refuseHttp2(socket: Socket, reason: string): void {
  const numbers = Buffer.alloc(8); // the last stream that was processed, none, and the error
  numbers.writeUInt32BE(HTTP_1_1_REQUIRED, 4);
  socket.on('error', () => {}); // the client may be gone
  socket.end(Buffer.concat([frame(SETTINGS), frame(GOAWAY, Buffer.concat([numbers, Buffer.from(reason)]))]));
  socket.resume();
}

/** A frame of the connection itself, without flags. */
function frame(type: number, payload = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  return Buffer.concat([head, payload]);
}
