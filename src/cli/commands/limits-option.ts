// `--limits` of migrate and serve.

export const LIMITS_HELP =
  'what all queues together may have: none, free or billed (App Engine’s quotas), or bounds such as queues=20,tasks=50000,bytes=2G (default: as it was set before, at first none)';
