// The cells of a settings file: databases by name, each with a schema of its own, that one server can serve together.

import pg from 'pg';
import { similar } from '../domain/known-keys.ts';
import { readHosts } from '../postgres/hosts.ts';
import { ConfigError } from './config-error.ts';
import { type DatabaseSource, databaseOfUrl } from './database-source.ts';
import { referencedUrl } from './referenced-url.ts';

export interface CellConfigOptions {
  /** Cells of a settings file: connection strings, or references to them (`env:NAME`, `file:/path`), by name. */
  cells?: readonly { readonly name: string; readonly database: string }[] | undefined;
  /** The cell of paths and commands that name none; default the first one. */
  defaultCell?: string | undefined;
  /** The cell of this command; default the default one. */
  cell?: string | undefined;
}

/** A cell and its database. */
export interface CellSource {
  readonly name: string;
  /** @throws ConfigError for a reference to nothing: a command on one cell needs no other */
  readonly database: DatabaseSource;
}

export interface CellsConfig {
  /** In the file's order; none: there is one database, without a name. */
  readonly cells: readonly CellSource[];
  /** The cell of paths and commands that name none; undefined: there are no cells. */
  readonly defaultCell: string | undefined;
  /** The cell whose database is `Config.database`; undefined: there are no cells. */
  readonly cell: string | undefined;
}

/** @throws ConfigError for cells with the same database, and for an unknown cell */
export function readCells(options: CellConfigOptions): CellsConfig {
  const cells = (options.cells ?? []).map(({ name, database }) => {
    const what = `the database of cell ${name}`;
    return {
      name,
      get database() {
        return databaseOfUrl(referencedUrl(database, what), `cell ${name}`, what);
      },
    };
  });
  requireDifferent(cells);
  const defaultCell = options.defaultCell ?? cells[0]?.name;
  const cell = options.cell ?? defaultCell;
  if (cell !== undefined) requireKnown(cell, cells);
  return { cells, defaultCell, cell };
}

function requireKnown(cell: string, cells: readonly CellSource[]): void {
  const names = cells.map(({ name }) => name);
  if (names.includes(cell)) return;
  if (names.length === 0)
    throw new ConfigError(`there is no cell ${cell}: PGTASKQUEUE_CONFIG names the file whose \`cells\` there are`);
  const meant = similar(cell, names);
  throw new ConfigError(`there is no cell ${cell}; ${meant ? `did you mean ${meant}?` : `cells: ${names.join(', ')}`}`);
}

// The server compares the databases themselves as well, once it can reach them.
function requireDifferent(cells: readonly CellSource[]): void {
  const seen = new Map<string, string>();
  for (const cell of cells) {
    const { name } = cell;
    const key = placedIfKnown(cell);
    if (key === undefined) continue;
    const other = seen.get(key);
    if (other !== undefined) throw new ConfigError(`cells ${other} and ${name} are the same database`);
    seen.set(key, name);
  }
}

function placedIfKnown(cell: CellSource): string | undefined {
  try {
    return placed(cell.database.connection);
  } catch (error) {
    if (error instanceof ConfigError) return undefined; // whoever needs the cell is told
    throw error;
  }
}

function placed(connection: DatabaseSource['connection']): string {
  const { config } = readHosts(connection);
  const { host, port, database } = new pg.Client(config);
  return JSON.stringify([host, port, database]);
}
