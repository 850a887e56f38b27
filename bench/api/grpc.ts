// CreateTask over gRPC with nothing but HTTP/2: the message is coded once, its frames are sent as they are.

import http2 from 'node:http2';

const PATH = '/google.cloud.tasks.v2.CloudTasks/CreateTask';

/** Connects; returns a function that creates a task. */
export function openGrpc(url: string, task: { parent: string; url: string; body: string }): () => Promise<void> {
  const session = http2.connect(url);
  session.on('error', () => {}); // its streams fail with it
  const frame = framed(createTaskRequest(task));
  const headers = { ':method': 'POST', ':path': PATH, 'content-type': 'application/grpc', te: 'trailers' };
  return () =>
    new Promise((resolve, reject) => {
      const stream = session.request(headers);
      let status: unknown;
      stream.on('response', (answer) => (status = answer['grpc-status']));
      stream.on('trailers', (trailers) => (status = trailers['grpc-status']));
      stream.on('error', reject);
      stream.on('close', () => (status === '0' ? resolve() : reject(new Error(`grpc-status is ${status}`))));
      stream.resume();
      stream.end(frame);
    });
}

/** google.cloud.tasks.v2.CreateTaskRequest { parent, task { http_request { url, body } } } */
function createTaskRequest({ parent, url, body }: { parent: string; url: string; body: string }): Buffer {
  const httpRequest = Buffer.concat([field(1, url), field(4, body)]);
  return Buffer.concat([field(1, parent), field(2, field(3, httpRequest))]);
}

/** A field of type string, bytes or message. */
function field(number: number, value: string | Buffer): Buffer {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...varint(bytes.length)]), bytes]);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}

/** Uncompressed, with its length before it. */
function framed(message: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}
