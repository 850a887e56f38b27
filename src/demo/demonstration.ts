// The demonstration: runs all scenarios on one database, one after another.

import { type Scenario, withScenarioContext } from './scenario.ts';
import { committed } from './scenarios/committed.ts';
import { deferred } from './scenarios/deferred.ts';
import { flaky } from './scenarios/flaky.ts';
import { named } from './scenarios/named.ts';
import { paused } from './scenarios/paused.ts';
import { pulled } from './scenarios/pulled.ts';
import { purged } from './scenarios/purged.ts';
import { rateLimited } from './scenarios/rate-limited.ts';
import { rolledBack } from './scenarios/rolled-back.ts';
import { signed } from './scenarios/signed.ts';
import { taskLimit } from './scenarios/task-limit.ts';
import { Transcript } from './transcript.ts';

const SCENARIOS: readonly Scenario[] = [
  committed,
  rolledBack,
  taskLimit,
  flaky,
  named,
  paused,
  purged,
  pulled,
  signed,
  deferred,
  rateLimited,
];

/** Receives the transcript, and can end the demonstration. */
export interface DemonstrationOptions {
  /** Called with each line of the transcript. */
  say: (line: string) => void;
  /** Once it is aborted, no further scenario starts. */
  signal?: AbortSignal;
}

/** Runs all scenarios on a database that contains the schema and nothing else. */
export async function runDemonstration(
  databaseUrl: string,
  { say, signal }: DemonstrationOptions,
): Promise<Transcript> {
  const transcript = new Transcript(say);
  await withScenarioContext(databaseUrl, transcript, async (context) => {
    for (const [index, scenario] of SCENARIOS.entries()) {
      if (signal?.aborted) return;
      transcript.begin(`${index + 1}. ${scenario.title}`);
      await scenario.run(context).catch((error) => transcript.recordError(error));
    }
  });
  return transcript;
}
