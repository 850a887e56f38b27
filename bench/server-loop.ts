// The load generator of what is measured at the server: loops in PL/pgSQL, one a connection, each commit a real one. This process only
// starts them, so that clients take no CPU from the server; statements in them are planned once, as prepared ones are.

import type pg from 'pg';
import type { FreshDatabase } from './databases.ts';

/** What a loop does again and again. */
export interface LoopBody {
  /** Declarations of variables. `done integer` and `turn bigint` are there: tasks this turn did, and how many turns came before. */
  declare?: string;
  /** Statements of one turn, commits included; `done := 0` says that there is nothing left, and ends the loop. */
  turn: string;
}

/** When loops end: after so many seconds, or when nothing is left, or when they have done so many tasks together. */
export interface LoopEnd {
  seconds?: number;
  tasks?: number;
}

/** A call lasts no longer, because PostgreSQL tells autovacuum what changed between statements only. */
const SLICE_SECONDS = 1;

/** Runs loops in connections that are open and warm; gives how many tasks they did. */
export interface Loops {
  run(end: LoopEnd): Promise<number>;
}

let loops = 0;

/** Opens the connections and runs one turn in each of them `warm` times, which plans the statements. */
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
