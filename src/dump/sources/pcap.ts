// pcap files as tcpdump and wireshark write them from an nlmon device: both byte orders, micro- and nanoseconds.
// https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-04.html
import { viewOf } from '../../netlink/codec.ts'
import { LINKTYPE_NETLINK, packetDatagram } from './cooked.ts'
import { type Datagram, type Source, SourceError } from './datagram.ts'
import { parser } from './parser.ts'

export const pcap: Source = { name: 'pcap', matches, datagrams }

const FILE_HEADER = 24
const RECORD_HEADER = 16
/** The first four bytes, read big-endian: byte order and nanoseconds in a unit of the fraction. */
const MAGIC: ReadonlyMap<number, { order: 'big' | 'little'; unit: bigint }> = new Map([
  [0xa1b2c3d4, { order: 'big', unit: 1000n }],
  [0xd4c3b2a1, { order: 'little', unit: 1000n }],
  [0xa1b23c4d, { order: 'big', unit: 1n }],
  [0x4d3cb2a1, { order: 'little', unit: 1n }],
])
/** The upper bits of the link type are the frame check sequence's. */
const LINKTYPE_MASK = 0x0fffffff

const fileHeader = (order: 'big' | 'little') =>
  parser(order).seek(4).uint16('major').uint16('minor').seek(8).uint32('snapLength').uint32('linkType')
const recordHeader = (order: 'big' | 'little') =>
  parser(order).uint32('seconds').uint32('fraction').uint32('capturedLength').uint32('originalLength')

function magicOf(bytes: Uint8Array): { order: 'big' | 'little'; unit: bigint } | undefined {
  return bytes.length < 4 ? undefined : MAGIC.get(viewOf(bytes).getUint32(0))
}

function matches(bytes: Uint8Array): boolean {
  return magicOf(bytes) !== undefined
}

function* datagrams(bytes: Uint8Array): Generator<Datagram> {
  const { order, unit } = magicOf(bytes)!
  if (bytes.length < FILE_HEADER)
    throw new SourceError(`at byte ${bytes.length}: the file ends inside its header of ${FILE_HEADER} bytes`)
  const linkType = fileHeader(order).parse(bytes).linkType & LINKTYPE_MASK
  if (linkType !== LINKTYPE_NETLINK)
    throw new SourceError(`its link type is ${linkType}, not ${LINKTYPE_NETLINK} (netlink): capture on an nlmon device`)
  const record = recordHeader(order)
  let at = FILE_HEADER
  for (let number = 1; at < bytes.length; number++) {
    const place = `packet ${number} at byte ${at}`
    const data = at + RECORD_HEADER
    if (data > bytes.length)
      throw new SourceError(`${place}: the file ends at byte ${bytes.length}, inside the packet's header`)
    const { seconds, fraction, capturedLength, originalLength } = record.parse(bytes.subarray(at, data))
    const time = BigInt(seconds) * 1_000_000_000n + BigInt(fraction) * unit
    const packet = bytes.subarray(data, data + capturedLength)
    if (packet.length < capturedLength) {
      yield packetDatagram(packet, packet.length, place, time)
      throw new SourceError(
        `${place}: the file ends at byte ${bytes.length}; the packet's ${capturedLength} bytes begin at ${data}`,
      )
    }
    yield packetDatagram(packet, originalLength, place, time)
    at = data + capturedLength
  }
}
