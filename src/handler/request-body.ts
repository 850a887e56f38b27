// Reads bodies unchanged, up to a limit.

import { oversized } from './verifier.ts';

/**
 * All bytes of a stream, such as a Request's body or Node's request.
 *
 * @throws TaskVerificationError (`oversized`) as soon as there are more than the limit; the rest is not read
 */
export async function readBody(stream: AsyncIterable<Uint8Array> | null, maxBytes: number): Promise<Uint8Array> {
  if (stream === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    if (size > maxBytes) throw oversized(maxBytes);
    chunks.push(chunk);
  }
  return chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks);
}
