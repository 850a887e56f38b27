// Sets of IP addresses.
//
// There is one list per family: in a single BlockList the IPv6 rule ::ffff:0:0/96 matches every IPv4 address.

import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** A set of address ranges. */
export class AddressRanges {
  readonly #four = new BlockList();
  readonly #six = new BlockList();

  /** @param ranges addresses and CIDRs; other entries are ignored */
  constructor(ranges: Iterable<string>) {
    for (const range of ranges) {
      const [address = ''] = range.split('/');
      if (isIPv4(address)) add(this.#four, range, 'ipv4');
      else if (isIPv6(address)) add(this.#six, range, 'ipv6');
    }
  }

  has(address: string): boolean {
    return isIPv4(address) ? this.#four.check(address, 'ipv4') : isIPv6(address) && this.#six.check(address, 'ipv6');
  }
}

function add(list: BlockList, range: string, family: 'ipv4' | 'ipv6'): void {
  const [address = '', bits] = range.split('/');
  list.addSubnet(address, bits === undefined ? (family === 'ipv4' ? 32 : 128) : Number(bits), family);
}
