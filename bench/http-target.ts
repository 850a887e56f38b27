// The HTTP target of pushes: a separate process that responds with 200 and does as little work as possible, so that it
// is not the bottleneck.

import { fork } from 'node:child_process';
import net from 'node:net';
import type { Handled } from './settling.ts';

/** A running target. */
export interface HttpTarget {
  url: string;
  /** Resolves when it has received this many more requests. */
  countTo(handled: Handled): Promise<void>;
  stop(): void;
}

const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n';

export async function startHttpTarget(): Promise<HttpTarget> {
  const child = fork(import.meta.filename);
  const port = await new Promise<unknown>((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`the HTTP target exited with ${code}`)));
  });
  const countTo = async (handled: Handled) => {
    const answered = new Promise((resolve) => child.once('message', resolve));
    child.send(handled.left);
    await answered;
    child.once('message', () => handled.count(handled.left));
  };
  return { url: `http://127.0.0.1:${port}`, countTo, stop: () => child.kill() };
}

function serve(): void {
  let left = 0;
  process.on('message', (requests: number) => {
    left = requests;
    process.send?.('counting');
  });
  const server = net.createServer((socket) => {
    let buffered = '';
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      buffered += chunk.toString('latin1');
      for (let end = requestEnd(buffered); end > 0; end = requestEnd(buffered)) {
        buffered = buffered.slice(end);
        socket.write(ANSWER);
        left -= 1;
        if (left === 0) process.send?.('counted');
      }
    });
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as net.AddressInfo).port));
  process.on('disconnect', () => process.exit());
}

/** Returns the end of the first request in a buffer; 0: it is incomplete. */
function requestEnd(text: string): number {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return 0;
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, head))?.[1] ?? '0';
  const end = head + 4 + Number(length);
  return text.length >= end ? end : 0;
}

if (process.argv[1] === import.meta.filename) serve();
