// Proves the handlers of push tasks, in the place of a dispatcher's attempts.

import type { ClaimedDispatch } from '../dispatcher/database/ports.ts';
import type { AttemptProver, SendRequest } from '../dispatcher/delivery/attempt-prover.ts';
import { webhookId } from '../dispatcher/delivery/headers.ts';
import type { TargetResponse } from '../dispatcher/delivery/http-exchange.ts';
import { outcomeOfError, outcomeOfResponse } from '../dispatcher/delivery/outcome.ts';
import type { ProofAnswer } from './proof.ts';
import type { Prover } from './prover.ts';

/** How the first attempt of a delivery that was lost appears to the second. */
const LOST = { previousResponse: 0, retryReason: 'Connection Error' };

export class PushProver implements AttemptProver {
  readonly #prover: Prover;

  constructor(prover: Prover) {
    this.#prover = prover;
  }

  /**
   * The answer of the run that did the work counts, as if none had been lost. If the handler failed both times, the
   * last one does.
   */
  async attempt(dispatch: ClaimedDispatch, send: SendRequest): Promise<TargetResponse> {
    const { queue, name: task, method, url } = dispatch;
    let counts: () => TargetResponse = () => ({ status: 0 });
    let done = false;
    const deliver = async (retry: number, laterMs: number): Promise<ProofAnswer> => {
      const sent = retry === 0 ? dispatch : { ...dispatch, ...LOST, retryCount: dispatch.retryCount + retry };
      const { answer, take } = await answerTo(send(sent, laterMs));
      if (!done) counts = take;
      done ||= answer.succeeded;
      return answer;
    };
    await this.#prover.prove({ queue, task, method, url, key: webhookId(dispatch), deliver });
    return counts();
  }
}

async function answerTo(response: Promise<TargetResponse>): Promise<{ answer: ProofAnswer; take(): TargetResponse }> {
  try {
    const arrived = await response;
    const outcome = outcomeOfResponse(arrived);
    const error = outcome.kind === 'failed' ? outcome.excerpt : undefined;
    return {
      answer: { succeeded: outcome.kind === 'completed', status: arrived.status, error },
      take: () => arrived,
    };
  } catch (thrown) {
    return {
      answer: { succeeded: false, status: 0, error: outcomeOfError(thrown).error },
      take: () => {
        throw thrown;
      },
    };
  }
}
