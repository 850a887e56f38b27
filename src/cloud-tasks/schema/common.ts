// Messages that Google's services have in common: locations, access policies, operations.

import { AnySchema, FieldMaskSchema } from '@bufbuild/protobuf/wkt';
import { message } from './define.ts';
import { bytes, flag, int32, many, one, oneOf, text, textMap, texts } from './fields.ts';
import { Status } from './rpc.ts';

export const Location = message('google.cloud.location.Location', {
  name: text(1),
  locationId: text(4),
  displayName: text(5),
  labels: textMap(2),
  metadata: one(AnySchema, 3),
});

export const GetLocationRequest = message('google.cloud.location.GetLocationRequest', { name: text(1) });

export const ListLocationsRequest = message('google.cloud.location.ListLocationsRequest', {
  name: text(1),
  filter: text(2),
  pageSize: int32(3),
  pageToken: text(4),
});

export const ListLocationsResponse = message('google.cloud.location.ListLocationsResponse', {
  locations: many(Location, 1),
  nextPageToken: text(2),
});

const Binding = message('google.iam.v1.Binding', { role: text(1), members: texts(2) });

export const Policy = message('google.iam.v1.Policy', {
  version: int32(1),
  etag: bytes(3),
  bindings: many(Binding, 4),
});

const GetPolicyOptions = message('google.iam.v1.GetPolicyOptions', { requestedPolicyVersion: int32(1) });

export const GetIamPolicyRequest = message('google.iam.v1.GetIamPolicyRequest', {
  resource: text(1),
  options: one(GetPolicyOptions, 2),
});

export const SetIamPolicyRequest = message('google.iam.v1.SetIamPolicyRequest', {
  resource: text(1),
  policy: one(Policy, 2),
  updateMask: one(FieldMaskSchema, 3),
});

export const TestIamPermissionsRequest = message('google.iam.v1.TestIamPermissionsRequest', {
  resource: text(1),
  permissions: texts(2),
});

export const TestIamPermissionsResponse = message('google.iam.v1.TestIamPermissionsResponse', {
  permissions: texts(1),
});

export const LongRunningOperation = message('google.longrunning.Operation', {
  name: text(1),
  metadata: one(AnySchema, 2),
  done: flag(3),
  result: oneOf({ error: one(Status, 4), response: one(AnySchema, 5) }),
});

export const ListOperationsRequest = message('google.longrunning.ListOperationsRequest', {
  filter: text(1),
  pageSize: int32(2),
  pageToken: text(3),
  name: text(4),
  returnPartialSuccess: flag(5),
});

export const ListOperationsResponse = message('google.longrunning.ListOperationsResponse', {
  operations: many(LongRunningOperation, 1),
  nextPageToken: text(2),
});

const operationNamed = (name: string) => message(`google.longrunning.${name}`, { name: text(1) });

export const GetOperationRequest = operationNamed('GetOperationRequest');
export const DeleteOperationRequest = operationNamed('DeleteOperationRequest');
export const CancelOperationRequest = operationNamed('CancelOperationRequest');
