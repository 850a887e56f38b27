// A heartbeat that checks whether a listening connection still works. A network can drop a connection without notifying
// either side.

import type pg from 'pg';

/** Time between two checks … */
const PAUSE_MS = 8_000;
/** … and the timeout of one: together well below half a minute. */
const ANSWER_MS = 8_000;

const ASK = 'select pg_catalog.count(*)::integer as channels from pg_catalog.pg_listening_channels() as c(name)';

/**
 * Checks from time to time whether the connection still listens.
 *
 * @param channels the number of channels it listens to: another server process, as given by a pooler, listens to none
 * @param stopped called once, with the reason
 * @returns a function that ends the checks
 */
export function watchListening(
  client: pg.ClientBase,
  channels: number,
  stopped: (reason: unknown) => void,
): () => void {
  let over = false;
  let timer: NodeJS.Timeout | undefined;
  const later = () => {
    timer = setTimeout(() => void ask(), PAUSE_MS);
    timer.unref();
  };
  const ask = async () => {
    const statement = { text: ASK, query_timeout: ANSWER_MS };
    const heard = await client.query(statement).then(
      ({ rows }) => rows[0].channels as number,
      (error: Error) => error,
    );
    if (over) return;
    if (heard === channels) return later();
    over = true;
    stopped(
      heard instanceof Error ? heard : new Error(`the connection must listen to ${channels} channels, got ${heard}`),
    );
  };
  later();
  return () => {
    over = true;
    clearTimeout(timer);
  };
}
