// Compressed responses. Pages are compressed as they are sent; scripts and styles once, as well as possible.

import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { RequestContext } from '../http/route.ts';

export type Encoding = 'br' | 'gzip';

const compressors = { br: promisify(brotliCompress), gzip: promisify(gzip) };
/** Quality 5 compresses a page in a few milliseconds, and nearly as well as 11 does in a hundred times as many. */
const brotli = (quality: number) => ({ params: { [constants.BROTLI_PARAM_QUALITY]: quality } });

/** The best encoding that the client accepts; undefined: none. */
export function encodingFor(context: RequestContext): Encoding | undefined {
  const accepted = (context.req.header('accept-encoding') ?? '').split(',').map((each) => each.trim());
  return (['br', 'gzip'] as const).find((encoding) => accepted.some((each) => accepts(each, encoding)));
}

function accepts(given: string, encoding: Encoding): boolean {
  const [name = '', quality = ''] = given.split(';');
  return name.trim().toLowerCase() === encoding && !/^\s*q=0(\.0*)?\s*$/.test(quality);
}

/** @param best true: takes its time, for what is compressed once */
export async function compress(text: string, encoding: Encoding, best = false): Promise<Uint8Array<ArrayBuffer>> {
  const compressed =
    encoding === 'br' ? compressors.br(text, brotli(best ? 11 : 5)) : compressors.gzip(text, { level: best ? 9 : 6 });
  return new Uint8Array(await compressed);
}

/** The headers of a response in an encoding. */
export function encodingHeaders(encoding: Encoding | undefined): Record<string, string> {
  return { vary: 'accept-encoding', ...(encoding && { 'content-encoding': encoding }) };
}
