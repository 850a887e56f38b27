// A reader who follows a page: writes its files, runs its commands and SQL in order, and compares what they print.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import pg from 'pg';
import { expect, inject } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { copyClone, install, makeProject, packedIn } from './clone.ts';
import { type Block, missingLine, ROOT } from './page.ts';

/** Pages use these; the tests of many run at once. */
const PORTS = /\b300[0-3]\b/g;
/** Stands in pages for a database of the reader's. */
const OWN_DATABASE = 'postgresql://localhost/shop';
/** Images are not pulled: the file is only read. */
const CHECK_COMPOSE = [/\bdocker compose up$/m, 'docker compose config > compose.txt'] as const;
/** Languages of blocks that are only looked at. */
const SHOWN = new Set(['http', 'nginx', 'json', 'xml']);
/** A busy machine starts a PostgreSQL slowly. */
const PATIENCE = { timeoutMs: 90_000 };

/** Programs that stand before others of the same names. */
const LAUNCHERS = path.join(import.meta.dirname, 'launchers');
/** As psql shows values. */
const AS_TEXT = { getTypeParser: () => (value: unknown) => value };

interface Running {
  child: ChildProcess;
  output: string;
}

export class Reader {
  readonly #clone: string;
  readonly #database: string;
  readonly #folders: string[] = [];
  readonly #running: Running[] = [];
  readonly #ports = new Map<string, number>();
  #environment = newTerminal();
  #folder: string | undefined;
  #client: (pg.Client & { connectionString: string }) | undefined;
  /** The last block needed a program that is not here. */
  #skipped = false;
  /** What the last block printed. */
  #output = '';

  /**
   * @param clone one that is ready, to be copied
   * @param database an empty one, for pages that begin with a database of the reader's
   */
  constructor(clone: string, database: string) {
    this.#clone = clone;
    this.#database = database;
  }

