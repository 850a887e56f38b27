// What all queues of a database together may have. App Engine's quotas have names; by default there are none.

/** What is left out is not bound. */
export interface Quotas {
  /** Queues that are not disabled, beside the default one. */
  queues?: number;
  /** Tasks of all queues. */
  tasks?: number;
  /** Bytes of all tasks: a number and B, K, M, G or T. */
  bytes?: string;
}

/** App Engine's, for applications that paid nothing and for those that did. */
export const NAMED_QUOTAS: Readonly<Record<string, Quotas>> = {
  none: {},
  free: { queues: 10, tasks: 1_000_000, bytes: '500M' },
  billed: { queues: 100, tasks: 10_000_000_000 },
};

/**
 * Reads quotas: a name, or the bounds with commas between them; undefined: it is neither.
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
