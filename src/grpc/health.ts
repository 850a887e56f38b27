// grpc.health.v1.Health, for the probes of Kubernetes and load balancers. They have no credential, and get only a
// status.

import type { MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import type { handleUnaryCall } from '@grpc/grpc-js';
import { CODES } from '../cloud-tasks/status.ts';
import { enumeration, message } from '../protobuf/define.ts';
import { enumValue, string } from '../protobuf/fields.ts';
import type { GrpcCells } from './grpc-cell.ts';
import { CELL_KEY, textIn } from './metadata.ts';

const SERVING = 1;
const NOT_SERVING = 2;

const ServingStatus = enumeration('grpc.health.v1.HealthCheckResponse.ServingStatus', {
  0: 'UNKNOWN',
  [SERVING]: 'SERVING',
  [NOT_SERVING]: 'NOT_SERVING',
  3: 'SERVICE_UNKNOWN',
});

export const HEALTH_CHECK = '/grpc.health.v1.Health/Check';
export const HealthCheckRequest = message('grpc.health.v1.HealthCheckRequest', { service: string(1) });
export const HealthCheckResponse = message('grpc.health.v1.HealthCheckResponse', {
  status: enumValue(ServingStatus, 1),
});

/**
 * Answers as `/readyz` does, for the server, one of its services or one of its cells.
 *
 * @param readiness returns why a cell cannot work, or the server if none is named; undefined if it can
 */
export function answerHealthCheck(
  services: ReadonlySet<string>,
  readiness: GrpcCells['readiness'],
): handleUnaryCall<MessageShape<typeof HealthCheckRequest>, MessageInitShape<typeof HealthCheckResponse>> {
  return async ({ request: { service }, metadata }, callback) => {
    if (service !== '' && !services.has(service))
      return callback({ code: CODES.NOT_FOUND, details: 'there is no such service' });
    const problem = await readiness(textIn(metadata, CELL_KEY));
    callback(null, { status: problem === undefined ? SERVING : NOT_SERVING });
  };
}
