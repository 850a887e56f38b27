// `--limits` of migrate and serve.

export const LIMITS_HELP =
  'limits over all queues together: none, free or billed (App Engine’s quotas), or bounds such as queues=20,tasks=50000,bytes=2G (default: unchanged, at first none)';
