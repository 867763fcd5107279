// The header that an nlmon device's captures have before every datagram.
import { ARPHRD_NETLINK, COOKED_HEADER, PACKET_KERNEL, PACKET_USER } from '../../netlink/capture.ts'
import type { Datagram } from './datagram.ts'
import { parser } from './parser.ts'

const cooked = parser('big').uint16('packetType').uint16('arphrd').seek(10).uint16('protocol')

/** The datagram of a captured packet; `originalLength` is what it had before the capture cut it. */
export function packetDatagram(packet: Uint8Array, originalLength: number, place: string, time?: bigint): Datagram {
  // Its fields are set one by one: copies of objects cost more than all else that is done for a packet.
  const found: { -readonly [K in keyof Datagram]: Datagram[K] } = { bytes: packet, place }
  if (time !== undefined) found.time = time
  if (packet.length < COOKED_HEADER) {
    found.broken = `a packet of ${packet.length} bytes, too few for its netlink header`
    return found
  }
  const { packetType, arphrd, protocol } = cooked.parse(packet)
  found.bytes = packet.subarray(COOKED_HEADER)
  if (arphrd !== ARPHRD_NETLINK) {
    found.broken = `its device type is ${arphrd}, not ${ARPHRD_NETLINK} (netlink)`
    return found
  }
  found.protocol = protocol
  if (packetType === PACKET_KERNEL) found.direction = 'sent'
  else if (packetType === PACKET_USER) found.direction = 'received'
  const cut = originalLength - packet.length
  if (cut > 0) found.broken = `the capture cut ${cut} bytes off (snapshot length)`
  return found
}

/** Whether bytes begin with that header: no netlink message does. */
export const isCooked = (bytes: Uint8Array): boolean =>
  bytes.length >= COOKED_HEADER && bytes[0] === 0 && ((bytes[2]! << 8) | bytes[3]!) === ARPHRD_NETLINK
