// Two nodes of Patroni and one etcd on this machine, with Debian's packages: patroni, etcd-server and a PostgreSQL.
// Commits wait for the other node while there is one (synchronous_mode).

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '../../src/embedded/ports.ts';
import { isAlive } from '../../src/embedded/processes.ts';
import { giveTo, userAndGroup, userToRunAs } from '../../src/embedded/run-as.ts';
import { eventually } from '../support/eventually.ts';

const PATRONI = '/usr/bin/patroni';
const ETCD = '/usr/bin/etcd';
/** Patroni's least: so long a leader may be silent before another one takes over. */
const TTL_SECONDS = 20;
const START = { timeoutMs: 90_000, everyMs: 200 };

/** Debian's newest PostgreSQL; undefined: there is none. */
const binDir = fs
  .globSync('/usr/lib/postgresql/*/bin')
  .filter((folder) => fs.existsSync(path.join(folder, 'pg_rewind')))
  .at(-1);

export const hasPatroni = [PATRONI, ETCD].every((file) => fs.existsSync(file)) && binDir !== undefined;

export interface Node {
  name: string;
  /** Of PostgreSQL. */
  port: number;
}

export class PatroniCluster {
  readonly #folder: string;
  readonly #user = userToRunAs(process.env.PGTASKQUEUE_EMBEDDED_USER);
  readonly #running = new Map<string, ChildProcess>();
  readonly #nodes: (Node & { api: number })[] = [];

  private constructor() {
    this.#folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ptq-patroni-'));
    fs.chmodSync(this.#folder, 0o755);
    giveTo(this.#user, this.#folder);
  }

  /** Resolves when one node leads and the other one is its synchronous standby. */
  static async start(): Promise<PatroniCluster> {
    const cluster = new PatroniCluster();
    try {
      await cluster.#start();
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  async #start(): Promise<void> {
    const [client, peer] = [await freePort(0), await freePort(0)];
    const [clients, peers] = [client, peer].map((port) => `http://127.0.0.1:${port}`) as [string, string];
    this.#run('etcd', ETCD, [
      ...['--name', 'soak', '--data-dir', path.join(this.#folder, 'etcd'), '--initial-cluster', `soak=${peers}`],
      ...['--listen-client-urls', clients, '--advertise-client-urls', clients],
      ...['--listen-peer-urls', peers, '--initial-advertise-peer-urls', peers],
    ]);
    await eventually(async () => void (await fetch(`${clients}/health`)), START);
    for (const name of ['a', 'b']) {
      const node = { name, port: await freePort(0), api: await freePort(0) };
      this.#nodes.push(node);
      fs.writeFileSync(this.#file(name), JSON.stringify(this.#settings(node, client), null, 2)); // YAML reads JSON
      this.revive(node);
      await eventually(() => this.leader(), START); // the first node makes the database, the second copies it
    }
    await this.untilSynchronous();
  }

  #settings({ name, port, api }: Node & { api: number }, etcd: number): object {
    const [listen, connect] = [port, api].map((each) => `127.0.0.1:${each}`) as [string, string];
    const trust = ['local all all trust', 'host all all 127.0.0.1/32 trust', 'host replication all 127.0.0.1/32 trust'];
    return {
      ...{ scope: 'soak', name, etcd3: { hosts: `127.0.0.1:${etcd}` } },
      restapi: { listen: connect, connect_address: connect },
      bootstrap: {
        dcs: {
          ...{ ttl: TTL_SECONDS, loop_wait: 1, retry_timeout: 3, synchronous_mode: true },
          postgresql: { use_pg_rewind: true, parameters: { wal_log_hints: 'on', max_connections: 100 } },
        },
        initdb: [{ encoding: 'UTF8' }, { locale: 'C.UTF-8' }],
      },
      postgresql: {
        ...{ listen, connect_address: listen, bin_dir: binDir, data_dir: path.join(this.#folder, name) },
        ...{ pgpass: path.join(this.#folder, `${name}.pgpass`), pg_hba: trust },
        authentication: { superuser: { username: 'postgres' }, replication: { username: 'postgres' } },
        parameters: { unix_socket_directories: this.#folder },
      },
    };
  }

  /** The node that accepts writes. @throws Error if there is none */
  async leader(): Promise<Node> {
    const roles = await Promise.all(this.#nodes.map((node) => this.#answers(node, 'primary')));
    const found = this.#nodes[roles.indexOf(true)];
    if (found) return found;
    throw new Error('no node leads');
  }

  /** Resolves when commits wait for a standby. */
  untilSynchronous(): Promise<void> {
    return eventually(async () => {
      await this.leader();
      const roles = await Promise.all(this.#nodes.map((node) => this.#answers(node, 'synchronous')));
      if (!roles.includes(true)) throw new Error(`no node is a synchronous standby; ${this.#folder} has the logs`);
    }, START);
  }

  async #answers({ api }: Node & { api: number }, role: string): Promise<boolean> {
    return fetch(`http://127.0.0.1:${api}/${role}`).then(
      ({ status }) => status === 200,
      () => false,
    );
  }

  /** Kills Patroni and PostgreSQL of a node. */
  async kill({ name }: Node): Promise<void> {
    const pid = Number(fs.readFileSync(path.join(this.#folder, name, 'postmaster.pid'), 'utf8').split('\n')[0]);
    this.#running.get(name)?.kill('SIGKILL');
    process.kill(pid, 'SIGKILL');
    await eventually(() => {
      if (isAlive(pid)) throw new Error(`PostgreSQL of ${name} lives`);
    });
  }

  /** Starts Patroni of a node, which starts PostgreSQL and makes it a standby. */
  revive({ name }: Node): void {
    this.#run(name, PATRONI, [this.#file(name)]);
  }

  /** A connection string with both hosts, and one of the node. */
  url(database: string, only?: Node): string {
    const hosts = (only ? [only] : this.#nodes).map(({ port }) => `127.0.0.1:${port}`);
    return `postgresql://postgres@${hosts.join(',')}/${database}`;
  }

  #file(name: string): string {
    return path.join(this.#folder, `${name}.yml`);
  }

  #run(name: string, program: string, args: string[]): void {
    const log = fs.openSync(path.join(this.#folder, `${name}.log`), 'a');
    const env = { ...process.env, HOME: this.#folder };
    const started = spawn(program, args, {
      ...{ cwd: this.#folder, stdio: ['ignore', log, log], env },
      ...userAndGroup(this.#user),
    });
    this.#running.set(name, started);
    fs.closeSync(log);
  }

  async stop(): Promise<void> {
    for (const { name } of this.#nodes) {
      this.#running.get(name)?.kill('SIGKILL');
      const data = path.join(this.#folder, name);
      if (fs.existsSync(path.join(data, 'postmaster.pid')))
        try {
          const stopping = ['-D', data, '-m', 'immediate', 'stop'];
          execFileSync(path.join(binDir as string, 'pg_ctl'), stopping, {
            stdio: 'ignore',
            ...userAndGroup(this.#user),
          });
        } catch {} // it is dead already
    }
    this.#running.get('etcd')?.kill('SIGKILL');
    fs.rmSync(this.#folder, { recursive: true, force: true });
  }
}
