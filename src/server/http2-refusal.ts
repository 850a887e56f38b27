// The answer to HTTP/2 where nothing serves it: a call of gRPC gets the reason, then the connection is closed.

import { performServerHandshake } from 'node:http2';
import type { Socket } from 'node:net';
import { CODES } from '../cloud-tasks/status.ts';

/** How long a client may take to call. */
const WAIT_MS = 5_000;

export function refuseHttp2(socket: Socket, reason: string): void {
  const session = performServerHandshake(socket, { settings: { maxConcurrentStreams: 1 } });
  session.on('error', () => {}); // the client may be gone
  const giveUp = setTimeout(() => session.destroy(), WAIT_MS);
  session.once('close', () => clearTimeout(giveUp));
  session.on('stream', (stream) => {
    stream.on('error', () => {});
    stream.respond(
      {
        ...{ ':status': 200, 'content-type': 'application/grpc' },
        ...{ 'grpc-status': CODES.UNIMPLEMENTED, 'grpc-message': encodeURI(reason) },
      },
      { endStream: true },
    );
    stream.close();
    session.close();
  });
}
