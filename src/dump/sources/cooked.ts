// LINKTYPE_NETLINK (253): the 16 bytes that an nlmon device's captures have before every datagram, all in network byte
// order: packet type, ARPHRD_NETLINK, 10 bytes unused, the netlink protocol. https://www.tcpdump.org/linktypes.html
import type { Datagram } from './datagram.ts'
import { parser } from './parser.ts'

export const LINKTYPE_NETLINK = 253
export const ARPHRD_NETLINK = 824
const COOKED_HEADER = 16

/** The packet types that tell a direction (linux/if_packet.h); most captures have PACKET_OUTGOING, which does not. */
const PACKET_USER = 6
const PACKET_KERNEL = 7

const cooked = parser('big').uint16('packetType').uint16('arphrd').seek(10).uint16('protocol')

/** The datagram of a captured packet; `originalLength` is what it had before the capture cut it. */
export function packetDatagram(packet: Uint8Array, originalLength: number, place: string, time?: bigint): Datagram {
  const at = { place, ...(time === undefined ? {} : { time }) }
  if (packet.length < COOKED_HEADER)
    return { ...at, bytes: packet, broken: `a packet of ${packet.length} bytes, too few for its netlink header` }
  const { packetType, arphrd, protocol } = cooked.parse(packet)
  const bytes = packet.subarray(COOKED_HEADER)
  if (arphrd !== ARPHRD_NETLINK)
    return { ...at, bytes, broken: `its device type is ${arphrd}, not ${ARPHRD_NETLINK} (netlink)` }
  const direction = packetType === PACKET_KERNEL ? 'sent' : packetType === PACKET_USER ? 'received' : undefined
  const cut = originalLength - packet.length
  return {
    ...at,
    bytes,
    protocol,
    ...(direction ? { direction } : {}),
    ...(cut > 0 ? { broken: `the capture cut ${cut} bytes off (snapshot length)` } : {}),
  }
}
