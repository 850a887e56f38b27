// The card of a function: the comment at the head of its file, in sections.

const SECTIONS = ['Arguments', 'Returns', 'Raises', 'Example', 'Locks'] as const;

/** What a section says, in one line; the arguments line by line, with their indentation. */
export type Card = { [section in Exclude<(typeof SECTIONS)[number], 'Arguments'>]?: string } & { Arguments: string[] };

/** How far the text of a section is indented. */
const INDENT = 11;

export function cardOf(sql: string): Card {
  const card: Card = { Arguments: [] };
  let section: (typeof SECTIONS)[number] | undefined;
  for (const line of /^(?:--.*\n)+/.exec(sql)?.[0].split('\n') ?? []) {
    const text = line.slice(3);
    const named = SECTIONS.find((one) => text.startsWith(`${one} `));
    if (named) section = named;
    else if (text.trim() === '' || !text.startsWith(' ')) section = undefined;
    if (section === undefined) continue;
    if (section === 'Arguments') card.Arguments.push(text.slice(INDENT));
    else card[section] = `${card[section] ?? ''} ${text.slice(INDENT).trim()}`.trim();
  }
  return card;
}

/** Each argument begins at the section's own indentation, its text after two spaces; what is indented further goes on with it. */
export function argumentsTable({ Arguments: lines }: Card): string {
  const rows: { name: string; text: string }[] = [];
  const notes: string[] = [];
  for (const line of lines) {
    const [, name, text] = /^(\S(?:.*?\S)?) {2,}(.*)$/.exec(line) ?? [];
    const last = rows.at(-1);
    if (name !== undefined && text !== undefined) rows.push({ name, text });
    else if (line.startsWith(' ') && last && notes.length === 0) last.text += ` ${line.trim()}`;
    else notes.push(line.trim());
  }
  const table = rows.map(({ name, text }) => `| ${names(name)} | ${text.replaceAll('|', '\\|')} |`);
  const head = table.length > 0 ? ['| argument | meaning |', '|---|---|', ...table].join('\n') : '';
  return [head, notes.join(' ')].filter(Boolean).join('\n\n');
}

const names = (text: string) =>
  text
    .split(', ')
    .map((name) => `\`${name}\``)
    .join(', ');
