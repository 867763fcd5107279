// The captures that nl-dump is measured with, made of the fixtures' datagrams: all of them over and over (hundreds of
// kinds, mostly requests and their answers), and what a busy machine's capture holds, long dumps and then notifications.
import { closeSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Datagram, datagramsOf, dissect } from '../src/dump/index.ts'
import { pcapHeader, pcapRecord } from '../src/netlink/capture.ts'
import { NLM_F_DUMP, NLM_F_MULTI, NLM_F_REQUEST } from '../src/netlink/message.ts'

/** Writes a capture of at least so many bytes, its datagrams a microsecond apart. Answers how many they are. */
export function writeCapture(path: string, size: number, datagrams: readonly Datagram[]): number {
  const fd = openSync(path, 'w')
  let packets = 0
  let written = writeSync(fd, pcapHeader())
  while (written < size) {
    const records = datagrams.map(datagram =>
      pcapRecord({ protocol: 0, ...datagram, time: 1_700_000_000_000_000_000n + BigInt(packets++) * 1000n }),
    )
    written += writeSync(fd, Buffer.concat(records))
  }
  closeSync(fd)
  return packets
}

/** All datagrams of all fixtures. */
export function everything(): Datagram[] {
  const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url))
  const files = readdirSync(fixtures, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.hex'))
  return files.toSorted().flatMap(name => [...datagramsOf(readFileSync(fixtures + name))])
}

/** The parts that the kernel makes of a dump. */
const PART = 32 * 1024
const NLMSG_DONE = 3

/** What a dump asks for and answers with, bytes of the header, how many objects, which attributes tell one from another. */
const DUMPS = [
  { get: 18, type: 16, span: 16, count: 1000, addresses: [1] },
  { get: 22, type: 20, span: 8, count: 2000, addresses: [1, 2] },
  { get: 26, type: 24, span: 12, count: 10_000, addresses: [1] },
  { get: 30, type: 28, span: 12, count: 5000, addresses: [1, 2] },
]
/** Notifications behind the dumps, a datagram each. */
const EVENTS = 4000

/** Dumps of links, addresses, routes and neighbours, of the messages that real dumps had; then notifications. */
export function recorded(): Datagram[] {
  const told = everything()
    .filter(({ protocol }) => protocol === 0)
    .flatMap(({ bytes }) =>
      dissect(bytes)
        .filter(({ malformed, type, flags }) => !malformed && type >= 16 && !(flags & NLM_F_REQUEST))
        .map(message => ({ ...message, bytes: bytes.slice(message.offset, message.offset + message.length) })),
    )
  const datagrams: Datagram[] = []
  const add = (bytes: Uint8Array, direction: 'sent' | 'received'): void =>
    void datagrams.push({ bytes, protocol: 0, direction, place: '' })
  for (const [i, { get, type, span, count, addresses }] of DUMPS.entries()) {
    const sequence = 1_700_000_000 + i
    add(header(get, NLM_F_REQUEST | NLM_F_DUMP, sequence, 0, new Uint8Array(span)), 'sent')
    const captured = told.filter(message => message.type === type && message.flags & NLM_F_MULTI)
    let part: Uint8Array[] = []
    let length = 0
    const flush = (): void => {
      if (length > 0) add(Buffer.concat(part), 'received')
      part = []
      length = 0
    }
    for (let n = 0; n < count; n++) {
      const bytes = another(captured[n % captured.length]!.bytes, n, sequence, span, addresses)
      if (length + bytes.length > PART) flush()
      part.push(bytes)
      length += bytes.length
    }
    flush()
    add(header(NLMSG_DONE, NLM_F_MULTI, sequence, 4711, new Uint8Array(4)), 'received')
  }
  const events = told.filter(({ portId, flags }) => portId === 0 && !(flags & NLM_F_MULTI))
  for (let n = 0; n < EVENTS; n++) add(events[n % events.length]!.bytes, 'received')
  return datagrams
}

/** A message once more, as an answer to `sequence`, with a number of its own in the addresses that tell it from others. */
function another(
  message: Uint8Array,
  number: number,
  sequence: number,
  span: number,
  addresses: readonly number[],
): Uint8Array {
  const bytes = new Uint8Array((message.length + 3) & ~3)
  bytes.set(message)
  const view = new DataView(bytes.buffer)
  view.setUint32(8, sequence, true)
  view.setUint32(12, 4711, true)
  for (let at = 16 + span; at + 4 <= message.length; at += (view.getUint16(at, true) + 3) & ~3) {
    const length = view.getUint16(at, true)
    if (addresses.includes(view.getUint16(at + 2, true)) && length >= 8) view.setUint16(at + length - 2, number)
  }
  return bytes
}

function header(type: number, flags: number, sequence: number, portId: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(16 + payload.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, bytes.length, true)
  view.setUint16(4, type, true)
  view.setUint16(6, flags, true)
  view.setUint32(8, sequence, true)
  view.setUint32(12, portId, true)
  bytes.set(payload, 16)
  return bytes
}
