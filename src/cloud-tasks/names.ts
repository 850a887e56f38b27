// Resource names: what the API calls locations, queues and tasks.

import type { CloudParent } from '../domain/cloud-task.ts';
import { type StatusDetail, StatusError } from './status.ts';

export interface QueuePath extends CloudParent {
  queue: string;
}

export interface TaskPath extends QueuePath {
  task: string;
}

const PROJECT = '[A-Za-z0-9.:-]{1,100}';
const LOCATION = '[A-Za-z0-9-]{1,100}';
const locations = new RegExp(`^projects/(${PROJECT})/locations/(${LOCATION})$`);
const queues = new RegExp(`^projects/(${PROJECT})/locations/(${LOCATION})/queues/([A-Za-z0-9-]{1,100})$`);
const tasks = new RegExp(
  `^projects/(${PROJECT})/locations/(${LOCATION})/queues/([A-Za-z0-9-]{1,100})/tasks/([A-Za-z0-9_-]{1,500})$`,
);

const HELP: StatusDetail = {
  '@type': 'type.googleapis.com/google.rpc.Help',
  links: [
    {
      description: 'How resources are named',
      url: 'https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues',
    },
  ],
};

/** @throws StatusError PERMISSION_DENIED, as for a project that the caller cannot see */
export function parseLocation(name: string): CloudParent {
  const [, project, location] = locations.exec(name) ?? [];
  if (project !== undefined && location !== undefined) return { project, location };
  throw new StatusError(
    'PERMISSION_DENIED',
    `a location must be projects/PROJECT_ID/locations/LOCATION_ID, got ${shown(name)}`,
    [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'CONSUMER_INVALID',
        domain: 'googleapis.com',
        metadata: { service: 'cloudtasks.googleapis.com' },
      },
    ],
  );
}

/** @throws StatusError INVALID_ARGUMENT */
export function parseQueue(name: string): QueuePath {
  const [, project, location, queue] = queues.exec(name) ?? [];
  if (project !== undefined && location !== undefined && queue !== undefined) return { project, location, queue };
  throw malformed('a queue name must be projects/PROJECT_ID/locations/LOCATION_ID/queues/QUEUE_ID', name);
}

/** @throws StatusError INVALID_ARGUMENT */
export function parseTask(name: string): TaskPath {
  const [, project, location, queue, task] = tasks.exec(name) ?? [];
  if (project !== undefined && location !== undefined && queue !== undefined && task !== undefined)
    return { project, location, queue, task };
  throw malformed('a task name must be projects/PROJECT_ID/locations/LOCATION_ID/queues/QUEUE_ID/tasks/TASK_ID', name);
}

export const locationName = ({ project, location }: CloudParent) => `projects/${project}/locations/${location}`;
export const queueName = (parent: CloudParent, queue: string) => `${locationName(parent)}/queues/${queue}`;

/** The queue of a name, if it has one: requests are authorised by it before they are checked. */
export function queueIn(name: string): string | undefined {
  return queuePrefix(name)?.split('/').at(-1);
}

/** The name of the queue that a name begins with, if it does. */
export function queuePrefix(name: string): string | undefined {
  return /^projects\/[^/]+\/locations\/[^/]+\/queues\/[^/]+/.exec(name)?.[0];
}

function malformed(rule: string, name: string): StatusError {
  return new StatusError('INVALID_ARGUMENT', `${rule}, got ${shown(name)}`, [HELP]);
}

const shown = (name: string) => JSON.stringify(name.slice(0, 120));
