// pcap files as tcpdump and wireshark write them from an nlmon device: both byte orders, micro- and nanoseconds.
// https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-04.html
import { LINKTYPE_NETLINK } from '../../netlink/capture.ts'
import { viewOf } from '../../netlink/codec.ts'
import { packetDatagram } from './cooked.ts'
import { type Datagram, type Source, SourceError } from './datagram.ts'
import { type Input, LONGEST } from './input.ts'
import { linkTypeText } from './linktype.ts'
import { parser } from './parser.ts'

export const pcap: Source = { name: 'pcap', matches, datagrams }

const FILE_HEADER = 24
const RECORD_HEADER = 16
/** The first four bytes, read big-endian: byte order and nanoseconds in a unit of the fraction. */
const MAGIC: ReadonlyMap<number, { order: 'big' | 'little'; unit: number }> = new Map([
  [0xa1b2c3d4, { order: 'big', unit: 1000 }],
  [0xd4c3b2a1, { order: 'little', unit: 1000 }],
  [0xa1b23c4d, { order: 'big', unit: 1 }],
  [0x4d3cb2a1, { order: 'little', unit: 1 }],
])
/** The upper bits of the link type are the frame check sequence's. */
const LINKTYPE_MASK = 0x0fffffff

const fileHeader = (order: 'big' | 'little') =>
  parser(order).seek(4).uint16('major').uint16('minor').seek(8).uint32('snapLength').uint32('linkType')
const recordHeader = (order: 'big' | 'little') =>
  parser(order).uint32('seconds').uint32('fraction').uint32('capturedLength').uint32('originalLength')

function matches(head: Uint8Array): boolean | undefined {
  return head.length < 4 ? undefined : MAGIC.has(viewOf(head).getUint32(0))
}

function* datagrams(input: Input): Generator<Datagram | undefined> {
  while (input.length < FILE_HEADER) {
    if (input.ended)
      throw new SourceError(`at byte ${input.length}: the file ends inside its header of ${FILE_HEADER} bytes`)
    yield
  }
  const header = input.take(FILE_HEADER)
  const { order, unit } = MAGIC.get(viewOf(header).getUint32(0))!
  const linkType = fileHeader(order).parse(header).linkType & LINKTYPE_MASK
  if (linkType !== LINKTYPE_NETLINK)
    throw new SourceError(`its link type is ${linkTypeText(linkType)}, not ${linkTypeText(LINKTYPE_NETLINK)}`)
  const record = recordHeader(order)
  const clock = secondsClock()
  for (let number = 1; !input.done; number++) {
    const at = input.position
    while (input.length < RECORD_HEADER && !input.ended) yield
    if (input.done) return
    const place = `packet ${number} at byte ${at}`
    if (input.length < RECORD_HEADER) throw ends(place, at + input.length, "inside the packet's header")
    const { seconds, fraction, capturedLength, originalLength } = record.parse(input.take(RECORD_HEADER))
    if (capturedLength > LONGEST)
      throw new SourceError(`${place}: it says it has ${capturedLength} bytes: no packet is that long`)
    const time = clock(seconds) + BigInt(fraction * unit)
    while (input.length < capturedLength && !input.ended) yield
    const packet = input.take(capturedLength)
    if (packet.length < capturedLength) {
      yield packetDatagram(packet, packet.length, place, time)
      const data = at + RECORD_HEADER
      const what = `the packet's ${capturedLength} bytes begin at ${data}`
      throw new SourceError(`${place}: the file ends at byte ${input.position}; ${what}`)
    }
    yield packetDatagram(packet, originalLength, place, time)
  }
}

/** Nanoseconds of whole seconds; packets follow each other within one, and sums of bigints are dear. */
function secondsClock(): (seconds: number) => bigint {
  let last = 0
  let nanoseconds = 0n
  return seconds => {
    if (seconds !== last) {
      last = seconds
      nanoseconds = BigInt(seconds) * 1_000_000_000n
    }
    return nanoseconds
  }
}

const ends = (place: string, at: number, where: string): SourceError =>
  new SourceError(`${place}: the file ends at byte ${at}, ${where}`)
