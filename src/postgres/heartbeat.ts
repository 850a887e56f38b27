// Whether a connection that waits for notifications still would hear any. A network can swallow a connection without a word to either side.

import type pg from 'pg';

/** Between two questions … */
const PAUSE_MS = 8_000;
/** … and until an answer is given up: together well below half a minute. */
const ANSWER_MS = 8_000;

const ASK = 'select pg_catalog.count(*)::integer as channels from pg_catalog.pg_listening_channels() as c(name)';

/**
 * Asks now and then whether the connection still listens.
 *
 * @param channels to how many it listens: another server process, as a pooler may give, listens to none
 * @param deaf called once, with what is wrong
 * @returns what ends the asking
 */
export function watchListening(client: pg.ClientBase, channels: number, deaf: (reason: unknown) => void): () => void {
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
    deaf(heard instanceof Error ? heard : new Error(`it listens to ${heard} channels, not to ${channels}`));
  };
  later();
  return () => {
    over = true;
    clearTimeout(timer);
  };
}
