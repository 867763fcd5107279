// pcapng files: sections of blocks, each with its type and length before and its length behind.
// https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-02.html
import { align4 } from '../../netlink/attribute.ts'
import { LINKTYPE_NETLINK } from '../../netlink/capture.ts'
import { viewOf } from '../../netlink/codec.ts'
import { utf8 } from '../../netlink/text.ts'
import { quoted } from '../value.ts'
import { packetDatagram } from './cooked.ts'
import { type Datagram, type Source, SourceError } from './datagram.ts'
import { type Input, LONGEST } from './input.ts'
import { linkTypeText } from './linktype.ts'
import { type Parser, parser } from './parser.ts'

export const pcapng: Source = { name: 'pcapng', matches, datagrams }

const SECTION_HEADER = 0x0a0d0d0a
const INTERFACE_DESCRIPTION = 1
/** The packet block of older files; no longer written. */
const PACKET = 2
const SIMPLE_PACKET = 3
const ENHANCED_PACKET = 6
/** Type, length, and the length again behind the body. */
const BLOCK_OVERHEAD = 12
const BYTE_ORDER_MAGIC = 0x1a2b3c4d
const IF_NAME = 2
const IF_TSRESOL = 9
/** More interfaces than any machine has: what describes more is made to fill the memory. */
const MOST_INTERFACES = 65536

type Order = 'big' | 'little'
const parsers = (order: Order) => ({
  block: parser(order).uint32('type').uint32('length'),
  trailer: parser(order).uint32('length'),
  description: parser(order).uint16('linkType').seek(2).uint32('snapLength'),
  packet: packetFields(parser(order).uint16('interfaceId').seek(2)),
  enhanced: packetFields(parser(order).uint32('interfaceId')),
  simple: parser(order).uint32('originalLength'),
  option: parser(order).uint16('code').uint16('length'),
})
const packetFields = <T>(start: Parser<T>) =>
  start.uint32('high').uint32('low').uint32('capturedLength').uint32('originalLength')
type Parsers = ReturnType<typeof parsers>
const PACKET_FIELDS = 20

interface Interface {
  readonly linkType: number
  readonly snapLength: number
  readonly name: string
  /** Ticks of its clock a second. */
  readonly ticks: bigint
  /** Packets of another link type that were passed over. */
  skipped: number
}

function matches(head: Uint8Array): boolean | undefined {
  return head.length < 4 ? undefined : viewOf(head).getUint32(0) === SECTION_HEADER
}

function* datagrams(input: Input): Generator<Datagram | undefined> {
  const file = new File(input)
  let number = 0
  while (!input.done) {
    while (input.length < BLOCK_OVERHEAD && !input.ended) yield
    if (input.done) break
    const at = input.position
    const { type, length } = file.blockHeader()
    while (input.length < length && !input.ended) yield
    const body = file.blockBody(length)
    if (type === INTERFACE_DESCRIPTION) file.describe(body, at)
    if (type === ENHANCED_PACKET || type === PACKET || type === SIMPLE_PACKET) {
      const datagram = file.packet(type, body, `packet ${++number} at byte ${at}`)
      if (datagram) yield datagram
    }
  }
  file.end()
}

/** What the blocks so far tell about those that follow. */
class File {
  readonly #input: Input
  #parse = parsers('little')
  #interfaces: Interface[] = []
  #found = false

  constructor(input: Input) {
    this.#input = input
  }

  blockHeader(): { type: number; length: number } {
    const head = this.#input.peek(BLOCK_OVERHEAD)
    if (head.length < BLOCK_OVERHEAD) throw this.#ends('a block header')
    if (matches(head)) {
      this.#parse = parsers(this.#order(head))
      this.#interfaces = []
    }
    const { type, length } = this.#parse.block.parse(head)
    if (length < BLOCK_OVERHEAD || length % 4 !== 0 || length > LONGEST)
      throw new SourceError(`at byte ${this.#input.position}: a block says it has ${length} bytes`)
    return { type, length }
  }

