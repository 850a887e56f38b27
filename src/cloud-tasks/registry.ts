// The messages that others carry in google.protobuf.Any: results of operations, and details of errors.

import { createRegistry } from '@bufbuild/protobuf';
import { EmptySchema } from '@bufbuild/protobuf/wkt';
import * as messages from './schema/requests.ts';
import { BadRequest, ErrorInfo, Help } from './schema/rpc.ts';

export const REGISTRY = createRegistry(
  messages.BatchCreateTasksMetadata,
  messages.BatchCreateTasksResponse,
  messages.BatchDeleteTasksMetadata,
  EmptySchema,
  BadRequest,
  ErrorInfo,
  Help,
);
