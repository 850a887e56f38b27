// One tab's stream of server-sent events.

import type { LiveHub } from './live-hub.ts';
import type { LiveMessage, Viewed } from './live-page.ts';

export interface StreamOptions {
  hub: LiveHub;
  viewed: Viewed;
  /** The version of what the tab shows; 0: unknown. */
  since: number;
  /** Rejects once the caller may no longer see the page. */
  recheck: () => Promise<void>;
}

/** Proxies close connections on which nothing comes. */
const KEEP_ALIVE_MS = 15_000;
const RECHECK_MS = 5_000;
/** A tab that leaves more than this unread is dropped; it comes back when it can. */
const MOST_UNREAD_BYTES = 1_000_000;

export function streamTo({ hub, viewed, since, recheck }: StreamOptions): Response {
  let end = () => {};
  const start = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    const encoder = new TextEncoder();
    const write = (text: string) => {
      if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(text));
      else end();
    };
    const timers = [
      setInterval(() => write(':\n\n'), KEEP_ALIVE_MS),
      setInterval(() => void recheck().catch(() => end()), RECHECK_MS),
    ];
    let leave = () => {};
    let over = false;
    end = () => {
      if (over) return;
      over = true;
      timers.forEach(clearInterval);
      leave();
      controller.close();
    };
    const send = (message: LiveMessage) => write(`data: ${JSON.stringify(message)}\n\n`);
    write(':\n\n'); // the tab sees that it is connected
    leave = hub.follow(viewed, since, { send, end: () => end() });
  };
  const cancel = () => end();
  const body = new ReadableStream(
    { start, cancel },
    new ByteLengthQueuingStrategy({ highWaterMark: MOST_UNREAD_BYTES }),
  );
  const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' };
  return new Response(body, { headers });
}
