// pcapng files: sections of blocks, each with its type and length before and its length behind.
// https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-02.html
import { align4 } from '../../netlink/attribute.ts'
import { viewOf } from '../../netlink/codec.ts'
import { LINKTYPE_NETLINK, packetDatagram } from './cooked.ts'
import { type Datagram, type Source, SourceError } from './datagram.ts'
import { parser } from './parser.ts'

export const pcapng: Source = { name: 'pcapng', matches, datagrams }

const SECTION_HEADER = 0x0a0d0d0a
const INTERFACE_DESCRIPTION = 1
const SIMPLE_PACKET = 3
const ENHANCED_PACKET = 6
/** Type, length, and the length again behind the body. */
const BLOCK_OVERHEAD = 12
const BYTE_ORDER_MAGIC = 0x1a2b3c4d
const IF_TSRESOL = 9

type Order = 'big' | 'little'
const block = (order: Order) => parser(order).uint32('type').uint32('length')
const description = (order: Order) => parser(order).uint16('linkType').seek(2).uint32('snapLength')
const enhanced = (order: Order) =>
  parser(order).uint32('interfaceId').uint32('high').uint32('low').uint32('capturedLength').uint32('originalLength')
const simple = (order: Order) => parser(order).uint32('originalLength')
const option = (order: Order) => parser(order).uint16('code').uint16('length')

const parsers = (order: Order) => ({
  block: block(order),
  description: description(order),
  enhanced: enhanced(order),
  simple: simple(order),
  option: option(order),
})
type Parsers = ReturnType<typeof parsers>

interface Interface {
  readonly linkType: number
  readonly snapLength: number
  /** Ticks of its clock a second. */
  readonly ticks: bigint
}

function matches(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && viewOf(bytes).getUint32(0) === SECTION_HEADER
}

function* datagrams(bytes: Uint8Array): Generator<Datagram> {
  let parse = parsers('little')
  let interfaces: Interface[] = []
  let number = 0
  for (let at = 0; at < bytes.length; ) {
    if (isSection(bytes, at)) {
      parse = parsers(orderAt(bytes, at))
      interfaces = []
    }
    const { type, body, end } = readBlock(parse, bytes, at)
    if (type === INTERFACE_DESCRIPTION) interfaces.push(readInterface(parse, body, at))
    else if (type === ENHANCED_PACKET) yield enhancedPacket(parse, body, interfaces, `packet ${++number} at byte ${at}`)
    else if (type === SIMPLE_PACKET) yield simplePacket(parse, body, interfaces, `packet ${++number} at byte ${at}`)
    at = end
  }
}

const isSection = (bytes: Uint8Array, at: number): boolean => matches(bytes.subarray(at, at + 4))

function orderAt(bytes: Uint8Array, at: number): Order {
  if (at + BLOCK_OVERHEAD > bytes.length) throw ends(bytes, at, 'its section header')
  const magic = viewOf(bytes).getUint32(at + 8)
  if (magic === BYTE_ORDER_MAGIC) return 'big'
  if (viewOf(bytes).getUint32(at + 8, true) === BYTE_ORDER_MAGIC) return 'little'
  throw new SourceError(`at byte ${at + 8}: no byte order magic in the section header`)
}

const ends = (bytes: Uint8Array, at: number, what: string): SourceError =>
  new SourceError(`at byte ${at}: the file ends at byte ${bytes.length}, inside ${what}`)

function readBlock(parse: Parsers, bytes: Uint8Array, at: number): { type: number; body: Uint8Array; end: number } {
  if (at + BLOCK_OVERHEAD > bytes.length) throw ends(bytes, at, 'a block header')
  const { type, length } = parse.block.parse(bytes.subarray(at, at + 8))
  if (length < BLOCK_OVERHEAD || length % 4 !== 0)
    throw new SourceError(`at byte ${at}: a block says it has ${length} bytes`)
  if (at + length > bytes.length) throw ends(bytes, at, `a block of ${length} bytes`)
  return { type, body: bytes.subarray(at + 8, at + length - 4), end: at + length }
}

function readInterface(parse: Parsers, body: Uint8Array, at: number): Interface {
  if (body.length < 8) throw new SourceError(`at byte ${at}: an interface description of ${body.length} bytes`)
  const { linkType, snapLength } = parse.description.parse(body)
  return { linkType, snapLength, ticks: ticksOf(parse, body.subarray(8)) }
}

/** The clock's resolution from if_tsresol: a power of ten, or of two; microseconds where it is not given. */
function ticksOf(parse: Parsers, options: Uint8Array): bigint {
  for (let at = 0; at + 4 <= options.length; ) {
    const { code, length } = parse.option.parse(options.subarray(at, at + 4))
    const exponent = options[at + 4]
    if (code === IF_TSRESOL && length === 1 && exponent !== undefined)
      return exponent & 0x80 ? 2n ** BigInt(exponent & 0x7f) : 10n ** BigInt(exponent)
    at += 4 + align4(length)
  }
  return 1_000_000n
}

function enhancedPacket(parse: Parsers, body: Uint8Array, interfaces: readonly Interface[], place: string): Datagram {
  if (body.length < 20) throw new SourceError(`${place}: too short`)
  const { interfaceId, high, low, capturedLength, originalLength } = parse.enhanced.parse(body)
  const from = netlinkInterface(interfaces, interfaceId, place)
  if (20 + capturedLength > body.length)
    throw new SourceError(`${place}: it says it has ${capturedLength} bytes, ${body.length - 20} are there`)
  const ticks = (BigInt(high) << 32n) | BigInt(low)
  const time = (ticks * 1_000_000_000n) / from.ticks
  return packetDatagram(body.subarray(20, 20 + capturedLength), originalLength, place, time)
}

function simplePacket(parse: Parsers, body: Uint8Array, interfaces: readonly Interface[], place: string): Datagram {
  if (body.length < 4) throw new SourceError(`${place}: too short`)
  const { originalLength } = parse.simple.parse(body)
  const { snapLength } = netlinkInterface(interfaces, 0, place)
  const captured = Math.min(originalLength, snapLength || originalLength, body.length - 4)
  return packetDatagram(body.subarray(4, 4 + captured), originalLength, place)
}

function netlinkInterface(interfaces: readonly Interface[], id: number, place: string): Interface {
  const found = interfaces[id]
  if (!found) throw new SourceError(`${place}: it names interface ${id}, which the file does not describe`)
  if (found.linkType === LINKTYPE_NETLINK) return found
  throw new SourceError(`${place}: its link type is ${found.linkType}, not ${LINKTYPE_NETLINK} (netlink)`)
}
