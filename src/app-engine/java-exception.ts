// An error as Java's SDK reads it over `/_ah/remote_api`: as a serialized exception. It reads no other errors, and
// would take a response without one for an empty success.

const MAGIC = Buffer.from('aced0005', 'hex');
const OBJECT = 0x73;
const CLASS = 0x72;
const TEXT = 0x74;
const END = 0x78;
const NONE = 0x70;

/** Flags of a class that writes its fields as they are. */
const SERIALIZABLE = 0x02;
/** A field's type in a class. */
const INT = 0x49;
const REFERENCE = 0x4c;

/** A string, as the first class says; the ones above refer to this text by its number. */
const STRING = 'Ljava/lang/String;';
const FIRST_NUMBER = 0x7e0000;

/** The exception and the classes that it extends, with the numbers of their versions. */
const APPLICATION = ['com.google.apphosting.api.ApiProxy$ApplicationException', 6842926107675100571n] as const;
const ABOVE = [
  ['com.google.apphosting.api.ApiProxy$ApiProxyException', -8047817766181831916n],
  ['java.lang.RuntimeException', -7034897190745766939n],
  ['java.lang.Exception', -3387516993124229948n],
] as const;
const THROWABLE = ['java.lang.Throwable', -3042686055658047285n] as const;

/** Returns an ApplicationException with a code and a sentence, in Java's serialization protocol. */
export function javaException(code: number, detail: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(
    Buffer.concat([
      ...[MAGIC, byte(OBJECT)],
      // Numbers are given in this order: the class 0, the name of its field's type 1, the classes above from 2 on.
      ...classOf(APPLICATION, [field(INT, 'applicationError'), field(REFERENCE, 'errorDetail', text(STRING))]),
      ...ABOVE.flatMap((each) => classOf(each, [])),
      ...classOf(THROWABLE, [field(REFERENCE, 'detailMessage', reference(1))]),
      byte(NONE),
      ...[text(`ApplicationError: ${code}: ${detail}`), int(code), text(detail)], // fields, from Throwable down
    ]),
  );
}

function classOf([name, version]: readonly [string, bigint], fields: Buffer[]): Buffer[] {
  const head = [byte(CLASS), utf(name), long(version), byte(SERIALIZABLE), short(fields.length)];
  return [...head, ...fields, byte(END)];
}

function field(type: number, name: string, typeName: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([byte(type), utf(name), typeName]);
}

const byte = (value: number) => Buffer.from([value]);
const short = (value: number) => Buffer.from([value >> 8, value & 255]);
const text = (value: string) => Buffer.concat([byte(TEXT), utf(value)]);
const reference = (number: number) => Buffer.concat([byte(0x71), int(FIRST_NUMBER + number)]);

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function long(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
}

const MOST_TEXT = 2_000;

/** Java's UTF-8, which has no characters beyond the first plane, and no NUL: they are replaced. */
function utf(value: string): Buffer {
  const bytes = Buffer.from(value.slice(0, MOST_TEXT).replaceAll(/[\0\ud800-\udfff]/g, '?'));
  return Buffer.concat([short(bytes.length), bytes]);
}
