// The cells of a server, which share its port, its token and its concurrency, and nothing else.

import { StatusError } from '../cloud-tasks/status.ts';
import { SharedConcurrency } from '../dispatcher/claiming/shared-concurrency.ts';
import type { GrpcCell } from '../grpc/grpc-cell.ts';
import { createCellsApp } from '../http/cells-app.ts';
import type { MetricsPage } from '../metrics/metrics-page.ts';
import { withFields } from '../runtime/logger.ts';
import { anyWorks } from './any-works.ts';
import { Cell } from './cell.ts';
import type { CellOptions } from './cell-options.ts';
import { routeToCells } from './cell-routing.ts';
import { DatabasesInUse } from './databases-in-use.ts';
import type { Fetch } from './listen.ts';
import type { Served } from './served.ts';
import type { CellDatabase } from './server-options.ts';
import { StartTurns } from './start-turns.ts';
import { StartingCell } from './starting-cell.ts';

export interface ServedCellsOptions
  extends Omit<CellOptions, 'database' | 'name' | 'base' | 'concurrency' | 'databases' | 'neighbours'> {
  cells: Readonly<Record<string, CellDatabase>>;
  defaultCell: string | undefined;
  concurrency: number | undefined;
}

export class ServedCells implements Served {
  readonly #options: ServedCellsOptions;
  /** The default one first. */
  readonly #cells: readonly StartingCell[];
  #fetch: Fetch = () => new Response(null, { status: 503 });

  constructor(options: ServedCellsOptions) {
    const { cells, defaultCell, logger } = options;
    this.#options = options;
    const names = Object.keys(cells).sort((a, b) => Number(b === defaultCell) - Number(a === defaultCell));
    const shares = new SharedConcurrency(names.length, options.concurrency);
    const databases = new DatabasesInUse();
    const turns = new StartTurns();
    this.#cells = names.map((name, at) => {
      const create = () => new Cell({ ...this.#optionsOf(name), concurrency: shares.of(at), databases });
      return new StartingCell(name, create, turns, withFields(logger, { cell: name }));
    });
  }

  /** The databases are not needed for it. */
  async open(): Promise<void> {
    const { token, host, publicUrl } = this.#options;
    const { MetricsPage } = await import('../metrics/metrics-page.ts'); // prom-client is not needed otherwise
    const metrics: MetricsPage = new MetricsPage({
      of: () => this.#cells.map(({ name, cell }) => ({ cell: name, metrics: cell?.metrics })),
      process: true,
    });
    const app = createCellsApp({
      ...{ authority: { token, bind: host }, publicUrl, metrics, cells: this.#cells },
      anyWorks: () => anyWorks(this.#cells),
      retryInSeconds: (name) => (this.#cells.find((cell) => cell.name === name)?.retryMs ?? 0) / 1000,
    });
    this.#fetch = routeToCells(this.#cells, app.fetch);
  }

  async run(): Promise<void> {
    for (const cell of this.#cells) cell.start();
  }

  get fetch(): Fetch {
    return this.#fetch;
  }

  get calls(): Served['calls'] {
    return { cellOf: (name) => this.#grpcOf(name), readiness: (name) => this.#problem(name) };
  }

  async endRequests(): Promise<void> {
    await this.#all((cell) => cell.endRequests());
  }

  async stop(): Promise<void> {
    await this.#all(({ cell }) => cell?.stop());
  }

  async disconnect(): Promise<void> {
    await this.#all(({ cell }) => cell?.disconnect());
  }

  async #all(act: (cell: StartingCell) => Promise<void> | undefined): Promise<void> {
    await Promise.all(this.#cells.map(act));
  }

  /** Each has keys of its own for ID tokens, and so is an issuer of its own. */
  #optionsOf(name: string): Omit<CellOptions, 'concurrency' | 'databases'> {
    const { cells, defaultCell, issuer, url, ...shared } = this.#options;
    const base = `/cells/${name}`;
    const ofCell = issuer === undefined ? undefined : issuer.replace(/\/$/, '') + base;
    const { database } = cells[name] as CellDatabase;
    const neighbours = () => this.#cells.map((one) => ({ name: one.name, ready: one.cell !== undefined }));
    return { ...shared, neighbours, database, name, base, issuer: ofCell, url: () => url() + base };
  }

  #grpcOf(name: string | undefined): GrpcCell {
    const found = name === undefined ? this.#cells[0] : this.#cells.find((cell) => cell.name === name);
    if (!found) throw new StatusError('NOT_FOUND', 'there is no such cell');
    if (found.cell) return found.cell.grpc;
    throw new StatusError('UNAVAILABLE', `cell ${found.name} has not started`);
  }

  /** The server works while one cell does. */
  async #problem(name: string | undefined): Promise<string | undefined> {
    const asked = name === undefined ? this.#cells[0] : this.#cells.find((cell) => cell.name === name);
    if (!asked) return 'there is no such cell';
    return name === undefined && (await anyWorks(this.#cells)) ? undefined : asked.problem();
  }
}
