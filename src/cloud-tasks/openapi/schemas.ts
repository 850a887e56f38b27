// Messages as JSON Schema, as the JSON mapping of protobuf has them.

import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';

export type Schema = Record<string, unknown>;

/** Messages with a JSON of their own. */
const WELL_KNOWN: Record<string, Schema> = {
  'google.protobuf.Timestamp': { type: 'string', format: 'date-time' },
  'google.protobuf.Duration': { type: 'string', pattern: '^-?[0-9]+(\\.[0-9]{1,9})?s$' },
  'google.protobuf.FieldMask': { type: 'string' },
  'google.protobuf.Any': { type: 'object', properties: { '@type': { type: 'string' } }, required: ['@type'] },
};

const SCALARS: Partial<Record<ScalarType, Schema>> = {
  [ScalarType.STRING]: { type: 'string' },
  [ScalarType.BYTES]: { type: 'string', contentEncoding: 'base64' },
  [ScalarType.BOOL]: { type: 'boolean' },
  [ScalarType.INT32]: { type: 'integer', format: 'int32' },
  [ScalarType.INT64]: { type: 'string', format: 'int64' },
  [ScalarType.DOUBLE]: { type: 'number', format: 'double' },
};

/** A reference to the schema of a message. */
export function schemaOf(type: DescMessage): Schema {
  return WELL_KNOWN[type.typeName] ?? { $ref: `#/components/schemas/${schemaName(type)}` };
}

/** Schemas of messages, and of all that they contain, by name. */
export function collectSchemas(types: readonly DescMessage[]): Record<string, Schema> {
  const collected = new Map<string, Schema>();
  const visit = (type: DescMessage): void => {
    if (WELL_KNOWN[type.typeName] || collected.has(schemaName(type))) return;
    const properties = Object.fromEntries(type.fields.map((field) => [field.jsonName, fieldSchema(field)]));
    collected.set(schemaName(type), { type: 'object', properties, additionalProperties: false });
    for (const { message } of type.fields) if (message) visit(message);
  };
  types.forEach(visit);
  return Object.fromEntries([...collected].sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function fieldSchema(field: DescField): Schema {
  switch (field.fieldKind) {
    case 'scalar':
      return SCALARS[field.scalar] ?? {};
    case 'enum':
      return { type: 'string', enum: field.enum.values.map(({ name }) => name) };
    case 'message':
      return schemaOf(field.message);
    case 'list':
      return { type: 'array', items: valueSchema(field) };
    case 'map':
      return { type: 'object', additionalProperties: valueSchema(field) };
  }
}

/** The full name, without what is the same for most: `v2.Task` is Task, and `v2beta2.Task` is v2beta2.Task. */
function schemaName({ typeName }: DescMessage): string {
  return typeName.replace(/^google\.cloud\.tasks\.(v2\.)?/, '');
}

function valueSchema({ message, scalar }: DescField): Schema {
  if (message) return schemaOf(message);
  return (scalar === undefined ? undefined : SCALARS[scalar]) ?? {};
}
