// The one form in which the transactions of ORMs reach this package: each door adapts its ORM's object to it.

/** Marks an adapted transaction. The symbol is registered, so copies of this package recognize each other's. */
const HANDOVER: unique symbol = Symbol.for('pgtaskqueue.transaction');

/** An ORM's open transaction, as returned by the function of its door, such as `drizzleTransaction(tx)`. */
export interface AdaptedTransaction {
  readonly [HANDOVER]: Handover;
}

/** How statements are handed over to an ORM's transaction. */
export interface Handover {
  /**
   * Sends a statement on the transaction's connection, or two in the same tick, of which the second needs the first.
   * Resolves with the rows of the last one. As far as the ORM allows it, they are sent in the tick of the call.
   */
  send(statements: HandedOver[]): PromiseLike<Rows>;
  /** Says why the transaction can't take a statement, as far as the ORM shows it; undefined if it seems to be open. */
  closed(): string | undefined;
  /** The ORM's object, if it stands for one transaction and no other. All calls with it must then meet the same one. */
  identity?: object;
}

/** A statement whose parameters are text: ORMs differ in what they make of numbers, arrays, bytes and objects. */
export interface HandedOver {
  text: string;
  values: TextValue[];
}

export type TextValue = string | null;
export type Rows = readonly object[];

/** Makes a `send` of the function for one statement, where statements keep their order. */
export function inTurn<Value, Row>(
  send: (text: string, values: Value[]) => PromiseLike<readonly Row[]>,
): (statements: { text: string; values: Value[] }[]) => Promise<readonly Row[]> {
  return async (statements) => {
    const sent = statements.map(({ text, values }) => send(text, values));
    for (const each of sent) each.then(undefined, () => {}); // the first error is the one to report
    let rows: readonly Row[] = [];
    for (const each of sent) rows = await each;
    return rows;
  };
}

export function adapted(handover: Handover): AdaptedTransaction {
  return { [HANDOVER]: handover };
}

/** Returns how to hand over statements; undefined for anything but an adapted transaction. */
export function handoverOf(transaction: unknown): Handover | undefined {
  return (transaction as Partial<AdaptedTransaction> | null | undefined)?.[HANDOVER];
}
