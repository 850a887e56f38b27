// The kinds of fields that messages have, with the types of their values.

import type { DescEnum, DescMessage, JsonObject, Message, MessageShape } from '@bufbuild/protobuf';
import { StructSchema, FieldDescriptorProto_Type as Type } from '@bufbuild/protobuf/wkt';

/** A field; the type parameter is that of its value in a message. */
export interface Field<Value = unknown> {
  number: number;
  type: Type;
  /** The message or enum that a value is. */
  of?: DescMessage | DescEnum;
  repeated?: boolean;
  /** The type of a map's keys. */
  map?: Type;
  /** True: unset is another value than the default one. */
  optional?: boolean;
  /** True: a message without it is invalid. */
  required?: boolean;
  /** False: each value of the list has a tag of its own. */
  packed?: boolean;
  /** Never set. */
  value?: Value;
}

/** Fields of which at most one is set. */
export interface OneOf<Choices extends Record<string, Field> = Record<string, Field>> {
  oneOf: Choices;
}

export type Fields = Record<string, Field | OneOf>;

type ValueOf<Given> = Given extends Field<infer Value> ? Value : never;
type ChoiceOf<Choices> = {
  [Name in keyof Choices]: { case: Name; value: NonNullable<ValueOf<Choices[Name]>> };
}[keyof Choices];

/** The type of the messages with these fields. */
export type ShapeOf<Given> = Message & {
  [Name in keyof Given]: Given[Name] extends OneOf<infer Choices>
    ? ChoiceOf<Choices> | { case: undefined; value?: undefined }
    : ValueOf<Given[Name]>;
};

export const string = (number: number): Field<string> => ({ number, type: Type.STRING });
export const bytes = (number: number): Field<Uint8Array> => ({ number, type: Type.BYTES });
export const bool = (number: number): Field<boolean> => ({ number, type: Type.BOOL });
export const int32 = (number: number): Field<number> => ({ number, type: Type.INT32 });
export const int64 = (number: number): Field<bigint> => ({ number, type: Type.INT64 });
export const double = (number: number): Field<number> => ({ number, type: Type.DOUBLE });
export const strings = (number: number): Field<string[]> => ({ number, type: Type.STRING, repeated: true });
export const bytesList = (number: number): Field<Uint8Array[]> => ({ number, type: Type.BYTES, repeated: true });
/** A list of numbers, each with a tag of its own, as proto2 writes it. */
export const int32s = (number: number): Field<number[]> => ({
  number,
  type: Type.INT32,
  repeated: true,
  packed: false,
});

/** Distinguishes unset from empty, as do all messages. */
export const optional = <Value>(field: Field<Value>): Field<Value | undefined> =>
  ({ ...field, optional: true }) as Field<Value | undefined>;

/** A field that each message has: without it, a message cannot be written, and one that was read is invalid. */
export const required = <Value>(field: Field<Value>): Field<Value> => ({ ...field, required: true });

/** A value of an enum, as its number. */
export const enumValue = (of: DescEnum, number: number): Field<number> => ({ number, type: Type.ENUM, of });

/** A message. */
export function one<Of extends DescMessage>(of: Of, number: number): Field<MessageShape<Of> | undefined> {
  return { number, type: Type.MESSAGE, of };
}

/** A JSON object of any form. */
export const jsonObject = (number: number): Field<JsonObject | undefined> => ({
  ...{ number, type: Type.MESSAGE, of: StructSchema },
});

/** A list of messages. */
export function many<Of extends DescMessage>(of: Of, number: number): Field<MessageShape<Of>[]> {
  return { number, type: Type.MESSAGE, of, repeated: true };
}

/** A message between a start and an end, as proto2 has them. */
export function group<Of extends DescMessage>(of: Of, number: number): Field<MessageShape<Of> | undefined> {
  return { number, type: Type.GROUP, of };
}

/** A list of such messages. */
export function groups<Of extends DescMessage>(of: Of, number: number): Field<MessageShape<Of>[]> {
  return { number, type: Type.GROUP, of, repeated: true };
}

/** A map of text to text. */
export const stringMap = (number: number): Field<Record<string, string>> => ({
  number,
  type: Type.STRING,
  map: Type.STRING,
});

/** A map of whole numbers to messages. */
export function indexed<Of extends DescMessage>(of: Of, number: number): Field<Record<number, MessageShape<Of>>> {
  return { number, type: Type.MESSAGE, of, map: Type.INT32 };
}

/** At most one of several fields. */
export const union = <Choices extends Record<string, Field>>(choices: Choices): OneOf<Choices> => ({ oneOf: choices });
