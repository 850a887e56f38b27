// Partial responses: `fields=kind,items(id,tag)` or `items/id`; `*` stands for every field.

type Selection = Map<string, Selection | 'all'>;

/**
 * Returns the selected parts of a document.
 *
 * @throws RangeError for an invalid selection
 */
export function pick(document: unknown, fields: string): unknown {
  const reader = { text: fields, at: 0 };
  const selection = readList(reader, 0);
  if (reader.at < fields.length) throw invalid(fields);
  return select(document, selection);
}

function select(value: unknown, selection: Selection | 'all'): unknown {
  if (selection === 'all' || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => select(each, selection));
  const chosen = Object.entries(value).flatMap(([key, inner]) => {
    const below = selection.get(key) ?? selection.get('*');
    return below === undefined ? [] : [[key, select(inner, below)]];
  });
  return Object.fromEntries(chosen);
}

interface Reader {
  text: string;
  at: number;
}

/** Deeper than any document; deeper selections are attacks on the stack. */
const MAX_DEPTH = 20;

function readList(reader: Reader, depth: number): Selection {
  const selection: Selection = new Map();
  for (;;) {
    const [name, below] = readOne(reader, depth);
    selection.set(name, below);
    if (reader.text[reader.at] !== ',') return selection;
    reader.at += 1;
  }
}

function readOne(reader: Reader, depth: number): [string, Selection | 'all'] {
  const [name] = /^(\*|[A-Za-z_][A-Za-z0-9_]*)/.exec(reader.text.slice(reader.at)) ?? [];
  if (name === undefined || depth > MAX_DEPTH) throw invalid(reader.text);
  reader.at += name.length;
  const next = reader.text[reader.at];
  if (next === '/') {
    reader.at += 1;
    return [name, new Map([readOne(reader, depth + 1)])];
  }
  if (next !== '(') return [name, 'all'];
  reader.at += 1;
  const inner = readList(reader, depth + 1);
  if (reader.text[reader.at] !== ')') throw invalid(reader.text);
  reader.at += 1;
  return [name, inner];
}

const invalid = (fields: string) =>
  new RangeError(`fields must be a list such as kind,items(id,tag), got ${fields.slice(0, 120)}`);
