// What is left out of the lists of routes where two kernels may tell it in different orders.

/**
 * Text or JSON without the routes that the kernel makes for each link of its own accord (fe80::/64, ff00::/8 and the
 * like): it makes them when a link's carrier is told, so their order is chance.
 */
export const withoutLinkLocal = (text: string): string =>
  text
    .replace(/^(?:(?:unicast|local|multicast|anycast|\d+) )?(?:fe80:|ff00:).*\n/gm, '')
    .replace(/\{[^{}]*"dst": ?"(?:fe80:|ff00:)[^{}]*\},?/g, '')
    .replace(/,(\s*\])/g, '$1')
