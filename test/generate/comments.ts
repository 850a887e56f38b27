// The comment of a function as Markdown: paragraphs, `Arguments:` with a list, `Returns …`, `Raises: …`, and `Example:` with indented lines.

/** The sentence that says what it does. */
export const firstSentence = (comment: string) =>
  /^(?:[^.]|\.(?!\s|$))+\.?/.exec(comment.replaceAll(/\s+/g, ' ').trim())?.[0] ?? '';

export function commentAsMarkdown(comment: string): string {
  const parts = comment.trim().split(/\n\s*\n/);
  return parts.map(part).join('\n\n');
}

function part(text: string): string {
  const [, example] = /^Examples?:\n((?: {4}.*\n?)+)$/.exec(text) ?? [];
  if (example !== undefined) return `\`\`\`sql\n${example.replaceAll(/^ {4}/gm, '').trimEnd()}\n\`\`\``;
  const [, list] = /^Arguments:\n((?:.*\n?)+)$/.exec(text) ?? [];
  if (list !== undefined) return argumentsTable(list);
  return escaped(text.replace(/^(Returns|Raises|Roles)(:?) /, '**$1** '));
}

function argumentsTable(list: string): string {
  const items = list.split(/^- /m).filter((item) => item.trim());
  const rows = items.map((item) => {
    const [, names = '', text = ''] = /^([\w, ]+): (.*)$/s.exec(item.trim()) ?? ['', item.trim(), ''];
    const shown = names
      .split(', ')
      .map((name) => `\`${name}\``)
      .join(', ');
    return `| ${shown} | ${escaped(text.replaceAll(/\s+/g, ' '))} |`;
  });
  return ['| argument | meaning |', '|---|---|', ...rows].join('\n');
}

/** What Markdown would take for a tag, or for the end of a cell. */
export const escaped = (text: string) => text.replaceAll('<', '&lt;').replaceAll('|', '\\|');
