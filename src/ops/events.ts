// What can be listened to: each object's multicast groups and message types (include/uapi/linux/rtnetlink.h:
// enum rtnetlink_groups), and how a notification becomes an event.
import type { DecodeEvent } from '../netlink/subscription.ts'
import { InvalidValueError } from '../netlink/table.ts'
import { type Address, addressMessage } from '../route/address.ts'
import { type Link, linkMessage } from '../route/link.ts'
import { type Nsid, nsidMessage } from '../route/nsid.ts'

interface Happened<O extends string, V> {
  readonly object: O
  /** It appeared or is different now (`changed`), or is gone (`removed`). */
  readonly action: 'changed' | 'removed'
  readonly value: V
  /** The namespace it is in, by its nsid; -1: the one that is listened in. */
  readonly nsid: number
}
export type LinkEvent = Happened<'link', Link>
export type AddressEvent = Happened<'address', Address>
export type NsidEvent = Happened<'nsid', Nsid>
export type Event = LinkEvent | AddressEvent | NsidEvent
/** The objects that can be listened to. */
export type EventObject = Event['object']

interface Source {
  readonly groups: readonly number[]
  readonly changed: number
  readonly removed: number
  decode(v: DataView, b: Uint8Array, p: number, end: number): Event['value']
}

const RTNLGRP_LINK = 1
const RTNLGRP_IPV4_IFADDR = 5
const RTNLGRP_IPV6_IFADDR = 9
const RTNLGRP_NSID = 28

const SOURCES: Readonly<Record<EventObject, Source>> = {
  link: {
    groups: [RTNLGRP_LINK],
    changed: linkMessage.types.RTM_NEWLINK,
    removed: linkMessage.types.RTM_DELLINK,
    decode: (v, b, p, end) => linkMessage.decode(v, b, p, end),
  },
  address: {
    groups: [RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR],
    changed: addressMessage.types.RTM_NEWADDR,
    removed: addressMessage.types.RTM_DELADDR,
    decode: (v, b, p, end) => addressMessage.decode(v, b, p, end),
  },
  nsid: {
    groups: [RTNLGRP_NSID],
    changed: nsidMessage.types.RTM_NEWNSID,
    removed: nsidMessage.types.RTM_DELNSID,
    decode: (v, b, p, end) => nsidMessage.decode(v, b, p, end),
  },
}

/** The groups of these objects, and the decoder of what comes from them. */
export function eventSource<O extends EventObject>(
  objects: readonly O[],
): { readonly groups: readonly number[]; readonly decode: DecodeEvent<Extract<Event, { object: O }>> } {
  for (const object of objects) {
    if (!Object.hasOwn(SOURCES, object))
      throw new InvalidValueError(
        [String(object)],
        `is nothing to subscribe to; one of: ${Object.keys(SOURCES).join(', ')}`,
      )
  }
  const byType = new Map<number, { object: O; action: 'changed' | 'removed' }>()
  for (const object of objects) {
    byType.set(SOURCES[object].changed, { object, action: 'changed' })
    byType.set(SOURCES[object].removed, { object, action: 'removed' })
  }
  return {
    groups: objects.flatMap(object => SOURCES[object].groups),
    decode(type, v, b, p, end, nsid) {
      const known = byType.get(type)
      if (!known) return undefined
      const { object, action } = known
      // The kernel tells of a port that leaves its bridge by an RTM_DELLINK of family bridge: the link itself stays.
      const value = SOURCES[object].decode(v, b, p, end)
      if (object === 'link' && (value as Link).family === 'bridge') return undefined
      return { object, action, value, nsid } as unknown as Extract<Event, { object: O }>
    },
  }
}
