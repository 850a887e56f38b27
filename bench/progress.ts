// Progress of a bench: one line that is rewritten on a terminal, separate lines elsewhere.

export class Progress {
  readonly #bench: string;
  readonly #started = Date.now();

  constructor(bench: string) {
    this.#bench = bench;
  }

  say(what: string): void {
    const seconds = Math.round((Date.now() - this.#started) / 1000);
    const line = `${this.#bench} ${String(seconds).padStart(4)} s  ${what}`;
    process.stderr.write(process.stderr.isTTY ? `\r\x1b[2K${line}` : `${line}\n`);
  }

  clear(): void {
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K');
  }
}
