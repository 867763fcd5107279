// What the tests of nl-dump share: the fixtures, hexadecimal bytes, messages and captures made by hand.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Conversation } from '../../src/dump/conversation.ts'
import type { DissectedMessage } from '../../src/dump/dissected.ts'
import { type Glance, Glancer, isGlance } from '../../src/dump/glance.ts'
import * as library from '../../src/index.ts'
import { Writer } from '../../src/netlink/attribute.ts'
import { ByteText } from '../../src/netlink/byte-text.ts'
import { writeRequest } from '../../src/netlink/request.ts'

export const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url))

/** The paths of all captured files below fixtures/. */
export const fixtureFiles: readonly string[] = readdirSync(fixtures, { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.hex'))
  .toSorted()

/** What other tools made of netlink's bytes. */
export const captureFiles: readonly string[] = readdirSync(`${fixtures}captures/`).filter(file => file !== 'make.sh')

export const fixture = (file: string): Uint8Array => readFileSync(fixtures + file)

/** Bytes from hexadecimal digits; spaces and newlines are for the reader. */
export const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'))

/** A message: its length is computed. */
export function netlinkMessage(type: number, flags: number, payload: Uint8Array, sequence = 1): Uint8Array {
  const bytes = Buffer.alloc(16 + payload.length)
  bytes.writeUInt32LE(bytes.length, 0)
  bytes.writeUInt16LE(type, 4)
  bytes.writeUInt16LE(flags, 6)
  bytes.writeUInt32LE(sequence, 8)
  bytes.set(payload, 16)
  return Uint8Array.from(bytes)
}

/** An attribute with its padding. */
export function attribute(type: number, payload: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc((4 + payload.length + 3) & ~3)
  bytes.writeUInt16LE(4 + payload.length, 0)
  bytes.writeUInt16LE(type, 2)
  bytes.set(payload, 4)
  return Uint8Array.from(bytes)
}

export const concat = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts))

/** LINKTYPE_NETLINK's 16 bytes before a datagram. */
export function cooked(datagram: Uint8Array, protocol: number, packetType = 4): Uint8Array {
  const header = Buffer.alloc(16)
  header.writeUInt16BE(packetType, 0)
  header.writeUInt16BE(824, 2)
  header.writeUInt16BE(protocol, 14)
  return concat(header, datagram)
}

export type Order = 'big' | 'little'

/** 16- and 32-bit numbers one after the other. */
export function numbers(order: Order, ...values: readonly (readonly [size: 2 | 4, value: number])[]): Uint8Array {
  const bytes = Buffer.alloc(values.reduce((sum, [size]) => sum + size, 0))
  let at = 0
  for (const [size, value] of values) {
    if (order === 'big') bytes.writeUIntBE(value, at, size)
    else bytes.writeUIntLE(value, at, size)
    at += size
  }
  return Uint8Array.from(bytes)
}

/** A pcap file of packets; packet n has the time n + 1 seconds and 5 units of the fraction. */
export function pcapFile(
  packets: readonly Uint8Array[],
  {
    order = 'little',
    nanoseconds = false,
    linkType = 253,
  }: { order?: Order; nanoseconds?: boolean; linkType?: number },
): Uint8Array {
  const magic = nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4
  const header = numbers(order, [4, magic], [2, 2], [2, 4], [4, 0], [4, 0], [4, 262144], [4, linkType])
  const records = packets.flatMap((packet, i) => [
    numbers(order, [4, i + 1], [4, 5], [4, packet.length], [4, packet.length]),
    packet,
  ])
  return concat(header, ...records)
}

/** A pcapng file: section header, one interface, an enhanced packet block a packet, with times in nanoseconds. */
export function pcapngFile(packets: readonly Uint8Array[], order: Order = 'little'): Uint8Array {
  const block = (type: number, body: Uint8Array): Uint8Array => {
    const padded = concat(body, new Uint8Array(-body.length & 3))
    const length = padded.length + 12
    return concat(numbers(order, [4, type], [4, length]), padded, numbers(order, [4, length]))
  }
  const section = numbers(order, [4, 0x1a2b3c4d], [2, 1], [2, 0], [4, 0xffffffff], [4, 0xffffffff])
  const resolution = concat(numbers(order, [2, 9], [2, 1]), Uint8Array.of(9, 0, 0, 0), numbers(order, [2, 0], [2, 0]))
  const description = concat(numbers(order, [2, 253], [2, 0], [4, 262144]), resolution)
  const packetBlocks = packets.map((packet, i) =>
    block(6, concat(numbers(order, [4, 0], [4, 0], [4, i + 1], [4, packet.length], [4, packet.length]), packet)),
  )
  return concat(block(0x0a0d0d0a, section), block(1, description), ...packetBlocks)
}

/** What the expression of a call sends, with the sequence, port and family of `like`; descriptors are what they say. */
export function bytesOf(text: string, like: Uint8Array): Uint8Array {
  const request = new Function(...Object.keys(library), `return ${text}`)(...Object.values(library))
  const w = new Writer()
  const header = new DataView(like.buffer, like.byteOffset)
  const get = ({ key }: { readonly key: string }): number =>
    key.startsWith('generic family ') ? header.getUint16(4, true) : Number(key.replace('netns fd ', ''))
  writeRequest(w, request, { get }, header.getUint32(8, true))
  w.bytes.set(like.subarray(12, 16), 12)
  return w.finish()
}

/** A copy that the next message does not write to. */
function kept({ bytes, length }: ByteText): ByteText {
  const copy = new ByteText(bytes.slice(0, length))
  copy.length = length
  return copy
}

/** A datagram's messages as nl-dump's line has them. */
export function glance(
  bytes: Uint8Array,
  protocol = 0,
  conversation = new Conversation(),
): (Glance | DissectedMessage)[] {
  const messages: (Glance | DissectedMessage)[] = []
  new Glancer(conversation).each(bytes, protocol, message =>
    messages.push(isGlance(message) ? { ...message, summary: kept(message.summary) } : message),
  )
  return messages
}
