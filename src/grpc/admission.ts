// Identifies the caller of each call before its message is read, so that strangers cannot fill the memory, and limits
// how long the message may take.

import type { Metadata, ServerInterceptingCallInterface, ServerInterceptor } from '@grpc/grpc-js';
import type { Caller } from '../access/caller.ts';
import { credentialIn } from '../access/credential.ts';
import { type Authority, identify, refusalOf } from '../access/identify.ts';
import type { Backend } from '../cloud-tasks/backend.ts';
import type { Operation } from '../cloud-tasks/operation.ts';
import { CODES } from '../cloud-tasks/status.ts';
import { callStatus } from './call-status.ts';
import type { GrpcCells } from './grpc-cell.ts';
import type { GrpcModule } from './load.ts';
import { CELL_KEY, textIn } from './metadata.ts';

/** How long a call may take to send its message, as for a request over HTTP/1.1. */
const RECEIVE_MS = 15_000;

/** The caller of each call that was admitted, and the backend that it is for, by the call's metadata. */
export type AdmittedCalls = WeakMap<Metadata, { caller: Caller; backend: Backend }>;

/**
 * @param operations by the path of their method; calls of other methods are not the table's, and need no caller
 * @param admitted gets each call that is admitted
 */
export function admission(
  { Metadata, ServerInterceptingCall }: GrpcModule,
  operations: ReadonlyMap<string, Operation>,
  cellOf: GrpcCells['cellOf'],
  admitted: AdmittedCalls,
): ServerInterceptor {
  return ({ path }, call) => {
    const operation = operations.get(path);
    const tooSlow = setTimeout(() => call.sendStatus(TOO_SLOW), RECEIVE_MS);
    const stopTimer = () => clearTimeout(tooSlow);
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata(metadata, pass) {
            if (!operation) return pass(metadata);
            const entering = async () => {
              const { authority, backend } = cellOf(textIn(metadata, CELL_KEY));
              admitted.set(metadata, { caller: await admit(call, metadata, authority), backend });
            };
            entering().then(
              () => pass(metadata),
              (error) => call.sendStatus(callStatus(error, operation, new Metadata())),
            );
          },
          onReceiveHalfClose(pass) {
            stopTimer();
            pass();
          },
          onCancel: stopTimer,
        }),
    });
  };
}

const TOO_SLOW = {
  code: CODES.DEADLINE_EXCEEDED,
  details: `the message of the call did not arrive within ${RECEIVE_MS / 1000} s`,
};

/** @throws AccessError; errors of the look-up */
async function admit(call: ServerInterceptingCallInterface, metadata: Metadata, authority: Authority): Promise<Caller> {
  const presented = {
    credential: credentialIn(textIn(metadata, 'authorization'), textIn(metadata, 'x-goog-api-key')),
    peer: call.getConnectionInfo().remoteAddress,
    host: call.getHost(),
  };
  const caller = await identify(presented, authority);
  if (caller) return caller;
  throw refusalOf(presented, authority);
}
