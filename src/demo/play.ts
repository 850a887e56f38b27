// The demonstration: plays all scenarios on one database, one after another.

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
import { sixth } from './scenarios/sixth.ts';
import { type Scenario, withStage } from './stage.ts';
import { Transcript } from './transcript.ts';

const SCENARIOS: readonly Scenario[] = [
  committed,
  rolledBack,
  sixth,
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
export interface Audience {
  /** Called with each line of the transcript. */
  say: (line: string) => void;
  /** Once it is aborted, no further scenario starts. */
  signal?: AbortSignal;
}

/** Plays all scenarios on a database that contains the schema and nothing else. */
export async function playDemonstration(databaseUrl: string, { say, signal }: Audience): Promise<Transcript> {
  const transcript = new Transcript(say);
  await withStage(databaseUrl, transcript, async (stage) => {
    for (const [index, scenario] of SCENARIOS.entries()) {
      if (signal?.aborted) return;
      transcript.begin(`${index + 1}. ${scenario.title}`);
      await scenario.play(stage).catch((error) => transcript.broke(error));
    }
  });
  return transcript;
}
