// Access policies: google.iam.v1.

import { FieldMaskSchema } from '@bufbuild/protobuf/wkt';
import { message } from '../../protobuf/define.ts';
import { bytes, int32, many, one, string, strings } from '../../protobuf/fields.ts';

const Binding = message('google.iam.v1.Binding', { role: string(1), members: strings(2) });

export const Policy = message('google.iam.v1.Policy', {
  version: int32(1),
  etag: bytes(3),
  bindings: many(Binding, 4),
});

const GetPolicyOptions = message('google.iam.v1.GetPolicyOptions', { requestedPolicyVersion: int32(1) });

export const GetIamPolicyRequest = message('google.iam.v1.GetIamPolicyRequest', {
  resource: string(1),
  options: one(GetPolicyOptions, 2),
});

export const SetIamPolicyRequest = message('google.iam.v1.SetIamPolicyRequest', {
  resource: string(1),
  policy: one(Policy, 2),
  updateMask: one(FieldMaskSchema, 3),
});

export const TestIamPermissionsRequest = message('google.iam.v1.TestIamPermissionsRequest', {
  resource: string(1),
  permissions: strings(2),
});

export const TestIamPermissionsResponse = message('google.iam.v1.TestIamPermissionsResponse', {
  permissions: strings(1),
});
