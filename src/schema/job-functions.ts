// The functions that find tasks, and act on many of them, as functions.ts lists all others.

export const jobFunctions = {
  find_tasks: { queue: 'text', filter: 'jsonb?', after: 'text?', max_tasks: 'integer?' },
  count_tasks: { queue: 'text', filter: 'jsonb?', after: 'text?' },
  describe_tasks: { queue: 'text', names: 'text[]' },
  list_dead_tasks: { queues: 'text[]', after: 'text?', max_tasks: 'integer?' },
  count_dead_tasks: { queue: 'text' },
  find_tombstones: { queue: 'text?', name: 'text?', prefix: 'text?', after: 'text?', max_names: 'integer?' },
  create_job: { queue: 'text', act: 'text', tasks: 'bigint', filter: 'jsonb?', names: 'text[]?' },
  cancel_job: { id: 'bigint' },
  advance_job: { id: 'bigint?' },
  delete_dead_task: { queue: 'text', name: 'text' },
  release_name: { queue: 'text', name: 'text', reason: 'text?' },
} as const;
