// Builds the stages of a dispatcher in order, each from those before it: settling, delivery, claiming, upkeep,
// leadership. Nothing connects or runs yet.

import { queueIdIn } from '../domain/notification.ts';
import { connectionConfig } from '../postgres/connection-settings.ts';
import { Listener } from '../postgres/listener.ts';
import { type Clock, systemClock } from '../runtime/clock.ts';
import { givenLogger } from '../runtime/given-logger.ts';
import type { Logger } from '../runtime/logger.ts';
import { Telemetry } from '../runtime/telemetry.ts';
import { TaskTokens } from '../task-tokens/task-tokens.ts';
import { Blockers } from './claiming/blockers.ts';
import { Slots } from './claiming/slots.ts';
import { DatabaseClock } from './database/database-clock.ts';
import type { ClaimedDispatch, DispatcherPorts } from './database/ports.ts';
import { databasePorts } from './database/sessions.ts';
import { Admission } from './delivery/admission.ts';
import { Deliveries } from './delivery/deliveries.ts';
import { ExternalUrls } from './delivery/external-urls.ts';
import { RequestKeys } from './delivery/request-keys.ts';
import { Sender } from './delivery/sender.ts';
import { Targets } from './delivery/targets.ts';
import { DispatchEvents } from './events.ts';
import { Leader } from './leadership/leader.ts';
import { LedQueues } from './leadership/led-queues.ts';
import type { DispatcherOptions } from './options.ts';
import { AttemptLog } from './reporting/attempt-log.ts';
import { hookSubscriber } from './reporting/hooks.ts';
import { tracedAttempt } from './reporting/traced-attempts.ts';
import { Settler } from './settling/settler.ts';
import { DeathNoticeLoop } from './upkeep/death-notice-loop.ts';
import { FloorLoop } from './upkeep/floor-loop.ts';
import { MinuteHistograms } from './upkeep/minute-histograms.ts';
import { PurgeCleaner } from './upkeep/purge-cleaner.ts';
import { RunCounter } from './upkeep/run-counts.ts';
import { Statistics } from './upkeep/statistics.ts';
import { SweepSchedule } from './upkeep/sweep-schedule.ts';

const DEFAULT_POLL_SECONDS = 5;
/** The default address of a server. */
const DEFAULT_ISSUER = 'http://127.0.0.1:8123';

export type Assembly = ReturnType<typeof assemble>;

/** The dependencies that every stage shares. */
interface Base {
  options: DispatcherOptions;
  ports: DispatcherPorts;
  events: DispatchEvents;
  databaseClock: DatabaseClock;
  clock: Clock;
  logger: Logger;
}

/**
 * @param ports replaces the database in tests and simulations
 * @throws TypeError if a signing key cannot be read
 */
export function assemble(options: DispatcherOptions, ports?: DispatcherPorts) {
  const { clock = systemClock, database } = options;
  const logger = givenLogger(options.logger);
  const base: Base = {
    options,
    ports: ports ?? databasePorts(database, clock, logger),
    events: new DispatchEvents(),
    databaseClock: new DatabaseClock(clock),
    clock,
    logger,
  };
  const settler = settling(base);
  const delivery = delivering(base, settler);
  const blockers = blocking(base, delivery);
  const ledQueues = claiming(base, delivery, blockers);
  const upkeep = keepingUp(base, ledQueues);
  const leader = leading(base, ledQueues, upkeep);
  const listener = listening(base, ledQueues);
  const attemptLog = reporting(base);
  return {
    ...base,
    attemptLog,
    settler,
    ...delivery,
    blockers,
    ledQueues,
    ...upkeep,
    leader,
    listener,
    pollMs: (options.pollSeconds ?? DEFAULT_POLL_SECONDS) * 1000,
  };
}

function settling({ options, ports, events, clock, logger }: Base): Settler {
  return new Settler({
    store: ports.outcomes,
    clock,
    logger,
    retries: options.development?.retries,
    settled: (what) => events.publish('settled', what),
    ended: (attempt) => events.publish('ended', attempt),
    released: (dispatch) => events.publish('released', dispatch),
    databaseFailed: (error) => events.publish('databaseFailed', error),
  });
}

function delivering({ options, ports, events, databaseClock, clock, logger }: Base, settler: Settler) {
  const targets = new Targets(options.targets);
  const externalUrls = new ExternalUrls();
  const keys = new RequestKeys(options.signingKeys ?? {}, logger);
  const tokenOptions = options.taskTokens ?? { issuer: DEFAULT_ISSUER };
  const tokens = new TaskTokens(tokenOptions, { load: () => ports.routing.keys(), clock, logger });
  const databaseNow = () => databaseClock.now();
  const { telemetry } = options;
  const traced = telemetry && tracedAttempt(new Telemetry(telemetry));
  const sent = (dispatch: ClaimedDispatch, lateMs: number) => events.publish('sent', dispatch, lateMs);
  const { prover } = options.development ?? {};
  const sender = new Sender({ targets, externalUrls, keys, tokens, clock, logger, databaseNow, sent, traced, prover });
  const admission = new Admission({
    send: (dispatch) => sender.send(dispatch),
    targets,
    clock,
    waiting: (queue, more, target) => events.publish('waitingForTarget', queue, more, target),
  });
  const deliveries = new Deliveries({
    send: (dispatch) => admission.send(dispatch),
    settle: (dispatch, outcome) => {
      events.publish('delivered', dispatch, outcome);
      settler.settle(dispatch, outcome);
    },
    release: (dispatch) => settler.release(dispatch),
  });
  return { targets, externalUrls, keys, sender, admission, deliveries };
}

