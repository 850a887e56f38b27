/** The dispatcher's effects on a real database: one session that claims, and a small pool that settles. */
import { announce, abdicate, company, lead } from '../store/leaderships.ts';
import {
  claimForcedTasks,
  claimTasks,
  completeTasks,
  dispatcherQueues,
  failTask,
  nextDue,
  recordStatistics,
  releaseTasks,
  sweepQueue,
} from '../store/dispatches.ts';
import { listTargets } from '../store/targets.ts';
