// The messages that others carry in google.protobuf.Any: results of operations, and details of errors.

import { createRegistry } from '@bufbuild/protobuf';
import { EmptySchema } from '@bufbuild/protobuf/wkt';
import { BadRequest, ErrorInfo, Help } from './schema/rpc.ts';
import { requestsV2 } from './schema/v2.ts';
import { requestsV2Beta3 } from './schema/v2beta3.ts';

export const REGISTRY = createRegistry(
  ...[requestsV2, requestsV2Beta3].flatMap((messages) => [
    messages.BatchCreateTasksMetadata,
    messages.BatchCreateTasksResponse,
    messages.BatchDeleteTasksMetadata,
  ]),
  EmptySchema,
  BadRequest,
  ErrorInfo,
  Help,
);