function blocking({ ports, clock, logger }: Base, { sender }: ReturnType<typeof delivering>): Blockers {
  return new Blockers({
    record: (entries) => ports.upkeep.recordBlockers(entries),
    longestWait: () => sender.longestWait(),
    clock,
    logger,
  });
}

function claiming(base: Base, { deliveries }: ReturnType<typeof delivering>, blockers: Blockers): LedQueues {
  const { options, events, clock, logger } = base;
  const ledQueues = new LedQueues({
    slots: new Slots(clock, options.concurrency),
    clock,
    logger,
    development: options.development ?? {},
    invalidate: () => events.publish('invalidated'),
    rateChanged: (queue) => events.publish('rateChanged', queue),
    setBlocker: (queue, what) => blockers.set(queue, what),
    claimReturned: (queue, tasks, ms) => events.publish('claimReturned', queue, tasks, ms),
    wentToSleep: (queue) => events.publish('wentToSleep', queue),
    failed: (error) => events.publish('databaseFailed', error),
    deliver: (dispatch, ended) => {
      events.publish('claimed', dispatch);
      deliveries.start(dispatch, ended);
    },
  });
  events.subscribe({
    announced: (queue) => ledQueues.notify(queue),
    delivered: (dispatch, outcome) => ledQueues.observe(dispatch, outcome),
    waitingForTarget: (queue, more, target) => ledQueues.waitingForTarget(queue, more, target),
    settled: ({ queue, failed }) => {
      if (failed > 0) ledQueues.wake(queue); // the next attempt may be due before the queue wakes
    },
  });
  return ledQueues;
}

function keepingUp({ ports, events, databaseClock, clock, logger }: Base, ledQueues: LedQueues) {
  const runCounter = new RunCounter();
  const store = ports.upkeep;
  const statistics = new Statistics({ store, clock, logger, gauges: (queue) => ledQueues.gauges(queue) });
  const histograms = new MinuteHistograms({
    ...{ store, clock, logger, databaseNow: () => databaseClock.now() },
    throttledTo: (queue) => ledQueues.gauges(queue)?.throttledTo ?? null,
  });
  const sweeps = new SweepSchedule(ports.upkeep, clock);
  const purgeCleaner = new PurgeCleaner(ports.upkeep, clock, logger);
  const deathNotices = new DeathNoticeLoop(ports.upkeep, clock, logger);
  const sweep = async (queues: string[]) => {
    await ports.upkeep.sweep(queues);
    await ledQueues.pollQueues(queues);
  };
  const openSession = ports.openFloorSession;
  const floorLoop = new FloorLoop({
    ...{ open: openSession, sweep, queues: () => ledQueues.all, clock, logger },
    pullsBusy: (queues) => statistics.sample(queues),
  });
  const busy = (queue: string) => {
    floorLoop.busy(queue);
    sweeps.busy(queue);
  };
  events.subscribe({
    announced: busy,
    claimed: ({ queue }) => {
      runCounter.add({ claimed: 1 });
      busy(queue);
    },
    settled: ({ queue, ...counts }) => {
      runCounter.add(counts);
      busy(queue);
      if (counts.dead > 0) deathNotices.check();
    },
  });
  events.subscribe(statistics);
  events.subscribe(histograms);
  return { runCounter, statistics, histograms, sweeps, purgeCleaner, deathNotices, floorLoop, sweep };
}

function leading(base: Base, ledQueues: LedQueues, { floorLoop, sweep }: ReturnType<typeof keepingUp>): Leader {
  const { ports, databaseClock, logger } = base;
  return new Leader({
    open: ports.openClaimSession,
    ledQueues,
    databaseClock,
    seeChanges: (changes) => floorLoop.seeChanges(changes),
    clockWentBack: () => {
      sweep(ledQueues.all.map(({ name }) => name)).catch((error) => {
        logger.warn('could not sweep the queues after the clock was set back', { error });
      });
    },
    logger,
  });
}

function listening({ options, ports, events, clock, logger }: Base, ledQueues: LedQueues) {
  const listener =
    ports.listener ??
    new Listener({ database: connectionConfig(options.database, 'pgtaskqueue listener'), clock, logger });
  listener.on('taskqueue_wake', (payload) => {
    if (payload === undefined) return; // notifications were missed; the other channel's listener handles it
    const queue = ledQueues.nameOf(queueIdIn(payload));
    if (queue !== undefined) events.publish('announced', queue);
  });
  return listener;
}

function reporting({ options: { hooks }, events, clock, logger }: Base): AttemptLog {
  const attemptLog = new AttemptLog(logger, clock);
  events.subscribe(attemptLog);
  if (hooks) events.subscribe(hookSubscriber(hooks, logger));
  return attemptLog;
}
