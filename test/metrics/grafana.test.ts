// The dashboard and the alert rules under examples/grafana: they use only metrics that there are, and Prometheus's own
// tools accept them.

import { execFile, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { silentLogger } from '../../src/runtime/logger.ts';
import { createServer } from '../../src/server/server.ts';
import { useDatabase } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { parsePrometheusText } from '../support/prometheus-text.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../examples/grafana');
const database = useDatabase();
const read = (file: string) => readFileSync(path.join(FOLDER, file), 'utf8');
const has = (command: string) => spawnSync(command, ['--version']).status === 0;
const tools = { promtool: has('promtool'), prometheus: has('prometheus') };
for (const [tool, here] of Object.entries(tools)) {
  if (!here) console.warn(`skipped: tests with ${tool}, which is not installed`);
}

async function serve() {
  const server = createServer({ database: database.url, port: 0, logger: silentLogger, pollSeconds: 0.1 });
  onTestFinished(() => server.stop());
  await server.start();
  return server.url;
}

async function freePort(): Promise<number> {
  const probe = createTcpServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

test.each(['dashboard.json', 'alerts.yaml', 'alerts.test.yaml'])(
  'all metrics that %s uses are in a scrape',
  async (file) => {
    const names = new Set<string>();
    for (const [name, { type }] of parsePrometheusText(await (await fetch(`${await serve()}/metrics`)).text())) {
      for (const end of type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']) names.add(name + end);
    }
    const used = read(file).match(/\b(?:pgtaskqueue|nodejs|process)_[a-z0-9_]+/g) ?? [];
    expect(used.length).toBeGreaterThan(5);
    for (const name of used) expect(names).toContain(name);
  },
);

test('the dashboard is a document that Grafana imports', () => {
  const { panels, templating, title } = JSON.parse(read('dashboard.json'));
  expect(title).toBe('pgtaskqueue');
  expect(templating.list.map(({ name }: { name: string }) => name)).toEqual(['source', 'queue']);
  expect(new Set(panels.map(({ id }: { id: number }) => id)).size).toBe(panels.length);
  for (const { targets, gridPos } of panels) {
    expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    expect(targets.length).toBeGreaterThan(0);
  }
});

test.runIf(tools.promtool)('promtool accepts the rules, and they fire as their tests say', async () => {
  const promtool = (...given: string[]) => promisify(execFile)('promtool', given, { cwd: FOLDER });
  expect((await promtool('check', 'config', 'prometheus.yml')).stdout).toContain('7 rules found');
  expect((await promtool('test', 'rules', 'alerts.test.yaml')).stdout).toContain('SUCCESS');
});

test.runIf(tools.promtool)('promtool has nothing to say against our metrics', async () => {
  const text = await (await fetch(`${await serve()}/metrics`)).text();
  const { stderr, stdout } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
  // Names that prom-client chose are its own business.
  expect(
    `${stdout}${stderr}`.split('\n').filter((line) => line.includes('pgtaskqueue') || line.includes('error')),
  ).toEqual([]);
});

test.runIf(tools.prometheus)('a real Prometheus scrapes a real server, and answers the queries', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'prometheus-'));
  const [url, port] = [await serve(), await freePort()];
  const target = url.replace('http://', '');
  const config = read('prometheus.yml').replace('127.0.0.1:8123', target).replaceAll('15s', '1s');
  writeFileSync(path.join(folder, 'prometheus.yml'), config);
  writeFileSync(path.join(folder, 'alerts.yaml'), read('alerts.yaml'));
  const prometheus = spawn(
    'prometheus',
    [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: 'ignore' },
  );
  const ended = new Promise((resolve) => prometheus.once('exit', resolve));
  onTestFinished(async () => {
    prometheus.kill();
    await ended;
    rmSync(folder, { recursive: true });
  });
  const ask = async (query: string) => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(query)}`);
    const { status, error, data } = await response.json();
    return { status, error, result: data?.result as { value: [number, string] }[] | undefined };
  };
  await eventually(async () => expect((await ask('max(pgtaskqueue_dispatchers)')).result?.[0]?.value[1]).toBe('1'), {
    everyMs: 200,
  });
  const { panels } = JSON.parse(read('dashboard.json'));
  for (const { targets } of panels as { targets: { expr: string }[] }[]) {
    for (const { expr } of targets) {
      const query = expr.replaceAll('$queue', '.*').replaceAll('$__rate_interval', '1m');
      expect(await ask(query), query).toMatchObject({ status: 'success' });
    }
  }
  const rules = await (await fetch(`http://127.0.0.1:${port}/api/v1/rules`)).json();
  expect(rules.data.groups[0].rules.map(({ health }: { health: string }) => health)).not.toContain('err');
});
