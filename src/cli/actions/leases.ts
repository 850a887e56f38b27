// `pgtaskqueue tasks lease` and `release`: leasing tasks of a pull queue by hand.

import type { Lease } from '../../domain/lease.ts';
import { leaseTasks, leaseTasksByTag, modifyTaskLease } from '../../store/leases.ts';
import { onDatabase, type Session } from '../connect.ts';
import { formatDuration, formatTime } from '../display/durations.ts';
import { bytesAsText } from '../display/payload.ts';
import type { Column } from '../display/table.ts';
import { UsageError } from '../exit-codes.ts';

interface LeaseFlags {
  leaseSeconds: number;
  max: number;
  tag?: string;
}

const COLUMNS: Column<Lease>[] = [
  { heading: 'NAME', cell: (lease) => lease.name, isName: true },
  { heading: 'LEASED UNTIL', cell: (lease) => formatTime(lease.eta), drop: 1 },
  { heading: 'LEASE TOKEN', cell: (lease) => lease.leaseToken },
  { heading: 'LEASES', cell: (lease) => lease.retryCount, right: true, drop: 2 },
  { heading: 'TAG', cell: (lease) => lease.tag, least: 8, drop: 3 },
  { heading: 'PAYLOAD', cell: ({ payload }) => bytesAsText(payload) ?? `${payload.length} bytes`, least: 12 },
];

export const lease = onDatabase(
  async ({ database, output }: Session, queue: string, { leaseSeconds, max: maxTasks, tag }: LeaseFlags) => {
    const request = { leaseSeconds, maxTasks };
    const leases = await (tag === undefined
      ? leaseTasks(database, queue, request)
      : leaseTasksByTag(database, queue, request, tag));
    const columns = COLUMNS.filter(({ heading }) => heading !== 'TAG' || leases.some((each) => each.tag !== null));
    const text = leases.length > 0 ? output.table(columns, leases) : `Nothing to lease in queue ${queue}.`;
    output.result(text, leases.map(document));
  },
);

interface ReleaseFlags {
  leaseToken: string;
  error?: string;
  retryAfter?: number;
  permanent?: boolean;
}

export const release = onDatabase(
  async ({ database, output }: Session, queue: string, name: string, flags: ReleaseFlags) => {
    const { leaseToken, error, retryAfter, permanent = false } = flags;
    if (error === undefined && (permanent || retryAfter !== undefined))
      throw new UsageError('--retry-after and --permanent need --error');
    if (permanent && retryAfter !== undefined) throw new UsageError('give either --retry-after or --permanent');
    const seconds = permanent ? Infinity : (retryAfter ?? 0);
    await modifyTaskLease(database, queue, { name, leaseToken }, seconds, error);
    const then = permanent
      ? `Task ${name} of queue ${queue} is dead.`
      : `Released task ${name}; queue ${queue} can lease it again${seconds > 0 ? ` in ${formatDuration(seconds)}` : ''}.`;
    output.result(then, { queue, name });
  },
);

/** Bytes that are not text are given in base64. */
function document({ payload, ...lease }: Lease): object {
  const text = bytesAsText(payload);
  return text === undefined
    ? { ...lease, payloadBase64: Buffer.from(payload).toString('base64') }
    : { ...lease, payload: text };
}
