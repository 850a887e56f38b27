// The functions for the console, as functions.ts lists all others.

export const consoleFunctions = {
  open_console_session: { hash: 'bytea', token_hash: 'bytea?', proof: 'bytea?' },
  check_console_session: { hash: 'bytea', proof: 'bytea?' },
  close_console_session: { hash: 'bytea' },
  find_task: { name: 'text', queues: 'text[]', max_queues: 'integer?' },
} as const;
