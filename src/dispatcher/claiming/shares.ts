// The division of slots among those who use them: queues of a dispatcher, or cells of a process.
//
// One member holds at most nine tenths: if its target accepts requests and never answers, the others continue. The last
// tenth is shared: every member can always have its fair share of it, and any member may use what the others' shares
// leave over.

/** Most of the slots that one member may hold. */
const MOST_SHARE = 0.9;

export class Shares {
  readonly limit: number;
  /** Most that one member may hold. */
  readonly most: number;
  /** By member, including those that have left. */
  readonly #used = new Map<number, number>();
  readonly #members = new Set<number>();
  #total = 0;
  /** What each member can always have of the last tenth. */
  #share: number;
  /**
   * Sum of what all members lack of their shares. It is kept because every slot needs it and there may be thousands of
   * members.
   */
  #lacking = 0;

  /** @param limit 1 or more */
  constructor(limit: number) {
    this.limit = limit;
    this.most = Math.max(1, Math.floor(limit * MOST_SHARE));
    this.#share = this.#shareOfEach();
  }

  get used(): number {
    return this.#total;
  }

  get free(): number {
    return this.limit - this.#total;
  }

  get share(): number {
    return this.#share;
  }

  /** Adds a member, and reserves its share. */
  join(member: number): void {
    if (this.#members.has(member)) return;
    this.#members.add(member);
    this.#lacking += this.#lackOf(member);
    this.#divide();
  }

  /** Slots that the member has taken stay taken. */
  leave(member: number): void {
    this.#lacking -= this.#lackOf(member);
    this.#members.delete(member);
    this.#divide();
  }

  usedBy(member: number): number {
    return this.#used.get(member) ?? 0;
  }

  /**
   * How many slots the member could have, but no more than `wanted` where any member could have that many.
   *
   * @param free if fewer can be had than are free here
   */
  grantable(member: number, wanted: number, free = this.free): number {
    const own = this.usedBy(member);
    const most = this.most - own;
    const shared = this.limit - this.most;
    if (Math.min(wanted, most) <= free - shared) return Math.min(wanted, most);
    const unasked = free - Math.min(shared, this.#lacking - this.#lackOf(member));
    return Math.min(most, Math.max(unasked, Math.min(this.#share - own, free)));
  }

  /** Takes slots, or gives back a negative number of them. */
  take(member: number, n: number): void {
    this.#lacking -= this.#lackOf(member);
    this.#total += n;
    const used = this.usedBy(member) + n;
    if (used > 0) this.#used.set(member, used);
    else this.#used.delete(member);
    this.#lacking += this.#lackOf(member);
  }

  #lackOf(member: number): number {
    return this.#members.has(member) ? Math.max(0, this.#share - this.usedBy(member)) : 0;
  }

  #shareOfEach(): number {
    return Math.max(1, Math.floor((this.limit - this.most) / Math.max(1, this.#members.size)));
  }

  #divide(): void {
    const share = this.#shareOfEach();
    if (share === this.#share) return;
    this.#share = share;
    this.#lacking = 0;
    for (const member of this.#members) this.#lacking += this.#lackOf(member);
  }
}
