// `pgtaskqueue relay`: outboxes of other stores become tasks.

import type { Command } from 'commander';
import { parseRelayFile } from '../../files/relay-file.ts';
import { RelayMetrics } from '../../metrics/relay-metrics.ts';
import { OUTBOX_TABLE, outboxSql } from '../../relay/outbox.ts';
import { Relay, type RelaySourceOptions } from '../../relay/relay.ts';
import { createLogger } from '../../runtime/create-logger.ts';
import { requireDatabase, settingsFileOf } from '../../server/config.ts';
import { type Listening, listen } from '../../server/listen.ts';
import { referencedUrl } from '../../server/referenced-url.ts';
import { stopOnSignal } from '../../server/shutdown.ts';
import { readConfigFile } from '../config-file.ts';
import { prepare } from '../connect.ts';
import { UsageError } from '../exit-codes.ts';
import type { Output } from '../output.ts';

interface RelayFlags {
  config?: string | undefined;
  printTable?: string | true;
  once?: boolean;
  port?: string;
  host?: string;
}

/** How long a stop waits for the call that is under way. */
const STOP_AFTER_SECONDS = 10;

export async function relay(given: RelayFlags, command: Command): Promise<void> {
  // Its --config names the sources; commander finds it where that of all commands is.
  const flags = { ...given, config: command.optsWithGlobals<RelayFlags>().config };
  const { config, output } = await prepare(command, {}, settingsFileOf() ?? null);
  if (flags.printTable !== undefined) return printTable(flags.printTable, output);
  if (flags.config === undefined)
    throw new UsageError('--config must name the file with the sources; --print-table prints an outbox for them');
  const sources = await readSources(flags.config);
  const { connection, label } = requireDatabase(config);
  const { logLevel: level, logFormat: format } = config;
  const running = new Relay({ database: connection, sources, logger: createLogger({ level, format }) });
  if (flags.once) return relayOnce(running, output);
  const port = await serveMetrics(running, flags);
  const stop = async () => void (await Promise.all([running.stop(), port?.close()]));
  const stopped = stopOnSignal(stop, STOP_AFTER_SECONDS, () => output.warn('Stopping …'));
  await running.start().catch(async (error) => {
    await stop();
    throw error;
  });
  const shown = port ? ` Metrics: ${port.url}/metrics.` : '';
  output.result(`Relaying ${sources.map(({ name }) => name).join(', ')} to ${label}.${shown} Ctrl-C stops it.`, {
    sources: sources.map(({ name }) => name),
    database: label,
    url: port?.url,
  });
  await stopped;
}

function printTable(given: string | true, output: Output): void {
  const sql = outboxSql(given === true ? OUTBOX_TABLE : given);
  output.result(sql.trimEnd(), { sql });
}

async function relayOnce(running: Relay, output: Output): Promise<void> {
  try {
    const results = await running.runOnce();
    const lines = results.map(
      ({ source, counts: { added, repeated, refused } }) =>
        `${source}: ${added} added, ${repeated} had been added before, ${refused} refused`,
    );
    output.result(lines.join('\n'), { sources: results.map(({ source, counts }) => ({ source, ...counts })) });
  } finally {
    await running.stop();
  }
}

async function readSources(file: string): Promise<RelaySourceOptions[]> {
  const { content } = await readConfigFile(file, []);
  return parseRelayFile(content, file).map(({ poll_seconds: pollSeconds, url, ...entry }) => ({
    ...entry,
    pollSeconds,
    url: referencedUrl(url, `url of source ${entry.name}`),
  }));
}

async function serveMetrics(running: Relay, { port, host = '127.0.0.1' }: RelayFlags): Promise<Listening | undefined> {
  if (port === undefined) return undefined;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new UsageError(`--port must be a port from 0 to 65535, got ${port}`);
  const metrics = new RelayMetrics(running);
  const answer = async ({ url, method }: Request) => {
    const { pathname } = new URL(url);
    if (method === 'GET' && pathname === '/healthz') return new Response('ok');
    if (method !== 'GET' || pathname !== '/metrics') return new Response(null, { status: 404 });
    return new Response(await metrics.text(), { headers: { 'content-type': metrics.contentType } });
  };
  return listen(answer, { host, port: Number(port) });
}
