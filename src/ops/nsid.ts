// Requests about the ids that a namespace knows others by: `ip netns set | list-id` as values.
import type { ListRequest, Request } from '../netlink/request.ts'
import { NSID_NOT_ASSIGNED, type Nsid, nsidMessage } from '../route/nsid.ts'
import type { NetnsReference } from '../sys/netns-path.ts'
import { describeNetns, netnsFd } from './reference.ts'
import { changeOf, getOf, listOf } from './shapes.ts'

const { RTM_NEWNSID, RTM_GETNSID } = nsidMessage.types
/** What is told of one. */
const TOLD = [nsidMessage, RTM_NEWNSID] as const

/**
 * The id by which the connection's namespace knows `netns`; undefined: it has none here.
 *
 * @example
 * ```ts
 * const id = await host.run(nsid.get('ns1'))
 * ```
 */
export function get(netns: NetnsReference): Request<number | undefined> {
  const fd = netnsFd(netns)
  return {
    ...getOf(nsidMessage, TOLD, {
      op: 'nsid.get',
      what: `get the nsid of ${describeNetns(netns)}`,
      type: RTM_GETNSID,
      needs: fd.needs,
      body: resolved => ({ attributes: { fd: fd.value(resolved) } }),
    }),
    finish([found]) {
      const { nsid } = (found ?? {}) as Nsid
      return nsid === NSID_NOT_ASSIGNED ? undefined : nsid
    },
  }
}

/**
 * Gives `netns` an id here: `ip netns set NAME ID`; left out, the kernel chooses. EEXIST when it has one.
 *
 * @example
 * ```ts
 * await host.run(nsid.set('ns1', 12))
 * ```
 */
export function set(netns: NetnsReference, nsid: number = NSID_NOT_ASSIGNED): Request<void> {
  const fd = netnsFd(netns)
  return changeOf(nsidMessage, {
    op: 'nsid.set',
    what: `set the nsid of ${describeNetns(netns)}`,
    type: RTM_NEWNSID,
    needs: fd.needs,
    body: resolved => ({ attributes: { fd: fd.value(resolved), nsid } }),
  })
}

/**
 * All ids that are assigned here: `ip netns list-id`; or, with `target` (an id here), those that the namespace of that id
 * has, each with the id that is the same namespace's here (`currentNsid`, -1 for none).
 *
 * @example
 * ```ts
 * for (const known of await host.run(nsid.list())) known.nsid
 * ```
 */
export function list(target?: number): ListRequest<Nsid> {
  return listOf(nsidMessage, TOLD, {
    op: 'nsid.list',
    what: 'list nsids',
    type: RTM_GETNSID,
    body: () => (target === undefined ? {} : { attributes: { targetNsid: target } }),
  })
}
