// The header that an nlmon device's captures have before every datagram.
import { ARPHRD_NETLINK, COOKED_HEADER, PACKET_KERNEL, PACKET_USER } from '../../netlink/capture.ts'
import type { Datagram } from './datagram.ts'
import { parser } from './parser.ts'

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

/** Whether bytes begin with that header: no netlink message does. */
export const isCooked = (bytes: Uint8Array): boolean =>
  bytes.length >= COOKED_HEADER && bytes[0] === 0 && ((bytes[2]! << 8) | bytes[3]!) === ARPHRD_NETLINK
