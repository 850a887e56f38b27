// What a YAML or XML file holds, with the place of each thing: what both readers make, and what the validator looks at.

/** Where something begins; both count from 1. */
export interface Position {
  line: number;
  column: number;
}

/** A value without parts. In XML everything is text, so that its type is untyped: the key decides what it has to be. */
export interface ConfigScalar {
  kind: 'scalar';
  type: 'text' | 'number' | 'boolean' | 'null' | 'untyped';
  /** As it is written, without quotes. */
  text: string;
  at: Position;
}

/** Keys and values, in the file's order; a key that is written twice is here twice. */
export interface ConfigMapping {
  kind: 'mapping';
  entries: { key: string; at: Position; value: ConfigNode }[];
  at: Position;
}

/** Values in a row. */
export interface ConfigList {
  kind: 'list';
  items: ConfigNode[];
  at: Position;
}

export type ConfigNode = ConfigScalar | ConfigMapping | ConfigList;

/** Nothing was written after the key. */
export function isEmpty(node: ConfigNode): boolean {
  return node.kind === 'scalar' && (node.type === 'null' || (node.type === 'untyped' && node.text === ''));
}

/** What a node is, for a message. */
export function kindOfNode(node: ConfigNode): string {
  if (isEmpty(node)) return 'nothing';
  if (node.kind === 'scalar') return excerpt(node.text);
  return node.kind === 'list' ? 'a list' : 'a mapping';
}

/** A value as messages show it: quoted, and not longer than a line. */
export function excerpt(text: string): string {
  return `'${text.length > 60 ? `${text.slice(0, 60)}…` : text}'`;
}
