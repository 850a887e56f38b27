// Operations: google.longrunning.

import { AnySchema } from '@bufbuild/protobuf/wkt';
import { message } from '../../protobuf/define.ts';
import { bool, int32, many, one, string, union } from '../../protobuf/fields.ts';
import { Status } from './rpc.ts';

export const LongRunningOperation = message('google.longrunning.Operation', {
  name: string(1),
  metadata: one(AnySchema, 2),
  done: bool(3),
  result: union({ error: one(Status, 4), response: one(AnySchema, 5) }),
});

export const ListOperationsRequest = message('google.longrunning.ListOperationsRequest', {
  filter: string(1),
  pageSize: int32(2),
  pageToken: string(3),
  name: string(4),
  returnPartialSuccess: bool(5),
});

export const ListOperationsResponse = message('google.longrunning.ListOperationsResponse', {
  operations: many(LongRunningOperation, 1),
  nextPageToken: string(2),
});

const operationNamed = (name: string) => message(`google.longrunning.${name}`, { name: string(1) });

export const GetOperationRequest = operationNamed('GetOperationRequest');
export const DeleteOperationRequest = operationNamed('DeleteOperationRequest');
export const CancelOperationRequest = operationNamed('CancelOperationRequest');
