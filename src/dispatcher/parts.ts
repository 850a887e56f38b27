// Makes the parts of a dispatcher and ties them together. Nothing connects or runs yet.

import { type Clock, systemClock } from '../runtime/clock.ts';
import { connectionConfig } from '../runtime/connection.ts';
import { Listener } from '../runtime/listener.ts';
import { type Logger, silentLogger } from '../runtime/logger.ts';
import { QueueCrew } from './crew.ts';
import { databaseEffects } from './database.ts';
import { DatabaseClock } from './database-clock.ts';
import { Deliveries } from './deliveries.ts';
import type { SettleStore } from './effects.ts';
import { Leader } from './leader.ts';
import type { DispatcherOptions } from './options.ts';
import type { RunnerTools } from './runner-tools.ts';
import { Sender } from './send.ts';
import { type Settled, Settler } from './settler.ts';
import { Slots } from './slots.ts';
import { Tally } from './tally.ts';
import { Targets } from './targets.ts';
import { Upkeep } from './upkeep.ts';

const DEFAULT_POLL_SECONDS = 1;

export interface Parts {
  clock: Clock;
  logger: Logger;
  targets: Targets;
  store: SettleStore;
  crew: QueueCrew;
  leader: Leader;
  sender: Sender;
  deliveries: Deliveries;
  settler: Settler;
  upkeep: Upkeep;
  tally: Tally;
  listener: Listener;
}

/** @throws RangeError on an option out of its range */
export function makeParts(options: DispatcherOptions): Parts {
  const { clock = systemClock, logger = silentLogger, database } = options;
  const databaseClock = new DatabaseClock(clock);
  const { open, store } = databaseEffects(database, clock, logger);
  const targets = new Targets(options.targets);
  const tally = new Tally();
  const upkeep = new Upkeep(store, clock);
  const sender = new Sender({ targets, clock, logger, databaseNow: () => databaseClock.now() });
  const settler = new Settler({ store, clock, logger, settled: (what) => settled(what) });
  const deliveries = new Deliveries({
    send: (dispatch) => sender.send(dispatch),
    settle: (dispatch, outcome) => settler.settle(dispatch, outcome),
    giveBack: (dispatch) => settler.giveBack(dispatch),
  });
  const deliver: RunnerTools['deliver'] = (dispatch, ended) => {
    tally.add({ claimed: 1 });
    deliveries.start(dispatch, ended);
  };
  const pollMs = pollMsOf(options);
  const slots = new Slots(clock, options.concurrency);
  const crew = new QueueCrew({ slots, clock, databaseClock, logger, pollMs, deliver });
  const leader = new Leader({ open, crew, databaseClock, logger });
  const listener = new Listener({ database: connectionConfig(database, 'pgtaskqueue listener'), clock, logger });
  const settled = ({ queue, ...counts }: Settled) => {
    tally.add(counts);
    upkeep.count(queue, counts.completed + counts.failed + counts.dead);
    if (counts.failed > 0) crew.lookAgain(queue); // it may be due again before the queue would look
  };
  return { clock, logger, targets, store, crew, leader, sender, deliveries, settler, upkeep, tally, listener };
}

function pollMsOf({ pollSeconds = DEFAULT_POLL_SECONDS }: DispatcherOptions): number {
  if (!(pollSeconds > 0)) throw new RangeError(`pollSeconds must be more than 0, got ${pollSeconds}`);
  return pollSeconds * 1000;
}