  #order(head: Uint8Array): Order {
    const magic = viewOf(head).getUint32(8)
    if (magic === BYTE_ORDER_MAGIC) return 'big'
    if (viewOf(head).getUint32(8, true) === BYTE_ORDER_MAGIC) return 'little'
    throw new SourceError(`at byte ${this.#input.position + 8}: no byte order magic in the section header`)
  }

  #ends(what: string): SourceError {
    const { position, length } = this.#input
    return new SourceError(`at byte ${position}: the file ends at byte ${position + length}, inside ${what}`)
  }

  /** Takes the block; its body is what lies between the two lengths. */
  blockBody(length: number): Uint8Array {
    const { position } = this.#input
    if (this.#input.length < length) throw this.#ends(`a block of ${length} bytes`)
    const block = this.#input.take(length)
    const again = this.#parse.trailer.parse(block.subarray(length - 4)).length
    if (again !== length)
      throw new SourceError(`at byte ${position}: a block says before that it has ${length} bytes, and behind ${again}`)
    return block.subarray(8, length - 4)
  }

  describe(body: Uint8Array, at: number): void {
    if (body.length < 8) throw new SourceError(`at byte ${at}: an interface description of ${body.length} bytes`)
    if (this.#interfaces.length === MOST_INTERFACES) throw new SourceError(`at byte ${at}: too many interfaces`)
    const { linkType, snapLength } = this.#parse.description.parse(body)
    const { name, ticks } = interfaceOptions(this.#parse, body.subarray(8))
    this.#interfaces.push({ linkType, snapLength, name, ticks, skipped: 0 })
  }

  /** A packet's datagram; undefined where it is of another kind of device. */
  packet(type: number, body: Uint8Array, place: string): Datagram | undefined {
    if (type === SIMPLE_PACKET) return this.#simplePacket(body, place)
    if (body.length < PACKET_FIELDS) throw new SourceError(`${place}: too short`)
    const parse = type === PACKET ? this.#parse.packet : this.#parse.enhanced
    const { interfaceId, high, low, capturedLength, originalLength } = parse.parse(body)
    const from = this.#interface(interfaceId, place)
    if (!from) return undefined
    const rest = body.length - PACKET_FIELDS
    if (capturedLength > rest)
      throw new SourceError(`${place}: it says it has ${capturedLength} bytes, ${rest} are there`)
    const ticks = (BigInt(high) << 32n) | BigInt(low)
    const packet = body.subarray(PACKET_FIELDS, PACKET_FIELDS + capturedLength)
    return packetDatagram(packet, originalLength, place, (ticks * 1_000_000_000n) / from.ticks)
  }

  #simplePacket(body: Uint8Array, place: string): Datagram | undefined {
    if (body.length < 4) throw new SourceError(`${place}: too short`)
    const { originalLength } = this.#parse.simple.parse(body)
    const from = this.#interface(0, place)
    if (!from) return undefined
    const captured = Math.min(originalLength, from.snapLength || originalLength, body.length - 4)
    return packetDatagram(body.subarray(4, 4 + captured), originalLength, place)
  }

  /** The interface of a packet, where it is a netlink one. Others are told of at their first packet. */
  #interface(id: number, place: string): Interface | undefined {
    const found = this.#interfaces[id]
    if (!found) throw new SourceError(`${place}: it names interface ${id}, which the file does not describe`)
    if (found.linkType === LINKTYPE_NETLINK) {
      this.#found = true
      return found
    }
    if (found.skipped++ === 0)
      this.#input.note(`the packets of ${interfaceText(found, id)} are passed over: they are not netlink's`)
    return undefined
  }

  /** Throws where the file has interfaces, and none of them is netlink's. */
  end(): void {
    const other = this.#interfaces.filter(({ linkType }) => linkType !== LINKTYPE_NETLINK)
    if (this.#found || other.length === 0 || other.length < this.#interfaces.length) return
    const names = other.slice(0, 8).map(interfaceText).join(', ')
    throw new SourceError(`none of its interfaces has the link type ${linkTypeText(LINKTYPE_NETLINK)}: ${names}`)
  }
}

const interfaceText = ({ name, linkType }: Interface, id: number): string =>
  `interface ${id}${name === '' ? '' : ` ${quoted(name)}`}, link type ${linkTypeText(linkType)}`

/** The name, and the clock's resolution: a power of ten, or of two; microseconds where it is not given. */
function interfaceOptions(parse: Parsers, options: Uint8Array): { name: string; ticks: bigint } {
  let name = ''
  let ticks = 1_000_000n
  for (let at = 0; at + 4 <= options.length; ) {
    const { code, length } = parse.option.parse(options.subarray(at, at + 4))
    const value = options.subarray(at + 4, at + 4 + length)
    const [exponent] = value
    if (code === IF_NAME) name = utf8(value, 0, value.length)
    if (code === IF_TSRESOL && length === 1 && exponent !== undefined)
      ticks = exponent & 0x80 ? 2n ** BigInt(exponent & 0x7f) : 10n ** BigInt(exponent)
    at += 4 + align4(length)
  }
  return { name, ticks }
}
