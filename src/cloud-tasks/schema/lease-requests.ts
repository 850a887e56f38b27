// Requests that only v2beta2 has: those of workers that lease tasks of pull queues, and that of a queue file.

import type { DescEnum, DescMessage } from '@bufbuild/protobuf';
import { DurationSchema, TimestampSchema } from '@bufbuild/protobuf/wkt';
import { message } from '../../protobuf/define.ts';
import { enumValue, int32, many, one, string } from '../../protobuf/fields.ts';
import { HttpBody } from './requests.ts';
import { fullName } from './version.ts';

export function leaseMessages(Task: DescMessage, TaskView: DescEnum) {
  const named = (name: string) => fullName('v2beta2', name);
  return {
    LeaseTasksRequest: message(named('LeaseTasksRequest'), {
      parent: string(1),
      maxTasks: int32(2),
      leaseDuration: one(DurationSchema, 3),
      responseView: enumValue(TaskView, 4),
      filter: string(5),
    }),
    LeaseTasksResponse: message(named('LeaseTasksResponse'), { tasks: many(Task, 1) }),
    AcknowledgeTaskRequest: message(named('AcknowledgeTaskRequest'), {
      name: string(1),
      scheduleTime: one(TimestampSchema, 2),
    }),
    RenewLeaseRequest: message(named('RenewLeaseRequest'), {
      name: string(1),
      scheduleTime: one(TimestampSchema, 2),
      leaseDuration: one(DurationSchema, 3),
      responseView: enumValue(TaskView, 4),
    }),
    CancelLeaseRequest: message(named('CancelLeaseRequest'), {
      name: string(1),
      scheduleTime: one(TimestampSchema, 2),
      responseView: enumValue(TaskView, 3),
    }),
    UploadQueueYamlRequest: message(named('UploadQueueYamlRequest'), {
      appId: string(1),
      httpBody: one(HttpBody, 2), // "optional" changes nothing for a message
    }),
  };
}
