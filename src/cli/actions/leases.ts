// `pgtaskqueue tasks lease / release`: taking tasks of a pull queue by hand, and giving them back.

import { type Command, InvalidArgumentError } from 'commander';
import type { Lease } from '../../domain/lease.ts';
import { leaseTasks, leaseTasksByTag, modifyTaskLease } from '../../store/leases.ts';
import { duration, whole } from '../arguments.ts';
import { onDatabase, type Session } from '../connect.ts';
import { type Column, table } from '../display/table.ts';

interface LeaseFlags {
  queue: string;
  leaseSeconds: number;
  max: number;
  tag?: string;
}

interface ReleaseFlags {
  queue: string;
  leaseToken: string;
}

/** Makes a verb of the noun `tasks`, which has the option --queue. */
type Verb = (usage: string, what: string, example: string) => Command;

const COLUMNS: Column<Lease>[] = [
  { heading: 'NAME', cell: (lease) => lease.name },
  { heading: 'LEASED UNTIL', cell: (lease) => lease.eta.toISOString() },
  { heading: 'LEASE TOKEN', cell: (lease) => lease.leaseToken },
  { heading: 'LEASES', cell: (lease) => lease.retryCount, right: true },
  { heading: 'TAG', cell: (lease) => lease.tag },
  { heading: 'PAYLOAD', cell: ({ payload }) => textOf(payload) ?? `${payload.length} bytes` },
];

/** Adds the verbs. */
export function addLeaseVerbs(verb: Verb): void {
  verb('lease', 'take due tasks of a pull queue for a time', 'lease --queue photos --lease-seconds 60 --max 10')
    .option('--lease-seconds <duration>', 'how long nobody else may take them', duration, 60)
    .option('--max <n>', 'how many at most', whole, 1)
    .option('--tag <tag>', 'only tasks of this tag')
    .action(onDatabase(lease));
  verb(
    'release <name>',
    'give a leased task back, for others to lease at once',
    'release photo-7 --queue photos --lease-token 5f0c…',
  )
    .requiredOption('--lease-token <uuid>', 'the proof of holding it, as lease printed it', uuid)
    .action(onDatabase(release));
}

async function lease(
  { database, output }: Session,
  { queue, leaseSeconds, max: maxTasks, tag }: LeaseFlags,
): Promise<void> {
  const request = { leaseSeconds, maxTasks };
  const leases = await (tag === undefined
    ? leaseTasks(database, queue, request)
    : leaseTasksByTag(database, queue, request, tag));
  const columns = COLUMNS.filter(({ heading }) => heading !== 'TAG' || leases.some((each) => each.tag !== null));
  const none = `Nothing to lease in queue ${queue}.`;
  output.result(leases.length > 0 ? table(columns, leases, output.colors) : none, leases.map(document));
}

async function release(
  { database, output }: Session,
  name: string,
  { queue, leaseToken }: ReleaseFlags,
): Promise<void> {
  await modifyTaskLease(database, queue, { name, leaseToken }, 0);
  output.result(`Task ${name} is back in queue ${queue}.`, { queue, name });
}

/** The proof of a lease. */
export function uuid(text: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return text;
  throw new InvalidArgumentError('Expected a lease token, a UUID.');
}

/** What is no text is written in base64. */
function document({ payload, ...lease }: Lease): object {
  const text = textOf(payload);
  return text === undefined
    ? { ...lease, payloadBase64: Buffer.from(payload).toString('base64') }
    : { ...lease, payload: text };
}

/** The text that these bytes are; undefined: they are none. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}
