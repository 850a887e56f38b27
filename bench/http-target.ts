// The HTTP handler that pushes go to: a process of its own, answering 200 with as little work as can be, so that it is not what is measured.

import { fork } from 'node:child_process';
import net from 'node:net';

/** A target that runs. */
export interface HttpTarget {
  url: string;
  /** Resolves when so many requests have come; gives the seconds between the first and the last. */
  received(requests: number): Promise<number>;
  stop(): void;
}

type FromTarget = { port: number } | { count: number; seconds: number };

const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n';
const REPORT_EVERY_MS = 10;

export async function startHttpTarget(): Promise<HttpTarget> {
  const child = fork(import.meta.filename, ['serve']);
  const port = await new Promise<number>((resolve) => {
    child.once('message', (message: FromTarget) => resolve('port' in message ? message.port : 0));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    received: (requests) =>
      new Promise((resolve) => {
        const look = (message: FromTarget) => {
          if (!('count' in message) || message.count < requests) return;
          child.off('message', look);
          resolve(message.seconds);
        };
        child.on('message', look);
      }),
    stop: () => child.kill(),
  };
}

function serve(): void {
  let count = 0;
  let reported = 0;
  let first = 0;
  let last = 0;
  const server = net.createServer((socket) => {
    let buffered = '';
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      buffered += chunk.toString('latin1');
      for (let end = requestEnd(buffered); end > 0; end = requestEnd(buffered)) {
        buffered = buffered.slice(end);
        last = performance.now();
        if (count++ === 0) first = last;
        socket.write(ANSWER);
      }
    });
  });
  server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as net.AddressInfo).port }));
  setInterval(() => {
    if (count !== reported) process.send?.({ count, seconds: (last - first) / 1000 });
    reported = count;
  }, REPORT_EVERY_MS);
  process.on('disconnect', () => process.exit());
}

/** Where the first request of a buffer ends; 0: it is not all there. */
function requestEnd(text: string): number {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return 0;
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, head))?.[1] ?? '0';
  const end = head + 4 + Number(length);
  return text.length >= end ? end : 0;
}

if (process.argv[2] === 'serve') serve();
