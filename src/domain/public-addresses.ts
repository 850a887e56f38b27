// Recognises IP addresses of the public Internet: every other address may be this machine, its network or its cloud's
// metadata service.

import { isIPv4 } from 'node:net';
import { AddressRanges } from './address-ranges.ts';

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

const global6 = new AddressRanges([GLOBAL_6]);
const notPublic = new AddressRanges([...NOT_PUBLIC_4, ...NOT_PUBLIC_6]);

/** True for an address of the public Internet; false for text that is not an address. */
export function isPublicAddress(address: string): boolean {
  return (isIPv4(address) || global6.has(address)) && !notPublic.has(address);
}
