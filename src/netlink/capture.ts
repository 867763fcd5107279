// Captured datagrams as others read them: pcap with link type 253 (nanoseconds, little-endian), whose packets have a
// header of 16 bytes before the datagram as an nlmon device's have; and hexadecimal text, a datagram a line.
import { PROTOCOL } from './message.ts'
import { hexText } from './text.ts'

/** A datagram as it went over a socket. */
export interface Captured {
  readonly bytes: Uint8Array
  /** The netlink protocol's number. */
  readonly protocol: number
  /** From user space to the kernel, or from it; undefined where that is not known. */
  readonly direction?: 'sent' | 'received' | undefined
  /** Nanoseconds since 1970. */
  readonly time?: bigint | undefined
}

/** https://www.tcpdump.org/linktypes.html */
export const LINKTYPE_NETLINK = 253
/** The header before each datagram, all in network byte order: packet type, device type, 10 bytes unused, protocol. */
export const COOKED_HEADER = 16
export const ARPHRD_NETLINK = 824
/** The packet types that tell a direction (linux/if_packet.h); most captures have PACKET_OUTGOING, which does not. */
const PACKET_OUTGOING = 4
export const PACKET_USER = 6
export const PACKET_KERNEL = 7

/** pcap's magic number for times in nanoseconds. */
export const PCAP_NANOSECONDS = 0xa1b23c4d
/** Of a packet; readers refuse files with longer ones. */
const SNAP_LENGTH = 262_144
const FILE_HEADER = 24
const RECORD_HEADER = 16
const SECOND = 1_000_000_000n

/** What a pcap file begins with. */
export function pcapHeader(): Uint8Array {
  const bytes = new Uint8Array(FILE_HEADER)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, PCAP_NANOSECONDS, true)
  view.setUint16(4, 2, true)
  view.setUint16(6, 4, true)
  view.setUint32(16, SNAP_LENGTH, true)
  view.setUint32(20, LINKTYPE_NETLINK, true)
  return bytes
}

/** A datagram in a pcap file. A time that is not known is 0. */
export function pcapRecord({ bytes, protocol, direction, time = 0n }: Captured): Uint8Array {
  const whole = COOKED_HEADER + bytes.length
  const captured = Math.min(whole, SNAP_LENGTH)
  const record = new Uint8Array(RECORD_HEADER + captured)
  const view = new DataView(record.buffer)
  view.setUint32(0, Number(time / SECOND), true)
  view.setUint32(4, Number(time % SECOND), true)
  view.setUint32(8, captured, true)
  view.setUint32(12, whole, true)
  const packetType = direction === 'sent' ? PACKET_KERNEL : direction === 'received' ? PACKET_USER : PACKET_OUTGOING
  view.setUint16(RECORD_HEADER, packetType)
  view.setUint16(RECORD_HEADER + 2, ARPHRD_NETLINK)
  view.setUint16(RECORD_HEADER + 14, protocol)
  record.set(bytes.subarray(0, captured - COOKED_HEADER), RECORD_HEADER + COOKED_HEADER)
  return record
}

/** A datagram in hexadecimal text, with what else is known of it in a comment before. `nl-dump` reads it. */
export function hexLines({ bytes, protocol, direction, time }: Captured, process?: number): string {
  const name = PROTOCOL.byValue.get(protocol) ?? String(protocol)
  const when = time === undefined ? '' : `  time: ${timeText(time)}`
  const who = process === undefined ? '' : `  process: ${process}`
  const mark = direction === 'sent' ? '> ' : direction === 'received' ? '< ' : ''
  return `# protocol: ${name}${when}${who}\n${mark}${hexText(bytes)}\n`
}

/** Nanoseconds since 1970 as RFC 3339 has them; the number itself where that has no such year. */
export function timeText(time: bigint): string {
  const seconds = new Date(Number(time / SECOND) * 1000)
  const fraction = String(time % SECOND).padStart(9, '0')
  return Number.isNaN(seconds.getTime()) ? String(time) : seconds.toISOString().replace('.000Z', `.${fraction}Z`)
}
