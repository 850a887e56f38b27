// The load generator for results that must reach a client: connections of this process with prepared statements, whose
// results are read from the wire but not parsed, so that reading costs a fraction of producing them.

import type pg from 'pg';
import type { FreshDatabase } from './databases.ts';
import type { LoopEnd } from './server-loop.ts';

/** One connection. */
export interface LoopClient {
  /** Runs a statement, prepared at its first use; rows are arrays of unparsed text. */
  query(text: string, values?: unknown[]): Promise<(string | null)[][]>;
}

/** The turn that a client repeats; returns the number of tasks done, 0 if nothing is left. */
export type Turn = (client: LoopClient) => Promise<number>;

/** Opens connections; `run` loops in all of them until the end, and returns the number of tasks done. */
export async function openClients(database: FreshDatabase, count: number) {
  const clients = await Promise.all(Array.from({ length: count }, async () => loopClient(await database.connect())));
  return {
    clients,
    run: async (turn: Turn, { seconds = 600, tasks = Number.POSITIVE_INFINITY }: LoopEnd): Promise<number> => {
      const ends = performance.now() + seconds * 1000;
      let total = 0;
      const loop = async (client: LoopClient) => {
        while (total < tasks && performance.now() < ends) {
          const done = await turn(client);
          total += done;
          if (done === 0) return;
        }
      };
      await Promise.all(clients.map(loop));
      return total;
    },
  };
}

const AS_IT_COMES = { getTypeParser: () => (value: string | null) => value } as pg.CustomTypesConfig;

function loopClient(client: pg.Client): LoopClient {
  const names = new Map<string, string>();
  return {
    query: async (text, values = []) => {
      const name = names.get(text) ?? `s${names.size}`;
      names.set(text, name);
      const { rows } = await client.query<(string | null)[]>({
        name,
        text,
        values,
        rowMode: 'array',
        types: AS_IT_COMES,
      });
      return rows;
    },
  };
}

/** A column of a result as a PostgreSQL array literal, for uuids, numbers and names, which need no quotes. */
export function arrayOf(rows: (string | null)[][], column: number): string {
  return `{${rows.map((row) => row[column]).join(',')}}`;
}
