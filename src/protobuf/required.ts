// Messages that lack what each of them must have. Reading bytes does not check it.

import { type DescMessage, isFieldSet, type Message } from '@bufbuild/protobuf';
import { FeatureSet_FieldPresence as Presence } from '@bufbuild/protobuf/wkt';

/** The name of a required field that a message, or one inside it, lacks; undefined: it has all. */
export function missingField(type: DescMessage, message: Message): string | undefined {
  for (const field of type.fields) {
    const isRequired = field.presence === Presence.LEGACY_REQUIRED;
    if (isRequired && !isFieldSet(message, field)) return field.name;
    if (!field.message) continue;
    const value = (message as unknown as Record<string, Message | Message[] | undefined>)[field.localName];
    for (const inner of Array.isArray(value) ? value : value ? [value] : []) {
      const missing = missingField(field.message, inner);
      if (missing !== undefined) return `${field.name}.${missing}`;
    }
  }
  return undefined;
}
