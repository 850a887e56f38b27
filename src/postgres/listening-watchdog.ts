// A watchdog for a library's listening connection: if the network silently dropped it, the library would wait for ever.

import type pg from 'pg';
import { watchListening } from './heartbeat.ts';

/**
 * Breaks the connection once it no longer receives notifications: its owner sees an error and reconnects.
 *
 * @param channels the number of channels it listens to
 */
export function breakUnlessListening(client: pg.ClientBase, channels: number): void {
  const { connection } = client as unknown as { connection: { stream: { destroy(reason: unknown): void } } };
  const forget = watchListening(client, channels, (reason) => connection.stream.destroy(reason));
  client.once('end', forget);
}
