// One name, one thing: no two source files declare an export of the same name.

const DECLARED =
  /^export\s+(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:class|interface|type|const|let|function\*?|enum)\s+(\w+)/gm;

/** Each file here is a command's noun, and imported as such: `queues.list`, `keys.list`. */
const NOUNS = 'cli/actions/';

/**
 * Names that several files declare and export.
 *
 * @param files the text of each, by path
 * @returns a sentence for each name
 */
export function namesExportedTwice(files: ReadonlyMap<string, string>): string[] {
  const places = new Map<string, Set<string>>();
  for (const [file, text] of files) {
    if (file.startsWith(NOUNS)) continue;
    for (const [, name = ''] of text.matchAll(DECLARED)) places.set(name, (places.get(name) ?? new Set()).add(file));
  }
  return [...places]
    .filter(([, { size }]) => size > 1)
    .map(([name, found]) => `${name} is exported by ${[...found].join(' and ')}`);
}
