// The bytes are those of App Engine's SDK for Python.

import { create, type DescMessage, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { readCall } from '../../src/app-engine/answer-call.ts';
import { AddRequest, BulkAddRequest, BulkAddResponse } from '../../src/app-engine/schema/add.ts';
import { FetchQueueStatsResponse } from '../../src/app-engine/schema/queues.ts';
import { RemoteRequest, RemoteResponse } from '../../src/app-engine/schema/remote-api.ts';
import { DeleteResponse, LeaseTasksRequest, LeaseTasksResponse } from '../../src/app-engine/schema/tasks.ts';
import { hasFewFields } from '../../src/protobuf/few-fields.ts';
import { missingField } from '../../src/protobuf/required.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));
const utf8 = (text: string) => new Uint8Array(Buffer.from(text));
const encode = <Type extends DescMessage>(type: Type, init: MessageInitShape<Type>) =>
  hex(toBinary(type, create(type, init)));

const BULK_ADD =
  '0a8a010a0764656661756c74120018b8f8c1d5cf97980322072f776f726b65722802333a0c436f6e74656e742d5479706542216170706c' +
  '69636174696f6e2f782d7777772d666f726d2d75726c656e636f64656434333a1d582d417070456e67696e652d43757272656e742d4e61' +
  '6d6573706163654200344a03613d31636a017372017a648a01020803900100';

test('a request with groups is read and written', () => {
  const request = fromBinary(BulkAddRequest, bytesOf(BULK_ADD));
  const [task] = request.addRequest;
  expect(task).toMatchObject({
    ...{ queueName: utf8('default'), taskName: utf8(''), etaUsec: 1_795_214_636_252_216n, method: 2, mode: 0 },
    ...{ url: utf8('/worker'), body: utf8('a=1') },
    header: [
      { key: utf8('Content-Type'), value: utf8('application/x-www-form-urlencoded') },
      { key: utf8('X-AppEngine-Current-Namespace'), value: utf8('') },
    ],
    retryParameters: { retryLimit: 3 },
  });
  expect(task?.crontimetable).toMatchObject({ schedule: utf8('s'), timezone: utf8('z') });
  expect([task?.tag, task?.retryParameters?.minBackoffSec]).toEqual([undefined, undefined]);
  const [again] = fromBinary(BulkAddRequest, toBinary(BulkAddRequest, request)).addRequest;
  expect(again).toEqual(task);
});

describe('responses are written byte for byte', () => {
  test.each<[string, DescMessage, Record<string, unknown>, string]>([
    [
      'BulkAdd',
      BulkAddResponse,
      { taskresult: [{ result: 0, chosenTaskName: utf8('task-1') }, { result: 1 }] },
      '0b10001a067461736b2d310c0b10010c',
    ],
    ['Delete', DeleteResponse, { result: [0, 11, 14] }, '1800180b180e'],
    [
      'QueryAndOwnTasks',
      LeaseTasksResponse,
      { task: [{ taskName: utf8('n'), etaUsec: 5n, retryCount: 1, body: utf8('hi'), tag: utf8('t') }] },
      '0b12016e180520012a0268693201740c',
    ],
    [
      'FetchQueueStats',
      FetchQueueStatsResponse,
      {
        queuestats: [
          {
            ...{ numTasks: 2, oldestEtaUsec: -1n },
            scannerInfo: {
              ...{ executedLastMinute: 1n, executedLastHour: 2n, samplingDurationSeconds: 60 },
              ...{ requestsInFlight: 0, enforcedRate: 5 },
            },
          },
        ],
      },
      '0b100218ffffffffffffffffff01221808011002190000000000004e4020002900000000000014400c',
    ],
    ['an error', RemoteResponse, { applicationError: { code: 25, detail: 'd' } }, '1a050819120164'],
  ])('%s', (_, type, init, expected) => {
    expect(encode(type, init)).toBe(expected);
  });
});

describe('required fields', () => {
  test('are missed when reading, at any depth', () => {
    expect(missingField(AddRequest, create(AddRequest, {}))).toBe('queue_name');
    const partial = create(BulkAddRequest, { addRequest: [{ queueName: utf8('q'), taskName: utf8('') }] });
    expect(missingField(BulkAddRequest, partial)).toBe('add_request.eta_usec');
    const all = { queueName: utf8(''), taskName: utf8(''), etaUsec: 0n };
    expect(missingField(AddRequest, create(AddRequest, all))).toBeUndefined();
    const [header] = [{ key: utf8('k') }];
    expect(missingField(AddRequest, create(AddRequest, { ...all, header: [header] }))).toBe('header.value');
  });

  test('may be zero', () => {
    const bytes = encode(LeaseTasksRequest, { queueName: utf8(''), leaseSeconds: 0, maxTasks: 0n });
    expect(bytes).toBe('0a00110000000000000000' + '1800');
    expect(missingField(LeaseTasksRequest, fromBinary(LeaseTasksRequest, bytesOf(bytes)))).toBeUndefined();
  });

  test('are needed for writing', () => {
    expect(() => toBinary(BulkAddResponse, create(BulkAddResponse, { taskresult: [{}] }))).toThrow('result');
  });
});

test('fields are counted at any depth', () => {
  const bytes = bytesOf(BULK_ADD);
  const count = 19; // the task and its 11, of its headers 4, of what else is in it 3
  expect(hasFewFields(BulkAddRequest, bytes, count)).toBe(true);
  expect(hasFewFields(BulkAddRequest, bytes, count - 1)).toBe(false);
  const many = new Uint8Array(32_000_000).map((_, at) => (at % 2 === 0 ? 0x0a : 0));
  expect(hasFewFields(BulkAddRequest, many)).toBe(false);
  expect(() => hasFewFields(BulkAddRequest, bytes.subarray(0, 50))).toThrow();
});

test('an envelope is read with its ticket, or not at all', () => {
  const envelope = bytesOf('12097461736b71756575651a0a5075726765517565756522002a0178');
  expect(readCall(envelope)).toMatchObject({ serviceName: 'taskqueue', method: 'PurgeQueue', requestId: 'x' });
  const { length } = toBinary(RemoteRequest, create(RemoteRequest, { serviceName: '', method: '', request: utf8('') }));
  expect(length).toBe(6);
  for (const broken of [envelope.subarray(0, 20), envelope.subarray(11), utf8('{}'), new Uint8Array()])
    expect(readCall(broken)).toBeUndefined();
});
