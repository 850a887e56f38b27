// The place of a console on its server: the only module that knows its path. Links in pages are relative to it, such as
// `queues/mail`, and the element `base` of each page tells browsers so. What leaves a page, such as the target of a
// redirect or a command to copy, is made here.

const PREFIX = '/console';

export class ConsoleAddress {
  /** The path of the console's routes, below the base. */
  readonly prefix = PREFIX;
  /** What precedes all paths of the database's cell, such as `/cells/eu`; empty: the server has one database. */
  readonly base: string;
  /** The path of its cookies: no other console gets them. */
  readonly cookiePath: string;
  /** What links are relative to, such as `/cells/eu/console/`. */
  readonly home: string;
  /** The name of the cell: the last part of the base. */
  readonly cell: string | undefined;

  constructor(base: string) {
    this.base = base;
    this.cookiePath = base + PREFIX;
    this.home = `${this.cookiePath}/`;
    this.cell = base.split('/').at(-1) || undefined;
  }

  /** The path of a page: `/console/queues/mail` of `queues/mail`. */
  of(page: string): string {
    return this.home + page;
  }

  /** The page at a path, which may lack the base, as requests do: `queues/mail?range=day` of both. */
  pageAt({ pathname, search }: URL): string {
    const home = [this.home, `${PREFIX}/`].find((each) => pathname.startsWith(each)) ?? pathname;
    return pathname.slice(home.length) + search;
  }

  /** A command for the database, such as `pgtaskqueue --cell eu tokens list` of `tokens list`. */
  command(words: string): string {
    return `pgtaskqueue ${this.cell === undefined ? '' : `--cell ${this.cell} `}${words}`;
  }
}
