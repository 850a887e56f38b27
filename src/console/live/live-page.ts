// What changes on a page, for all tabs that show it with the same rights: the cells as they were sent last, each with
// the version in which it changed.

import { TaskQueueError } from '../../domain/errors.ts';
import { HttpError } from '../../http/http-error.ts';
import type { Cells } from '../html.ts';

/** What a tab is sent. */
export interface LiveMessage {
  /** By the server's clock, in milliseconds since 1970. */
  at: number;
  /** The tab asks for what is newer. */
  version: number;
  /** Whole elements by their ids. */
  cells: Record<string, string>;
  /** The ids of all cells in their order, if it has changed: it tells the order of rows. */
  ids?: readonly string[];
  /** Why there are no new cells, such as `there is no queue mail`. */
  problem?: string;
}

/** A page as its tabs share it. */
export interface Viewed {
  /** The same for tabs that may share: the address, the caller and its rights. */
  key: string;
  cells: () => Promise<Cells>;
}

interface SentCell {
  html: string;
  comparable: string;
  version: number;
}

export class LivePage {
  readonly #viewed: Viewed;
  readonly #cells = new Map<string, SentCell>();
  #ids: readonly string[] = [];
  #idsVersion = 0;
  #version = 0;
  #at = 0;
  #problem: string | undefined;
  /** When it was last asked for, in milliseconds. */
  usedAt = 0;
  refreshedAt = -Infinity;

  constructor(viewed: Viewed) {
    this.#viewed = viewed;
  }

  /** Makes all cells again, and remembers those that differ as changed in this version. */
  async refresh(version: number): Promise<void> {
    this.refreshedAt = performance.now();
    try {
      const cells = await this.#viewed.cells();
      const made = await Promise.all([...cells].map(async ([id, html]) => [id, String(await html)] as const));
      this.#keep(new Map(made), version);
      this.#problem = undefined;
    } catch (error) {
      this.#problem = problemOf(error);
    }
    this.#version = version;
    this.#at = Date.now();
  }

  #keep(cells: ReadonlyMap<string, string>, version: number): void {
    for (const id of this.#cells.keys()) if (!cells.has(id)) this.#cells.delete(id);
    for (const [id, html] of cells) {
      const comparable = comparableOf(html);
      if (this.#cells.get(id)?.comparable !== comparable) this.#cells.set(id, { html, comparable, version });
    }
    const ids = [...cells.keys()];
    if (ids.join(' ') !== this.#ids.join(' ')) this.#idsVersion = version;
    this.#ids = ids;
  }

  /** What has changed after a version; 0: everything. */
  since(version: number): LiveMessage {
    const changed = [...this.#cells].filter(([, cell]) => cell.version > version);
    return {
      at: this.#at,
      version: this.#version,
      cells: Object.fromEntries(changed.map(([id, { html }]) => [id, html])),
      ...(this.#idsVersion > version ? { ids: this.#ids } : {}),
      ...(this.#problem === undefined ? {} : { problem: this.#problem }),
    };
  }
}

/** What counts on in the browser by itself is no change: the text of ages, the beakers of token buckets. */
function comparableOf(html: string): string {
  return html
    .replaceAll(/ data-(?:relative|age|level|wait|gain)\b[^>]*>[^<]*/g, '')
    .replaceAll(/<svg data-beaker[\s\S]*?<\/svg>/g, '');
}

function problemOf(error: unknown): string {
  if (error instanceof TaskQueueError || error instanceof HttpError) return error.message;
  return 'the server could not read the database; its log says why';
}
