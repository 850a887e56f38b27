// Decodes a file's bytes to text that is safe to parse.

import type { Problems } from '../domain/config-file/problems.ts';

/** Maximum size of a file: enough for a thousand queues, and quick to parse. */
export const MOST_BYTES = 262_144;

/** Returns the text of a file; undefined if it is too long or not UTF-8, which is reported. */
export function configText(content: string | Uint8Array, problems: Problems): string | undefined {
  const start = { line: 1, column: 1 };
  const bytes = typeof content === 'string' ? Buffer.byteLength(content) : content.length;
  if (bytes > MOST_BYTES) return problems.add(start, `the file must have at most ${MOST_BYTES} bytes, got ${bytes}`);
  try {
    const text = typeof content === 'string' ? content : new TextDecoder('utf-8', { fatal: true }).decode(content);
    const nul = text.indexOf('\0');
    return nul < 0 ? text.replace(/^\ufeff/, '') : problems.add(start, 'the file must not contain a NUL character');
  } catch {
    return problems.add(start, 'the file must be UTF-8 text');
  }
}
