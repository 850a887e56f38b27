// `dev --prove`: the tasks of the dispatcher go to the running application several times, and each task's proof is
// printed.

import type { AttemptProver } from '../../dispatcher/delivery/attempt-prover.ts';
import { requireConnectionString } from '../../postgres/connection-settings.ts';
import type { DirectClient } from '../../postgres/direct-client.ts';
import type { Proof } from '../../proving/proof.ts';
import { proofText } from '../../proving/proof-text.ts';
import { Prover } from '../../proving/prover.ts';
import { PushProver } from '../../proving/push-prover.ts';
import { connect } from '../connect.ts';
import { printable } from '../display/text.ts';
import type { Output } from '../output.ts';

/** Long enough to see what runs every second or so. */
const BACKGROUND_MS = 2_000;

export interface ProvingOptions {
  /** Connection string of the application's database; undefined: that of `dev`. */
  database: string | undefined;
  /** Differences that do not count. */
  ignore: readonly string[] | undefined;
  output: Output;
}

/** Proving, while `dev` runs. */
export interface Proving {
  readonly prover: AttemptProver;
  /** Prints the sum and disconnects. */
  stop(): Promise<void>;
}

/**
 * @param devUrl connection string of the database of `dev`
 * @throws TransientError if the application's database cannot be reached; TypeError for text that names none
 */
export async function openProving(devUrl: string, { database: url, ignore, output }: ProvingOptions): Promise<Proving> {
  const verdicts = new Map<string, Proof['verdict']>();
  if (url !== undefined) requireConnectionString(url);
  const dev = await connect({ connection: devUrl, from: 'dev', label: 'the database of dev' });
  const application = await connectTo(url).catch(async (error) => {
    await dev.end();
    throw error;
  });
  const proved = (proof: Proof) => {
    verdicts.set(`${proof.queue}/${proof.task}`, proof.verdict);
    output.result(`${printable(proofText(proof), { lines: true })}\n`, proof);
  };
  const prover = new Prover({ database: dev, rowsOf: application, ignore, backgroundMs: BACKGROUND_MS, proved });
  return {
    prover: new PushProver(prover),
    stop: async () => {
      output.say(sum([...verdicts.values()]));
      await Promise.all([dev.end(), application?.end()]);
    },
  };
}

async function connectTo(url: string | undefined): Promise<DirectClient | undefined> {
  return url === undefined
    ? undefined
    : connect({ connection: url, from: 'option', label: "the application's database" });
}

function sum(verdicts: readonly Proof['verdict'][]): string {
  const count = (verdict: Proof['verdict']) => verdicts.filter((each) => each === verdict).length;
  const kinds = (['idempotent', 'not idempotent', 'failed', 'nothing seen'] as const).filter(
    (kind, at) => at < 3 || count(kind) > 0,
  );
  return `\nProved the handlers of ${verdicts.length} tasks: ${kinds.map((kind) => `${count(kind)} ${kind}`).join(', ')}`;
}
