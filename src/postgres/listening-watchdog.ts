// A watchdog for a library's listening connection: if the network silently drops the connection, the library would wait
// on it for ever.

import type pg from 'pg';
import { watchListening } from './heartbeat.ts';

/**
 * Breaks the connection once it no longer receives notifications: its owner sees an error and reconnects.
 *
 * @param channels the number of channels it listens to
 */
export function breakWhenDeaf(client: pg.ClientBase, channels: number): void {
  const { connection } = client as unknown as { connection: { stream: { destroy(reason: unknown): void } } };
  const forget = watchListening(client, channels, (reason) => connection.stream.destroy(reason));
  client.once('end', forget);
}