  async follow(block: Block): Promise<void> {
    if (block.words.includes('not-run')) return;
    const text = (await this.#withFreePorts(block.text)).replaceAll(OWN_DATABASE, this.#database);
    if (block.language === 'text') return this.#skipped ? undefined : this.#compare(text);
    this.#skipped = block.language === 'sh' && isMissing(text);
    if (block.file) return fs.writeFileSync(path.join(this.#here, block.file), text);
    if (block.language === 'sql') return this.#runSql(text);
    if (block.language === 'sh') return this.#runShell(text, block.words.includes('keep-running'));
    if (!SHOWN.has(block.language))
      throw new Error(`a block of ${block.language} needs its file's name in the first line`);
  }

  async close(): Promise<void> {
    await this.#client?.end();
    for (const { child } of this.#running.reverse()) await stop(child);
    for (const folder of this.#folders) fs.rmSync(folder, { recursive: true, force: true });
  }

  /** Pages that begin with neither `npm start` nor `npm install` need a clone all the same. */
  get #here(): string {
    this.#folder ??= this.#keep(copyClone(this.#clone));
    return this.#folder;
  }

  #keep(folder: string): string {
    this.#folders.push(folder);
    return folder;
  }

  async #compare(expected: string): Promise<void> {
    const seen = () => [this.#output, ...this.#running.map(({ output }) => output)];
    const shows = () => seen().some((output) => missingLine(expected, output) === undefined);
    await eventually(shows, PATIENCE).catch(() => expect(seen().join('\n----\n')).toContain(expected));
  }

  async #runShell(text: string, keepRunning: boolean): Promise<void> {
    if (text === 'npm test\n') return; // this is it
    if (this.#skipped) return;
    if (text.startsWith('npm start')) return this.startQuickly();
    if (text.startsWith('git clone')) {
      this.#folder = this.#keep(copyClone(this.#clone));
      this.#environment = newTerminal();
      return this.start();
    }
    const installed = /^npm install (?!-)(.*)\n/.exec(text);
    if (installed) {
      this.#folder = this.#keep(makeProject());
      install(this.#folder, installed[1]?.split(' ') ?? [], packedIn(this.#clone));
    }
    const rest = (installed ? text.slice(installed[0].length) : text).replace(...CHECK_COMPOSE);
    if (keepRunning) this.#spawn(`exec ${rest.trim()}`);
    else if (rest) this.#output = await this.#runToItsEnd(rest);
  }

  /** What `npm start` does, from the built command. */
  startQuickly(): Promise<void> {
    return this.start('exec node dist/main.js dev --demo');
  }

  async start(command = 'npm start'): Promise<void> {
    const started = this.#spawn(command);
    await eventually(() => expect(started.output).toContain('Ctrl-C stops everything'), PATIENCE);
  }

  #spawn(command: string): Running {
    // Where its input is a socket, as here, bash takes itself for a remote shell and reads the user's own settings.
    const args = ['--norc', '-c', command];
    const child = spawn('bash', args, { cwd: this.#here, env: this.#environment, detached: true });
    const running: Running = { child, output: '' };
    child.stdout?.on('data', (chunk) => (running.output += chunk));
    child.stderr?.on('data', (chunk) => (running.output += chunk));
    this.#running.push(running);
    return running;
  }

  /** Line by line as in a terminal, where the first that fails ends it; exported variables stay for the blocks after it. */
  async #runToItsEnd(text: string): Promise<string> {
    const variables = path.join(this.#here, '.environment');
    const script = `set -e\n${text}\nenv -0 > '${variables}'`;
    const running = this.#spawn(script);
    const [code] = await once(running.child, 'close');
    expect(code, running.output).toBe(0);
    const entries = fs.readFileSync(variables, 'utf8').split('\0').filter(Boolean);
    this.#environment = Object.fromEntries(entries.map((entry) => entry.split(/=(.*)/s).slice(0, 2)));
    return running.output;
  }

  /** Statement by statement, as psql does. */
  async #runSql(text: string): Promise<void> {
    const url = this.#environment.DATABASE_URL ?? this.#startedDatabase();
    if (url !== this.#client?.connectionString) {
      await this.#client?.end();
      this.#client = Object.assign(new pg.Client({ connectionString: url, types: AS_TEXT }), { connectionString: url });
      await this.#client.connect();
    }
    const lines: string[] = [];
    for (const statement of text.split(/;\s*$/m).filter((one) => one.replaceAll(/--.*$/gm, '').trim())) {
      const { rows = [], fields = [] } = await this.#client.query({ text: statement, rowMode: 'array' });
      lines.push(
        fields.map(({ name }) => name).join(' | '),
        ...rows.map((row) => row.map((value: unknown) => value ?? '').join(' | ')),
      );
    }
    this.#output = lines.join('\n');
  }

  #startedDatabase(): string {
    return JSON.parse(fs.readFileSync(path.join(this.#here, '.pgtaskqueue/dev.json'), 'utf8')).databaseUrl;
  }

  async #withFreePorts(text: string): Promise<string> {
    for (const port of text.match(PORTS) ?? []) if (!this.#ports.has(port)) this.#ports.set(port, await freePort());
    return text.replaceAll(PORTS, (port) => String(this.#ports.get(port)));
  }
}

function newTerminal(): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env;
  return {
    PATH: `${LAUNCHERS}:${ROOT}/node_modules/.bin:${PATH}`,
    HOME,
    PGTASKQUEUE_PORT: '0',
    NO_COLOR: '1',
    NODE_NO_WARNINGS: '1',
    NODE_COMPILE_CACHE: path.join(inject('runFolder'), 'compiled'),
  };
}

/** Says so and skips what this machine has no program for. */
function isMissing(command: string): boolean {
  const needs = command.includes('docker compose')
    ? 'docker compose version'
    : command.startsWith('python3')
      ? "python3 -c 'import psycopg'"
      : 'true';
  const missing = spawnSync('sh', ['-c', needs], { env: newTerminal() }).status !== 0;
  if (missing) console.warn(`skipped: ${command.trim()}, because \`${needs}\` fails here`);
  return missing;
}

/** With all that it has started: npm and npx stand before the program. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'close');
  process.kill(-child.pid, 'SIGINT');
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
