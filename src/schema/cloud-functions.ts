// The functions for the Cloud Tasks API, as functions.ts lists all others.

const parent = { project: 'text', location: 'text' } as const;
const anyParent = { project: 'text?', location: 'text?' } as const;

export const cloudFunctions = {
  create_cloud_task: {
    queue: 'text',
    ...parent,
    url: 'text',
    method: 'text?',
    headers: 'jsonb?',
    body: 'bytea?',
    http: 'jsonb?',
    target: 'text?',
    name: 'text?',
    eta: 'timestamp with time zone?',
    dispatch_deadline: 'double precision?',
    retry: 'jsonb?',
  },
  create_cloud_tasks: { queue: 'text', ...parent, tasks: 'jsonb', bodies: 'bytea[]' },
  get_cloud_task: { queue: 'text', ...parent, name: 'text', with_body: 'boolean?' },
  list_cloud_tasks: { queue: 'text', ...parent, after: 'text?', max_tasks: 'integer?', with_body: 'boolean?' },
  delete_cloud_task: { queue: 'text', ...parent, name: 'text' },
  run_cloud_task: { queue: 'text', ...parent, name: 'text', with_body: 'boolean?' },
  create_cloud_queue: { queue: 'text', ...anyParent, settings: 'jsonb?' },
  update_cloud_queue: { queue: 'text', ...parent, settings: 'jsonb', fields: 'text[]' },
  change_cloud_queue: { queue: 'text', ...parent, act: 'text' },
  list_cloud_queues: { ...anyParent, queue: 'text?', after: 'text?', max_queues: 'integer?', state: 'text?' },
  keep_cloud_operation: {
    project: 'text',
    location: 'text',
    id: 'text',
    queue: 'text',
    operation: 'jsonb',
    begins: 'boolean?',
  },
  list_cloud_operations: { project: 'text', location: 'text', after: 'text?', max_operations: 'integer?' },
  cloud_operation: { project: 'text', location: 'text', id: 'text' },
  forget_cloud_operation: { project: 'text', location: 'text', id: 'text' },
  cloud_locations: { project: 'text' },
} as const;
