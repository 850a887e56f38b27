// Reads the XML of queue and cron files: elements and text, with their positions. Document types are rejected, and
// entities other than the five predefined ones.

import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { ConfigMapping, ConfigNode, Position } from '../domain/config-file/config-node.ts';
import type { Problems } from '../domain/config-file/problems.ts';

/** The structure of a file's elements. */
export interface XmlShape {
  /** The outermost element. */
  root: string;
  /** The element that is repeated within the root; its occurrences become the list under that key. */
  repeated: string;
  /** Elements whose children are a list of one key each. */
  lists: readonly string[];
}

type Element = { [tag: string]: Element[] } & { '#text'?: string; ':@'?: Record<string, string> };

const PARSER = new XMLParser({
  preserveOrder: true,
  processEntities: false,
  parseTagValue: false,
  parseAttributeValue: false,
  ignoreAttributes: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  captureMetaData: true,
  trimValues: true,
});

// The library declares this as Symbol, the object type.
const META = XMLParser.getMetaDataSymbol() as symbol;

/** Reads an XML file, replacing hyphens in keys by underscores; undefined if it is invalid, which is reported. */
export function readXml(text: string, shape: XmlShape, problems: Problems): ConfigNode | undefined {
  const hostile = /<!\s*(DOCTYPE|ENTITY)/i.exec(text);
  if (hostile) return problems.add(positionAt(text, hostile.index), `the file must not contain ${hostile[0]}`);
  const checked = XMLValidator.validate(text);
  if (checked !== true) {
    const { line, col, msg } = checked.err;
    return problems.add({ line: line || 1, column: col || 1 }, msg);
  }
  const roots = parse(text, problems);
  if (!roots) return undefined;
  const [root, second] = roots.filter((element) => tagOf(element) !== undefined);
  const reader = new XmlReader(text, shape, problems);
  if (!root || tagOf(root) !== shape.root || second) {
    const at = reader.place(second ?? root);
    return problems.add(at, `the file must have one root element, <${shape.root}>`);
  }
  return reader.root(root);
}

function parse(text: string, problems: Problems): Element[] | undefined {
  try {
    return PARSER.parse(text) as Element[];
  } catch (error) {
    return problems.add({ line: 1, column: 1 }, (error as Error).message); // too deep, or a reserved name
  }
}

class XmlReader {
  readonly #text: string;
  readonly #shape: XmlShape;
  readonly #problems: Problems;

  constructor(text: string, shape: XmlShape, problems: Problems) {
    this.#text = text;
    this.#shape = shape;
    this.#problems = problems;
  }

  /** Collects the repeated elements into one list. */
  root(root: Element): ConfigMapping {
    const at = this.place(root);
    const { repeated } = this.#shape;
    const children = this.#children(root);
    if (this.#textOf(root, at) !== '')
      this.#problems.add(at, `<${tagOf(root)}> must contain only elements, got text beside them`);
    const items = children.filter((child) => tagOf(child) === repeated).map((child) => this.#node(child));
    const entries = children.filter((child) => tagOf(child) !== repeated).map((child) => this.#entry(child));
    return { kind: 'mapping', at, entries: [...entries, { key: repeated, at, value: { kind: 'list', at, items } }] };
  }

  place(element: Element | undefined): Position {
    const meta = (element as Record<symbol, { startIndex?: number }> | undefined)?.[META];
    return positionAt(this.#text, meta?.startIndex ?? 0);
  }

  #entry(element: Element): { key: string; at: Position; value: ConfigNode } {
    const tag = tagOf(element) ?? '';
    // A tag with an underscore, such as <bucket_size>, is not valid in this file and must stay unknown.
    const key = tag.includes('_') ? `<${tag}>` : tag.replaceAll('-', '_');
    return { key, at: this.place(element), value: this.#node(element) };
  }

  #node(element: Element): ConfigNode {
    const at = this.place(element);
    const tag = tagOf(element) ?? '';
    const attributes = Object.keys(element[':@'] ?? {});
    if (attributes.length > 0) this.#problems.add(at, `<${tag}> must not have attributes`, { key: tag });
    const children = this.#children(element);
    if (children.length === 0) return { kind: 'scalar', type: 'untyped', text: this.#textOf(element, at), at };
    if (this.#textOf(element, at) !== '')
      this.#problems.add(at, `<${tag}> must contain only elements, got text beside them`, { key: tag });
    const entries = children.map((child) => this.#entry(child));
    if (!this.#shape.lists.includes(tag)) return { kind: 'mapping', at, entries };
    return { kind: 'list', at, items: entries.map((entry) => ({ kind: 'mapping', at: entry.at, entries: [entry] })) };
  }

  #children(element: Element): Element[] {
    return contentOf(element).filter((child) => tagOf(child) !== undefined);
  }

  #textOf(element: Element, at: Position): string {
    const raw = contentOf(element)
      .map((child) => child['#text'] ?? '')
      .join('');
    const text = raw.replaceAll(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => CHARACTERS[name] ?? '');
    const left = /&(?!(amp|lt|gt|quot|apos);)[#\w]*;?/.exec(raw)?.[0];
    if (left) this.#problems.add(at, `the file must not contain the entity ${left}`);
    return text.trim();
  }
}

const CHARACTERS: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function tagOf(element: Element): string | undefined {
  return Object.keys(element).find((key) => key !== ':@' && key !== '#text');
}

function contentOf(element: Element): Element[] {
  const tag = tagOf(element);
  return tag === undefined ? [] : (element[tag] ?? []);
}

function positionAt(text: string, index: number): Position {
  const before = text.slice(0, index).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
