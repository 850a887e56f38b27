// The one form in which the transactions of ORMs reach this package: each door adapts its ORM's object to it.

/** Marks an adapted transaction. The symbol is registered, so copies of this package recognize each other's. */
const HANDOVER: unique symbol = Symbol.for('pgtaskqueue.transaction');

/** An ORM's open transaction, as returned by the function of its door, such as `drizzleTransaction(tx)`. */
export interface AdaptedTransaction {
  readonly [HANDOVER]: Handover;
}

/** How statements are handed over to an ORM's transaction. */
export interface Handover {
  /** Sends one statement on the transaction's connection, in the tick of the call if the ORM allows it. */
  send(text: string, values: TextValue[]): PromiseLike<readonly object[]>;
  /** Says why the transaction can't take a statement, as far as the ORM shows it; undefined if it seems to be open. */
  closed(): string | undefined;
  /** The ORM's object, if it stands for one transaction and no other. All calls with it must then meet the same one. */
  identity?: object;
}

/** A parameter. ORMs differ in what they make of numbers, arrays, bytes and objects, but not in text. */
export type TextValue = string | null;

export function adapted(handover: Handover): AdaptedTransaction {
  return { [HANDOVER]: handover };
}

/** Returns how to hand over statements; undefined for anything but an adapted transaction. */
export function handoverOf(transaction: unknown): Handover | undefined {
  return (transaction as Partial<AdaptedTransaction> | null | undefined)?.[HANDOVER];
}
