// Kinds of values: each names in words what it accepts, reads it from a file, and describes itself as a JSON Schema.
// The validator and the schema are made from the same kinds, so they cannot disagree.

import type { ConfigScalar } from './config-node.ts';

/** A JSON Schema, draft 7. */
export type JsonSchema = { [key: string]: unknown };

/** The kind of value that a key accepts. */
export interface Kind<Value = unknown> {
  /** Completes the sentence `rate must be …, got 'x'`. */
  readonly expected: string;
  readonly schema: JsonSchema;
  /** Returns undefined if the value is not of this kind. */
  read(scalar: ConfigScalar): Value | undefined;
}

/** Text that matches a pattern. A plain whole number counts as its digits, so a queue may be named 7. */
export function text(pattern: RegExp, expected: string, schema: JsonSchema = {}): Kind<string> {
  return {
    expected,
    schema: { anyOf: [{ type: 'string', pattern: pattern.source, ...schema }, ...plainNumbers(pattern)] },
    read: (scalar) => {
      const isText = scalar.type === 'text' || scalar.type === 'untyped';
      const isPlain = scalar.type === 'number' && PLAIN_WHOLE.test(scalar.text);
      return (isText || isPlain) && pattern.test(scalar.text) ? scalar.text : undefined;
    },
  };
}

/** Text with a grammar of its own, such as a rate; a number counts as text. */
export function spelled(
  read: (text: string) => number | undefined,
  expected: string,
  schema: JsonSchema,
): Kind<string> {
  return {
    expected,
    schema,
    read: (scalar) =>
      scalar.type !== 'boolean' && scalar.type !== 'null' && read(scalar.text) !== undefined ? scalar.text : undefined,
  };
}

/** A whole number within a range. Not 010, which some parsers read as eight and others as ten. */
export function wholeNumber(min: number, max: number, expected = `a whole number from ${min} to ${max}`): Kind<number> {
  return {
    expected,
    schema: { type: 'integer', minimum: min, maximum: max },
    read: (scalar) => numberIn(scalar, PLAIN_WHOLE, min, max),
  };
}

/** A number of at least `min`. */
export function numeric(min: number, max: number, expected: string): Kind<number> {
  return {
    expected,
    schema: { type: 'number', minimum: min, maximum: max },
    read: (scalar) => numberIn(scalar, /^-?(0|[1-9][0-9]*)(\.[0-9]*)?([eE][-+]?[0-9]{1,3})?$/, min, max),
  };
}

/** One of a few words. */
export function choice<Word extends string>(...words: Word[]): Kind<Word> {
  return {
    expected: words.join(' or '),
    schema: { enum: words },
    read: (scalar) => words.find((word) => word === scalar.text),
  };
}

/** True or False, in upper or lower case. */
export const yesOrNo: Kind<boolean> = {
  expected: 'True or False',
  schema: { type: 'boolean' },
  read: (scalar) => {
    if (scalar.type !== 'boolean' && scalar.type !== 'untyped') return undefined;
    if (/^true$/i.test(scalar.text)) return true;
    return /^false$/i.test(scalar.text) ? false : undefined;
  },
};

/** Any text; it is accepted and ignored. */
export const anything: Kind<string> = {
  expected: 'text',
  schema: { type: ['string', 'number'] },
  read: (scalar) => (['text', 'untyped', 'number'].includes(scalar.type) ? scalar.text : undefined),
};

const PLAIN_WHOLE = /^-?(0|[1-9][0-9]{0,14})$/;

function numberIn({ type, text }: ConfigScalar, form: RegExp, min: number, max: number): number | undefined {
  if ((type !== 'number' && type !== 'untyped') || !form.test(text)) return undefined;
  const value = Number(text);
  return value >= min && value <= max ? value : undefined;
}

function plainNumbers(pattern: RegExp): JsonSchema[] {
  return pattern.test('7') ? [{ type: 'integer', minimum: 0, maximum: 999_999_999_999_999 }] : [];
}
