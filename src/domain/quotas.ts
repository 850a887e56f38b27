// Quotas for all queues of a database together. App Engine's quotas have names; by default there are no quotas.

/** Omitted quotas are unlimited. */
export interface Quotas {
  /** Queues that are not disabled, not counting `default`. */
  queues?: number;
  /** Tasks of all queues. */
  tasks?: number;
  /** Bytes of all tasks: a number and B, K, M, G or T. */
  bytes?: string;
}

/** App Engine's quotas, for free and for billed applications. */
export const NAMED_QUOTAS: Readonly<Record<string, Quotas>> = {
  none: {},
  free: { queues: 10, tasks: 1_000_000, bytes: '500M' },
  billed: { queues: 100, tasks: 10_000_000_000 },
};

/**
 * Parses quotas: a name, or limits separated by commas; undefined if the text is neither.
 *
 * @example parseQuotas('queues=20,tasks=50000,bytes=2G')
 */
export function parseQuotas(text: string): Quotas | undefined {
  if (Object.hasOwn(NAMED_QUOTAS, text)) return NAMED_QUOTAS[text];
  const quotas: Quotas = {};
  for (const part of text.split(',')) {
    const [, key, value = ''] = /^(queues|tasks|bytes)=(\d{1,15}(?:\.\d{1,15})?[BKMGT]?)$/.exec(part.trim()) ?? [];
    if (key === 'bytes') quotas.bytes = value;
    else if ((key === 'queues' || key === 'tasks') && /^\d+$/.test(value)) quotas[key] = Number(value);
    else return undefined;
  }
  return quotas;
}
