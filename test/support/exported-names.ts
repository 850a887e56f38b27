// One name, one thing: no two source files declare an export of the same name.

const DECLARED =
  /^export\s+(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:class|interface|type|const|let|function\*?|enum)\s+(\w+)/gm;

/** Its files export a verb for each command, called by the command's name: `queues.list`, `tokens.list`. */
const VERBS = 'cli/actions/';

/**
 * Names that several files declare and export.
 *
 * @param files the text of each, by path
 * @returns a sentence for each name
 */
export function namesExportedTwice(files: ReadonlyMap<string, string>): string[] {
  const places = new Map<string, Set<string>>();
  for (const [file, text] of files) {
    if (file.startsWith(VERBS)) continue;
    for (const [, name = ''] of text.matchAll(DECLARED)) places.set(name, (places.get(name) ?? new Set()).add(file));
  }
  return [...places]
    .filter(([, { size }]) => size > 1)
    .map(([name, found]) => `${name} is exported by ${[...found].join(' and ')}`);
}
