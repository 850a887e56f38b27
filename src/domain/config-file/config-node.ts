// The contents of a YAML or XML file with the position of each part: the output of both readers and the input of the
// validators.

/** A position in a file; both numbers count from 1. */
export interface Position {
  line: number;
  column: number;
}

/** A value without parts. In XML everything is text, so its type is untyped and the key decides what it must be. */
export interface ConfigScalar {
  kind: 'scalar';
  type: 'text' | 'number' | 'boolean' | 'null' | 'untyped';
  /** As written, without quotes. */
  text: string;
  at: Position;
}

/** Keys and values, in the file's order; a repeated key occurs repeatedly. */
export interface ConfigMapping {
  kind: 'mapping';
  entries: { key: string; at: Position; value: ConfigNode }[];
  at: Position;
}

/** A list of values. */
export interface ConfigList {
  kind: 'list';
  items: ConfigNode[];
  at: Position;
}

export type ConfigNode = ConfigScalar | ConfigMapping | ConfigList;

/** Whether nothing was written after the key. */
export function isEmpty(node: ConfigNode): boolean {
  return node.kind === 'scalar' && (node.type === 'null' || (node.type === 'untyped' && node.text === ''));
}

/** A description of a node, for messages. */
export function kindOfNode(node: ConfigNode): string {
  if (isEmpty(node)) return 'nothing';
  if (node.kind === 'scalar') return excerpt(node.text);
  return node.kind === 'list' ? 'a list' : 'a mapping';
}

/** A value for messages: quoted, and at most a line long. */
export function excerpt(text: string): string {
  return `'${text.length > 60 ? `${text.slice(0, 60)}…` : text}'`;
}
