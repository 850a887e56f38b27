// Watches the health of the database for the console: samples how far the horizon lies back, remembers the samples of
// the last hour, and keeps the checks of the doctor for a few seconds.

import type { Finding } from '../../domain/finding.ts';
import type { Executor } from '../../postgres/executor.ts';
import type { Clock } from '../../runtime/clock.ts';
import { Fresh, type Loaded } from '../../runtime/fresh.ts';
import type { Logger } from '../../runtime/logger.ts';
import { Loop } from '../../runtime/loop.ts';
import type { DurationSpan, RecentDurations } from '../../runtime/recent-durations.ts';
import type { Service } from '../../runtime/service.ts';
import { checkDatabase } from '../../schema/doctor/checkup.ts';
import { type HorizonHolder, horizonHolders } from '../../schema/doctor/horizon.ts';
import { checkSchemaState } from '../../schema/doctor/schema-checks.ts';
import {
  listSettings,
  listStandbys,
  readDatabaseSize,
  readServerState,
  readTableState,
  type ServerState,
  type SettingInForce,
  type Standby,
  type TableState,
} from '../../store/server-state.ts';

const SAMPLE_MS = 10_000;
const SAMPLES = 360;
/** The size is sampled with every sixth horizon. */
const SIZE_EVERY = 6;

/** What holds the horizon changes quickly; the checks cost more and change slowly. */
const HOLDERS_FRESH = { freshMs: 2_000 };
const CHECKS_FRESH = { freshMs: 10_000, staleMs: 60_000 };

/** Of one moment, in milliseconds since 1970. */
export interface TimedFigure {
  at: number;
  value: number;
}

/** A holder, and the moment since when it has held the horizon. */
export interface WatchedHolder extends HorizonHolder {
  /** Milliseconds since 1970. */
  since: number;
  /** True: it may have held it for longer; PostgreSQL does not record it, and this program has seen it since then. */
  atLeast: boolean;
}

export interface Checks {
  server: ServerState;
  tables: TableState;
  standbys: Standby[];
  settings: SettingInForce[];
  findings: Finding[];
}

export interface HealthWatchOptions {
  executor: Executor;
  /** The claims of this process; undefined: it has no dispatcher. */
  claims: RecentDurations | undefined;
  clock: Clock;
  logger: Logger;
}

export class HealthWatch implements Service {
  readonly #options: HealthWatchOptions;
  readonly #loop: Loop;
  readonly #holders: Fresh<WatchedHolder[]>;
  readonly #checks: Fresh<Checks>;
  readonly #horizon: TimedFigure[] = [];
  readonly #sizes: TimedFigure[] = [];
  #samples = 0;
  #seen = new Map<string, { xmin: string; since: number }>();

  constructor(options: HealthWatchOptions) {
    const { executor, clock, logger } = options;
    this.#options = options;
    this.#holders = new Fresh(() => this.#readHolders(), HOLDERS_FRESH, clock);
    this.#checks = new Fresh(() => readChecks(executor), CHECKS_FRESH, clock);
    this.#loop = new Loop({ name: 'watching the horizon', runOnce: () => this.#sample(), clock, logger });
  }

  start(): Promise<void> {
    return this.#loop.start();
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  /** How many transactions back the horizon lay, in the last hour. */
  get horizon(): readonly TimedFigure[] {
    return this.#horizon;
  }

  /** Bytes of the database, in the last six hours. */
  get sizes(): readonly TimedFigure[] {
    return this.#sizes;
  }

  /** How long claims took, in the last hour; undefined: this process makes none. */
  get claims(): readonly DurationSpan[] | undefined {
    return this.#options.claims?.spans();
  }

  /** Claims of a stretch of time. */
  claimsBetween(from: number, until: number): DurationSpan | undefined {
    return this.#options.claims?.between(from, until);
  }

  get now(): number {
    return this.#options.clock.now();
  }

  /** What holds the horizon, the oldest first. */
  async holders(): Promise<readonly WatchedHolder[]> {
    return (await this.#holders.read()).value;
  }

  checks(): Promise<Loaded<Checks>> {
    return this.#checks.read();
  }

  async #sample(): Promise<number> {
    const holders = await this.holders();
    const transactions = holders.filter(({ catalogOnly }) => !catalogOnly).map((each) => each.transactions);
    remember(this.#horizon, { at: this.now, value: Math.max(0, ...transactions) });
    if (this.#samples++ % SIZE_EVERY === 0)
      remember(this.#sizes, { at: this.now, value: await readDatabaseSize(this.#options.executor) });
    return SAMPLE_MS;
  }

  async #readHolders(): Promise<WatchedHolder[]> {
    const holders = await horizonHolders(this.#options.executor);
    const before = this.#seen;
    this.#seen = new Map();
    return holders.map((holder) => {
      const key = `${holder.kind} ${holder.name} ${holder.pid}`;
      const known = before.get(key);
      const seen = known?.xmin === holder.xmin ? known : { xmin: holder.xmin, since: this.now };
      this.#seen.set(key, seen);
      const since = holder.seconds === null ? seen.since : this.now - holder.seconds * 1_000;
      return { ...holder, since, atLeast: holder.seconds === null };
    });
  }
}

function remember(figures: TimedFigure[], figure: TimedFigure): void {
  figures.push(figure);
  if (figures.length > SAMPLES) figures.shift();
}

async function readChecks(executor: Executor): Promise<Checks> {
  const findings = [...(await checkSchemaState(executor)), ...(await checkDatabase(executor))];
  return {
    server: await readServerState(executor),
    tables: await readTableState(executor),
    standbys: await listStandbys(executor),
    settings: await listSettings(executor),
    findings,
  };
}
