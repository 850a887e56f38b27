// Google's clients for Go and Ruby, and gcloud, where this machine has them. Debian's packages are golang-go,
// golang-google-cloud-dev and ruby-google-api-client.

import { execFile, execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PARENT, useCloudTasks } from './cloud-tasks.ts';

const { url } = useCloudTasks();
const run = promisify(execFile);

const PROGRAMS = path.join(import.meta.dirname, 'programs');
const GOPATH = '/usr/share/gocode';
let folder: string;

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ptq-clients-'));
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Says so where a program is missing. */
function has(what: string, command: string, args: string[], file?: string): boolean {
  let present = file === undefined || fs.existsSync(file);
  try {
    execFileSync(command, args, { stdio: 'ignore' });
  } catch {
    present = false;
  }
  if (!present) console.warn(`skipped: ${what} is not installed`);
  return present;
}

const hasGo = has("Google's client for Go", 'go', ['version'], `${GOPATH}/src/cloud.google.com/go/cloudtasks/apiv2`);
const hasRuby = has("Google's client for Ruby", 'ruby', ['-e', "require 'google/apis/cloudtasks_v2'"]);
const hasGcloud = has('gcloud', 'gcloud', ['--help']);

/** What a program prints, line by line. */
async function lines(command: string, args: string[], env: Record<string, string> = {}): Promise<string[]> {
  const { stdout } = await run(command, args, { env: { ...process.env, ...env } });
  return stdout.trimEnd().split('\n');
}

async function goProgram(name: string, address: string, queue: string): Promise<string[]> {
  const program = path.join(folder, name);
  const env = { GO111MODULE: 'off', GOPATH, GOFLAGS: '', GOCACHE: path.join(folder, 'go-cache') };
  const source = path.join(PROGRAMS, name, 'main.go');
  await run('go', ['build', '-o', program, source], { env: { ...process.env, ...env } });
  return lines(program, [address, PARENT, queue]);
}

test.skipIf(!hasGo)('Go, over gRPC', async () => {
  expect(await goProgram('go', new URL(url()).host, 'go-grpc')).toEqual([
    'created true RUNNING 500 100',
    'updated 500 7',
    'paused PAUSED',
    ...[0, 1, 2].map((n) => `listed /tasks/go-${n} PUT https://example.com/ hello b FULL`),
    'get NotFound Requested entity was not found.',
    'create InvalidArgument',
    'again FailedPrecondition',
  ]);
});

test.skipIf(!hasGo)('Go, over REST', async () => {
  expect(await goProgram('go-rest', url(), 'go-rest')).toEqual([
    'created true RUNNING 500 0.100s',
    'updated 500 7',
    'paused PAUSED',
    ...[0, 1, 2].map((n) => `listed /tasks/go-${n} PUT https://example.com/ aGVsbG8= b FULL`),
    'get 404 Requested entity was not found.',
  ]);
});

test.skipIf(!hasRuby)('Ruby', async () => {
  expect(await lines('ruby', [path.join(PROGRAMS, 'client.rb'), url(), PARENT, 'ruby'])).toEqual([
    'created true RUNNING 500 0.100s',
    'updated 500 7',
    'paused PAUSED',
    ...[0, 1, 2].map((n) => `listed /tasks/ruby-${n} PUT https://example.com/ hello b FULL`),
    'get 404 Requested entity was not found.',
  ]);
});

describe.skipIf(!hasGcloud)('gcloud', () => {
  const gcloud = (words: string, ...more: string[]) =>
    lines('gcloud', ['tasks', ...words.split(' '), ...more, '--format=json'], {
      CLOUDSDK_CONFIG: path.join(folder, 'gcloud'),
      CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDTASKS: `${url()}/`,
      CLOUDSDK_AUTH_DISABLE_CREDENTIALS: 'true',
      CLOUDSDK_CORE_PROJECT: 'p',
      CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
      CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: '1',
      CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK: '1',
    }).then((output) => JSON.parse(output.join('') || 'null'));
  const AT = '--location=europe-west1';

  test('queues', async () => {
    await gcloud(`queues create gcloud ${AT} --max-dispatches-per-second=5 --max-attempts=3`);
    const describeQueue = () => gcloud(`queues describe gcloud ${AT}`);
    expect(await describeQueue()).toMatchObject({
      name: `${PARENT}/queues/gcloud`,
      rateLimits: { maxDispatchesPerSecond: 5, maxBurstSize: 5 },
      retryConfig: { maxAttempts: 3, minBackoff: '0.100s' },
      state: 'RUNNING',
    });
    await gcloud(`queues update gcloud ${AT} --clear-max-attempts --max-concurrent-dispatches=3`);
    expect(await describeQueue()).toMatchObject({
      rateLimits: { maxDispatchesPerSecond: 5, maxConcurrentDispatches: 3 },
      retryConfig: { maxAttempts: 100 },
    });
    await gcloud(`queues pause gcloud ${AT}`);
    expect(await gcloud(`queues list ${AT}`, '--filter=state:PAUSED')).toMatchObject([{ state: 'PAUSED' }]);
    await gcloud(`queues purge gcloud ${AT}`);
    await gcloud(`queues resume gcloud ${AT}`);
    expect(await describeQueue()).toMatchObject({ state: 'RUNNING', purgeTime: expect.any(String) });
    expect(await gcloud('locations list')).toMatchObject([{ locationId: 'europe-west1' }]);
    await gcloud(`queues delete gcloud ${AT}`);
    await expect(describeQueue()).rejects.toThrow(/Queue does not exist/);
  });

  test('tasks', async () => {
    await gcloud(`queues create gcloud-tasks ${AT}`);
    await gcloud(`queues pause gcloud-tasks ${AT}`);
    const IN = `--queue=gcloud-tasks ${AT}`;
    await gcloud(`create-http-task t-1 ${IN} --url=https://example.com/ --method=PUT --body-content=hi --header=X-A:b`);
    await gcloud(`create-app-engine-task t-2 ${IN} --relative-uri=/worker --routing=service:svc`);
    expect(await gcloud(`describe t-1 ${IN} --response-view=full`)).toMatchObject({
      name: `${PARENT}/queues/gcloud-tasks/tasks/t-1`,
      httpRequest: { url: 'https://example.com/', httpMethod: 'PUT', headers: { 'X-A': 'b' }, body: 'aGk=' },
      view: 'FULL',
    });
    expect(await gcloud(`list ${IN}`)).toMatchObject([
      { httpRequest: { httpMethod: 'PUT' } },
      { appEngineHttpRequest: { relativeUri: '/worker', appEngineRouting: { service: 'svc' } } },
    ]);
    await gcloud(`delete t-1 ${IN}`);
    expect(await gcloud(`list ${IN}`)).toHaveLength(1);
  });
});
