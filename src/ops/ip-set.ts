// Questions to netfilter, for a connection to that protocol: the number that a set has, and the name. Since Linux 4.20.
// net/netfilter/ipset/ip_set_core.c: ip_set_byname, ip_set_byindex.

import { IPSET_PROTOCOL, NFNL_SUBSYS_IPSET, setMessage } from '../netfilter/ipset.ts'
import type { Request } from '../netlink/request.ts'
import { getOf } from './shapes.ts'

function ask(command: 'IPSET_CMD_GET_BYNAME' | 'IPSET_CMD_GET_BYINDEX', what: string, attributes: object) {
  const message = setMessage()
  const type = (NFNL_SUBSYS_IPSET << 8) | message.types[command]
  return getOf(message, [message, type], {
    op: 'ipSet.get',
    what,
    type,
    body: () => ({ header: { family: 'ipv4' as const }, attributes: { protocol: IPSET_PROTOCOL, ...attributes } }),
  })
}

/** The number of a set, by its name. ENOENT where there is none. */
export const numberOf = (name: string): Request<number> => ({
  ...ask('IPSET_CMD_GET_BYNAME', `find the set '${name}'`, { name }),
  finish: ([found]) => (found as { index: number }).index,
})

/** The name of a set, by its number. ENOENT where there is none. */
export const nameOf = (index: number): Request<string> => ({
  ...ask('IPSET_CMD_GET_BYINDEX', `find the set of number ${index}`, { index }),
  finish: ([found]) => (found as { name: string }).name,
})
