// Bodies of tasks, which may be text or not.

/** The bytes as text; undefined when they are not UTF-8 text. */
export function bytesAsText(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}
