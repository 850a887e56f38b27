// Makes the parts of a dispatcher and ties them together. Nothing connects or runs yet.

import { queueIdIn } from '../domain/notification.ts';
import { connectionConfig } from '../postgres/connection-settings.ts';
import { Listener } from '../postgres/listener.ts';
import { type Clock, systemClock } from '../runtime/clock.ts';
import { type Logger, silentLogger } from '../runtime/logger.ts';
import { Hindrances } from './claiming/hindrances.ts';
import type { RunnerTools } from './claiming/runner-tools.ts';
import { Slots } from './claiming/slots.ts';
import { DatabaseClock } from './database/database-clock.ts';
import type { DispatcherEffects, SettleStore } from './database/ports.ts';
import { databaseEffects } from './database/sessions.ts';
import { Admission } from './delivery/admission.ts';
import { Deliveries } from './delivery/deliveries.ts';
import { FreeUrls } from './delivery/external-urls.ts';
import { RequestKeys } from './delivery/request-keys.ts';
import { Sender } from './delivery/sender.ts';
import { Targets } from './delivery/targets.ts';
import { Leader } from './leadership/leader.ts';
import { QueueCrew } from './leadership/led-queues.ts';
import type { DispatcherOptions } from './options.ts';
import { type Settled, Settler } from './settling/settler.ts';
import { Keeper } from './upkeep/floor-loop.ts';
import { Cleaner } from './upkeep/purge-cleaner.ts';
import { Tally } from './upkeep/run-counts.ts';
import { Statistics } from './upkeep/statistics.ts';
import { Sweeps } from './upkeep/sweep-schedule.ts';

const DEFAULT_POLL_SECONDS = 5;
const DEFAULT_ATTEMPT_DAYS = 7;

export interface Parts {
  clock: Clock;
  logger: Logger;
  targets: Targets;
  freeUrls: FreeUrls;
  keys: RequestKeys;
  store: SettleStore;
  crew: QueueCrew;
  leader: Leader;
  sender: Sender;
  admission: Admission;
  deliveries: Deliveries;
  settler: Settler;
  statistics: Statistics;
  sweeps: Sweeps;
  cleaner: Cleaner;
  keeper: Keeper;
  pollMs: number;
  tally: Tally;
  listener: Pick<Listener, 'on' | 'start' | 'stop'>;
}

/**
 * @param outdated called when a close look at the queues is due
 * @param effects what a test puts in the place of the database
 * @throws RangeError on an option out of its range; TypeError on a signing key that can't be read
 */
export function makeParts(options: DispatcherOptions, outdated: () => void, effects?: DispatcherEffects): Parts {
  const { clock = systemClock, logger = silentLogger, database, development = {} } = options;
  const databaseClock = new DatabaseClock(clock);
  const { open, openKeeper, store } = effects ?? databaseEffects(database, clock, logger, attemptDaysOf(options));
  const targets = new Targets(options.targets);
  const freeUrls = new FreeUrls();
  const keys = new RequestKeys(options.signingKeys ?? {}, logger);
  const tally = new Tally();
  const statistics = new Statistics(store, clock, logger, (queue) => crew.throttledTo(queue));
  const sweeps = new Sweeps(store, clock);
  const cleaner = new Cleaner(store, clock, logger);
  const sender = new Sender({ targets, freeUrls, keys, clock, logger, databaseNow: () => databaseClock.now() });
  const settler = new Settler({ store, clock, logger, retries: development.retries, settled: (what) => settled(what) });
  const admission = new Admission({
    send: (dispatch) => sender.send(dispatch),
    targets,
    clock,
    waiting: (queue, more, target) => crew.waitForTarget(queue, more, target),
  });
  const deliveries = new Deliveries({
    send: (dispatch) => admission.send(dispatch),
    settle: (dispatch, outcome) => {
      crew.hear(dispatch, outcome);
      settler.settle(dispatch, outcome);
    },
    giveBack: (dispatch) => settler.giveBack(dispatch),
  });
  const deliver: RunnerTools['deliver'] = (dispatch, ended) => {
    tally.add({ claimed: 1 });
    busy(dispatch.queue);
    statistics.dispatched(dispatch.queue);
    deliveries.start(dispatch, ended);
  };
  const pollMs = pollMsOf(options);
  const hindrances = new Hindrances({
    note: (notes) => store.noteHindrances(notes),
    longestWait: () => sender.longestWait(),
    clock,
    logger,
  });
  const slots = new Slots(clock, options.concurrency);
  const crew = new QueueCrew({
    slots,
    clock,
    logger,
    development,
    outdated,
    rateChanged: (queue) => statistics.rateChanged(queue),
    hindered: (queue, what) => hindrances.set(queue, what),
    deliver,
  });
  const sweep = async (queues: string[]) => {
    await store.sweep(queues);
    await crew.pollQueues(queues);
  };
  const keeper = new Keeper({ open: openKeeper, sweep, queues: () => crew.queues, clock, logger });
  const busy = (queue: string) => {
    keeper.busy(queue);
    sweeps.busy(queue);
  };
  const seeChanges = (changes: number) => keeper.seeChanges(changes);
  const clockWentBack = () => {
    sweep(crew.queues.map(({ name }) => name)).catch((error) => {
      logger.warn('sweeping failed after the clock was set back', { error });
    });
  };
  const leader = new Leader({ open, crew, databaseClock, seeChanges, clockWentBack, logger });
  const listener =
    effects?.listener ?? new Listener({ database: connectionConfig(database, 'pgtaskqueue listener'), clock, logger });
  const settled = ({ queue, ...counts }: Settled) => {
    tally.add(counts);
    busy(queue);
    statistics.ended(queue, counts.completed + counts.failed + counts.dead);
    if (counts.failed > 0) crew.wake(queue); // it may be due again before the queue would look
  };
  listener.on('taskqueue_wake', (payload) => {
    if (payload === undefined) return; // we could not hear for a moment: the other channel says it too
    const queue = crew.nameOf(queueIdIn(payload));
    if (queue === undefined) return;
    busy(queue);
    crew.ring(queue);
  });
  return {
    clock,
    logger,
    targets,
    freeUrls,
    keys,
    store,
    crew,
    leader,
    sender,
    admission,
    deliveries,
    settler,
    statistics,
    sweeps,
    cleaner,
    keeper,
    tally,
    listener,
    pollMs,
  };
}

function attemptDaysOf({ attemptDays = DEFAULT_ATTEMPT_DAYS }: DispatcherOptions): number {
  if (Number.isInteger(attemptDays) && attemptDays >= 1 && attemptDays <= 365) return attemptDays;
  throw new RangeError(`attemptDays must be a whole number from 1 to 365, got ${attemptDays}`);
}

function pollMsOf({ pollSeconds = DEFAULT_POLL_SECONDS }: DispatcherOptions): number {
  if (!(pollSeconds > 0)) throw new RangeError(`pollSeconds must be more than 0, got ${pollSeconds}`);
  return pollSeconds * 1000;
}
