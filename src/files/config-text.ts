// A file's bytes, as text that is safe to parse.

import type { Problems } from '../domain/config-file/problems.ts';

/** The longest file: a thousand queues fit, and no parser takes long over it. */
export const MOST_BYTES = 262_144;

/** The text of a file; undefined when it is too long or no UTF-8, which is reported. */
export function configText(content: string | Uint8Array, problems: Problems): string | undefined {
  const start = { line: 1, column: 1 };
  const bytes = typeof content === 'string' ? Buffer.byteLength(content) : content.length;
  if (bytes > MOST_BYTES) return problems.add(start, `the file has ${bytes} bytes; it may have ${MOST_BYTES}`);
  try {
    const text = typeof content === 'string' ? content : new TextDecoder('utf-8', { fatal: true }).decode(content);
    const nul = text.indexOf('\0');
    return nul < 0 ? text.replace(/^\ufeff/, '') : problems.add(start, 'the file holds a NUL character');
  } catch {
    return problems.add(start, 'the file is no UTF-8 text');
  }
}
