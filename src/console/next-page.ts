// The page that was asked for before signing in. It comes from the address, where anybody may have put it.

import type { ConsoleAddress } from './address.ts';

const START = 'queues';

/**
 * The path of a page of this console, in its normal form; for anything else that of the first page.
 *
 * @example nextPage('/console/tasks?queue=mail', address)   // the same
 * @example nextPage('//example.com/console', address)       // '/console/queues'
 */
export function nextPage(asked: string | undefined, address: ConsoleAddress): string {
  const url = asked?.startsWith(address.home) ? URL.parse(asked, 'http://here.invalid') : null;
  const isHere = url?.host === 'here.invalid' && url.pathname.startsWith(address.home);
  const page = isHere ? address.pageAt(url) : '';
  return address.of(page === '' || /^log(in|out)(\?|$)/.test(page) ? START : page);
}
