// The databases of the cells that work, so that none is served under two names: it would be dispatched, but its tasks
// in flight would count twice.

/** Two cells are the same database. */
export class SameDatabase extends Error {
  override readonly name = 'SameDatabase';
}

export class DatabasesInUse {
  readonly #names = new Map<string, string>();

  /**
   * Claims the database for a cell.
   *
   * @param key tells databases apart
   * @throws SameDatabase if another cell has it
   */
  claim(key: string, cell: string): void {
    const other = this.#names.get(key);
    if (other !== undefined && other !== cell)
      throw new SameDatabase(`cells ${other} and ${cell} are the same database: remove one of them from the settings`);
    this.#names.set(key, cell);
  }
}
