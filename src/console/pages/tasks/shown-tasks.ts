// The tasks that a page shows, by its address: live updates describe those by their names and never search again.

const MOST = 1_000;

const shown = new Map<string, readonly string[]>();

/** Remembers the names that the page at an address shows. */
export function rememberShown(address: string, names: readonly string[]): void {
  shown.delete(address);
  shown.set(address, names);
  if (shown.size > MOST) for (const oldest of shown.keys()) return void shown.delete(oldest);
}

/** The names that were last shown at an address; undefined: this server has shown none lately. */
export function namesShown(address: string): readonly string[] | undefined {
  return shown.get(address);
}
