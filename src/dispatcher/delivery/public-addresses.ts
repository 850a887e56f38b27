// Recognises IP addresses of the public Internet: every other address may be this machine, its network or its cloud's
// metadata service.
//
// There is one list per family: in a single BlockList the IPv6 rule ::ffff:0:0/96 matches every IPv4 address.

import { BlockList, isIPv4, isIPv6 } from 'node:net';

const NOT_PUBLIC_4 = [
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private
  '100.64.0.0/10', // carrier-grade NAT; metadata of one cloud
  '127.0.0.0/8', // this machine
  '168.63.129.16/32', // metadata of another cloud
  '169.254.0.0/16', // link-local; metadata of most clouds
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24', // documentation
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast
];

/**
 * Global unicast, except ranges that contain IPv4 addresses or are unassigned. Everything outside of it is not public.
 */
const GLOBAL_6 = '2000::/3';
const NOT_PUBLIC_6 = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'];

const blocked4 = listOf(NOT_PUBLIC_4);
const blocked6 = listOf(NOT_PUBLIC_6);
const global6 = listOf([GLOBAL_6]);

/** True for an address of the public Internet; false for text that is not an address. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !blocked4.check(address, 'ipv4');
  return isIPv6(address) && global6.check(address, 'ipv6') && !blocked6.check(address, 'ipv6');
}

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

function listOf(ranges: string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) add(list, range, range.includes(':') ? 'ipv6' : 'ipv4');
  return list;
}

function add(list: BlockList, range: string, family: 'ipv4' | 'ipv6'): void {
  const [address = '', bits] = range.split('/');
  list.addSubnet(address, bits === undefined ? (family === 'ipv4' ? 32 : 128) : Number(bits), family);
}
