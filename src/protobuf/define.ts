// Defines protobuf messages and their types in one place. What is written once, in TypeScript, becomes a descriptor,
// which validates JSON, codes binary messages and prints the OpenAPI document.
//
// All files are proto3, whose unset fields are undefined. Groups, required fields and lists that are not packed, which
// only proto2 has, are coded as proto2 codes them.

import { create, createFileRegistry, type DescEnum, type DescFile, type DescMessage } from '@bufbuild/protobuf';
import type { GenMessage } from '@bufbuild/protobuf/codegenv2';
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  FieldDescriptorProtoSchema,
  FileDescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  OneofDescriptorProtoSchema,
  FieldDescriptorProto_Type as Type,
} from '@bufbuild/protobuf/wkt';
import type { Field, Fields, OneOf, ShapeOf } from './fields.ts';

/** Defines a message. Its name is the full one; a field's name is in camel case and its number is protobuf's. */
export function message<Given extends Fields>(typeName: string, fields: Given): GenMessage<ShapeOf<Given>> {
  const descriptor = new Draft(typeName);
  for (const [name, field] of Object.entries(fields)) descriptor.add(name, field);
  return descriptor.build() as GenMessage<ShapeOf<Given>>;
}

/** Defines an enum: the names of its values by their numbers. */
export function enumeration(typeName: string, names: Record<number, string>): DescEnum {
  const [packageName, name] = split(typeName);
  const value = Object.entries(names).map(([number, text]) => ({ name: text, number: Number(number) }));
  const [file] = register({ name: `${typeName}.proto`, package: packageName, enumType: [{ name, value }] }, []);
  return file.enums[0] as DescEnum;
}

/** A message on its way to a descriptor. Each message is a file of its own. */
class Draft {
  readonly #typeName: string;
  readonly #proto: DescriptorProto;
  readonly #imports = new Map<string, DescFile>();

  constructor(typeName: string) {
    this.#typeName = typeName;
    this.#proto = create(DescriptorProtoSchema, { name: split(typeName)[1] });
  }

  add(name: string, field: Field | OneOf): void {
    if (!('oneOf' in field)) {
      this.#addField(name, field, field.optional ? this.#addOneOf(`_${snakeCase(name)}`) : undefined);
      return;
    }
    const index = this.#addOneOf(snakeCase(name));
    for (const [choice, inner] of Object.entries(field.oneOf)) this.#addField(choice, inner, index);
  }

  build(): DescMessage {
    const [packageName] = split(this.#typeName);
    const imports = [...this.#imports.values()];
    const dependency = imports.map((file) => file.proto.name);
    const name = `${this.#typeName}.proto`;
    const [file] = register({ name, package: packageName, dependency, messageType: [this.#proto] }, imports);
    return file.messages[0] as DescMessage;
  }

  #addOneOf(name: string): number {
    return this.#proto.oneofDecl.push(create(OneofDescriptorProtoSchema, { name })) - 1;
  }

  #addField(name: string, field: Field, oneofIndex: number | undefined): void {
    const entry = field.map ? this.#addEntry(name, field) : undefined;
    const type = entry ? Type.MESSAGE : field.type;
    const typeName = entry ?? this.#nameOf(field);
    const options = field.repeated && field.packed === false ? { options: { packed: false } } : {};
    const made = { name: snakeCase(name), number: field.number, type, typeName, label: labelOf(field), jsonName: name };
    const inOneOf = oneofIndex === undefined ? {} : { oneofIndex, proto3Optional: field.optional ?? false };
    this.#proto.field.push(create(FieldDescriptorProtoSchema, { ...made, ...inOneOf, ...options }));
  }

  /** The message of a map's entries; returns its name. */
  #addEntry(name: string, field: Field): string {
    const entry = `${name[0]?.toUpperCase()}${name.slice(1)}Entry`;
    const part = (name: string, number: number, type: Type, typeName = '') => ({
      ...{ name, number, type, typeName, label: Label.OPTIONAL, jsonName: name },
    });
    this.#proto.nestedType.push(
      create(DescriptorProtoSchema, {
        name: entry,
        field: [part('key', 1, field.map as Type), part('value', 2, field.type, this.#nameOf(field))],
        options: { mapEntry: true },
      }),
    );
    return `.${this.#typeName}.${entry}`;
  }

  #nameOf({ of }: Field): string {
    if (!of) return '';
    this.#imports.set(of.file.proto.name, of.file);
    return `.${of.typeName}`;
  }
}

function labelOf({ repeated, map, required }: Field): Label {
  if (repeated || map) return Label.REPEATED;
  return required ? Label.REQUIRED : Label.OPTIONAL;
}

function register(init: object, imports: DescFile[]): [DescFile] {
  const proto = create(FileDescriptorProtoSchema, { syntax: 'proto3', ...init });
  const found = (name: string) => imports.find((file) => file.proto.name === name);
  return [createFileRegistry(proto, found).getFile(proto.name) as DescFile];
}

function split(typeName: string): [packageName: string, name: string] {
  const at = typeName.lastIndexOf('.');
  return [typeName.slice(0, at), typeName.slice(at + 1)];
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
