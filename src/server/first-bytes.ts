// One port for two protocols: the first bytes of a connection say whether it speaks HTTP/2, as gRPC does, or HTTP/1.1.

import type { Server, Socket } from 'node:net';

/** The start of every connection that speaks HTTP/2 (RFC 9113, section 3.4). */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/**
 * Gives the connections of an HTTP server that speak HTTP/2 to `http2`, and leaves it all others. They remain the
 * server's: they count among its connections, and its close waits for them.
 *
 * @param limitMs how long a client may take to send its first bytes; then the connection is closed
 * @returns closes the connections that have not said anything yet
 */
export function divideByProtocol(server: Server, limitMs: number, http2: (socket: Socket) => void): () => void {
  const silent = new Set<Socket>();
  // TLS sockets are announced when their handshake is done.
  const event = server.listenerCount('secureConnection') > 0 ? 'secureConnection' : 'connection';
  const http1 = server.listeners(event);
  server.removeAllListeners(event);
  server.on(event, (socket: Socket) => {
    silent.add(socket);
    const heard = (bytes: Buffer) => {
      silent.delete(socket);
      socket.unshift(bytes);
      if (bytes.subarray(0, PREFACE.length).equals(PREFACE)) return http2(socket);
      for (const listener of http1) listener.call(server, socket);
      socket.resume();
    };
    readFirstBytes(socket, limitMs, heard);
    socket.once('close', () => silent.delete(socket));
  });
  return () => {
    for (const socket of silent) socket.destroy();
  };
}

/** Reads until it is clear whether the connection begins with the preface, and pauses the socket. */
function readFirstBytes(socket: Socket, limitMs: number, heard: (bytes: Buffer) => void): void {
  let bytes: Buffer = Buffer.alloc(0);
  const giveUp = () => void socket.destroy();
  const timer = setTimeout(giveUp, limitMs);
  const onData = (chunk: Buffer) => {
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
    if (bytes.length < PREFACE.length && PREFACE.subarray(0, bytes.length).equals(bytes)) return;
    stop();
    socket.pause();
    heard(bytes);
  };
  const stop = () => {
    clearTimeout(timer);
    socket.off('data', onData).off('end', giveUp).off('error', giveUp).off('close', stop);
  };
  socket.on('data', onData).on('end', giveUp).on('error', giveUp).on('close', stop);
}
