// The load generator for measurements in the server: loops in PL/pgSQL, one per connection, with real commits. This
// process only starts them, so clients take no CPU from the server; their statements are planned once, like prepared
// ones.

import type pg from 'pg';
import type { FreshDatabase } from './databases.ts';

/** The turn that a loop repeats. */
export interface LoopBody {
  /**
   * Declarations of variables. `done integer` (tasks done in this turn) and `turn bigint` (number of earlier turns) are
   * predefined.
   */
  declare?: string;
  /** Statements of one turn, including commits; `done := 0` means that nothing is left, and ends the loop. */
  turn: string;
}

/** When loops end: after a number of seconds, when nothing is left, or after a total number of tasks. */
export interface LoopEnd {
  seconds?: number;
  tasks?: number;
}

/** Maximum duration of a call, because PostgreSQL reports changes to autovacuum only between statements. */
const SLICE_SECONDS = 1;

/** Runs loops in open, warmed-up connections; returns the number of tasks done. */
export interface Loops {
  run(end: LoopEnd): Promise<number>;
}

let loops = 0;

/** Opens the connections and runs `warm` turns in each of them, which plans the statements. */
export async function openLoops(database: FreshDatabase, clients: number, body: LoopBody, warm = 0): Promise<Loops> {
  const connections = await Promise.all(Array.from({ length: clients }, () => database.connect()));
  const name = `bench_loop_${++loops}`;
  await connections[0]?.query(procedure(name, body));
  const call = async (connection: pg.Client, seconds: number, turns: number | null) => {
    const { rows } = await connection.query(`call ${name}($1, $2, 0)`, [seconds, turns]);
    return Number(rows[0].tasks);
  };
  for (let turn = 0; turn < warm; turn++) await Promise.all(connections.map((connection) => call(connection, 60, 1)));
  return {
    run: async ({ seconds = 600, tasks = Number.POSITIVE_INFINITY }) => {
      const ends = performance.now() + seconds * 1000;
      let total = 0;
      const loop = async (connection: pg.Client) => {
        for (let left = seconds; left > 0 && total < tasks; left = (ends - performance.now()) / 1000) {
          const did = await call(connection, Math.min(left, SLICE_SECONDS), null);
          total += did;
          if (did === 0) return;
        }
      };
      await Promise.all(connections.map(loop));
      return total;
    },
  };
}

const procedure = (name: string, { declare = '', turn }: LoopBody) => `
  create procedure ${name}(seconds float8, turns bigint, inout tasks bigint) language plpgsql as $loop$
  declare
    ends constant timestamptz := clock_timestamp() + make_interval(secs => seconds);
    done integer := 1;
    turn bigint := 0;
    ${declare}
  begin
    while done > 0 and clock_timestamp() < ends and (turns is null or turn < turns) loop
      ${turn}
      tasks := tasks + done;
      turn := turn + 1;
    end loop;
  end $loop$`;
