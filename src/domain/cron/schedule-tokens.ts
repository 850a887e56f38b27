// The tokenizer of schedules.

const ORDINALS: Record<string, number> = {
  ...{ '1st': 1, first: 1, '2nd': 2, second: 2, '3rd': 3, third: 3, '4th': 4, fourth: 4, '5th': 5, fifth: 5 },
};
const WEEKDAYS = named(['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'], 0);
const MONTHS = named(
  [
    ...['january', 'february', 'march', 'april', 'may', 'june'],
    ...['july', 'august', 'september', 'october', 'november', 'december'],
  ],
  1,
);
const KEYWORDS = [
  'every',
  'of',
  'from',
  'to',
  'synchronized',
  'hours',
  'mins',
  'minutes',
  'day',
  'month',
  'quarter',
  ',',
];

/** A word of a schedule and its numeric value. */
export interface Token {
  kind: 'ordinal' | 'weekday' | 'month' | 'keyword' | 'number' | 'time' | 'end' | 'unknown';
  /** As written, in lower case. */
  text: string;
  value: number;
}

const VOCABULARY: Token[] = [
  ...tokens('ordinal', ORDINALS),
  ...tokens('weekday', WEEKDAYS),
  ...tokens('month', MONTHS),
  ...KEYWORDS.map((text): Token => ({ kind: 'keyword', text, value: 0 })),
].sort((a, b) => b.text.length - a.text.length); // the longest word wins: month before mon

/**
 * Splits a schedule into tokens; white space between them is optional. Anything unknown becomes a last token of kind
 * `unknown`.
 */
export function tokenize(text: string): Token[] {
  const found: Token[] = [];
  let rest = text.toLowerCase().trimStart();
  while (rest !== '') {
    const token = nextToken(rest);
    found.push(token);
    if (token.kind === 'unknown') return found;
    rest = rest.slice(token.text.length).trimStart();
  }
  return [...found, { kind: 'end', text: '', value: 0 }];
}

function nextToken(rest: string): Token {
  const time = /^(\d{1,2}):(\d\d)(?!\d)/.exec(rest);
  if (time) {
    const [text, hours, minutes] = time;
    const valid = Number(hours) < 24 && Number(minutes) < 60;
    return { kind: valid ? 'time' : 'unknown', text, value: Number(hours) * 60 + Number(minutes) };
  }
  const word = VOCABULARY.find((token) => rest.startsWith(token.text));
  if (word) return word;
  const [number] = /^\d+/.exec(rest) ?? [];
  if (number !== undefined) return { kind: 'number', text: number, value: Number(number) };
  return { kind: 'unknown', text: /^\S{1,40}/.exec(rest)?.[0] ?? '', value: 0 };
}

function tokens(kind: Token['kind'], words: Record<string, number>): Token[] {
  return Object.entries(words).map(([text, value]) => ({ kind, text, value }));
}

/** Maps full names and their first three letters to numbers. */
function named(names: readonly string[], first: number): Record<string, number> {
  return Object.fromEntries(
    names.flatMap((name, at) => [
      [name, at + first],
      [name.slice(0, 3), at + first],
    ]),
  );
}
