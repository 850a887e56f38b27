// For the listening connection of somebody else's: a library that waits for ever on one that the network has forgotten.

import type pg from 'pg';
import { watchListening } from './heartbeat.ts';

/**
 * Breaks the connection once it hears nothing any more: its owner learns of an error, and connects again.
 *
 * @param channels to how many it listens
 */
export function breakWhenDeaf(client: pg.ClientBase, channels: number): void {
  const { connection } = client as unknown as { connection: { stream: { destroy(reason: unknown): void } } };
  const forget = watchListening(client, channels, (reason) => connection.stream.destroy(reason));
  client.once('end', forget);
}
