// The envelope of a call: the service and the method, the request as bytes, and a response or an error.

import { message } from '../../protobuf/define.ts';
import { bytes, int32, one, optional, required, string } from '../../protobuf/fields.ts';

export const RemoteRequest = message('apphosting.ext.remote_api.Request', {
  serviceName: required(string(2)),
  method: required(string(3)),
  request: required(bytes(4)),
  /** The ticket: on App Engine, the secret of the request on behalf of which the call is made. */
  requestId: optional(string(5)),
});

export const RemoteApplicationError = message('apphosting.ext.remote_api.ApplicationError', {
  code: required(int32(1)),
  detail: required(string(2)),
});

export const RemoteRpcError = message('apphosting.ext.remote_api.RpcError', {
  code: required(int32(1)),
  detail: optional(string(2)),
});

export const RemoteResponse = message('apphosting.ext.remote_api.Response', {
  response: optional(bytes(1)),
  applicationError: one(RemoteApplicationError, 3),
  javaException: optional(bytes(4)),
  rpcError: one(RemoteRpcError, 5),
});

/** The codes of RpcError. */
export const RPC_ERRORS = { UNKNOWN: 0, CALL_NOT_FOUND: 1, PARSE_ERROR: 2, REQUEST_TOO_LARGE: 5 } as const;
