// One question to one DNS server, from inside a namespace: over UDP, and over TCP where the answer was too long for
// that. dns-packet knows the bytes; it is loaded at the first question. Knows neither search lists nor /etc.
import { createRequire } from 'node:module'
import type dnsPacketModule from 'dns-packet'
import type { DecodedPacket } from 'dns-packet'
import { crypto, dgram, net } from '../sys/builtin.ts'
import { adoptUnbound, begin, type Inside } from './sockets.ts'

export type RecordType = 'A' | 'AAAA'

export interface Server {
  readonly address: string
  readonly port: number
}

/** What a server said: addresses (none: the name has none of this type), or that there is no such name. */
export type Answer = { readonly addresses: readonly string[] } | 'no such name'

/** Thrown when a server gave no use of an answer: another may. */
export class ServerFailure extends Error {}

let loaded: typeof dnsPacketModule | undefined
const packets = (): typeof dnsPacketModule =>
  (loaded ??= createRequire(import.meta.url)('dns-packet') as typeof dnsPacketModule)

export interface Question {
  readonly name: string
  readonly type: RecordType
  /** Milliseconds, for each of UDP and TCP. */
  readonly timeout: number
  readonly signal?: AbortSignal | undefined
}

/** A question as it is sent, and what tells its answer from other packets. */
interface Sent extends Question {
  readonly bytes: Buffer
  readonly isAnswer: (packet: DecodedPacket) => boolean
}

/** Asks `server`, once. Throws a {@link ServerFailure}, or the reason of the signal. */
export async function query(inside: Inside, server: Server, question: Question): Promise<Answer> {
  const { name, type, signal } = question
  const id = crypto().randomInt(0x10000)
  const { RECURSION_DESIRED, encode } = packets()
  const bytes = encode({ type: 'query', id, flags: RECURSION_DESIRED, questions: [{ type, name }] })
  const sent: Sent = { ...question, bytes, isAnswer: packet => answers(packet, id, name, type) }
  try {
    const overUdp = await askUdp(inside, server, sent)
    return read(overUdp.flag_tc ? await askTcp(inside, server, sent) : overUdp, type)
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}

/** Whether a packet answers our question: forged and late ones do not. */
function answers(packet: DecodedPacket, id: number, name: string, type: RecordType): boolean {
  const [question] = packet.questions ?? []
  return packet.id === id && packet.type === 'response' && question?.type === type && same(question.name, name)
}
const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

function read(packet: DecodedPacket, type: RecordType): Answer {
  const rcode = (packet as unknown as { rcode: string }).rcode
  if (rcode === 'NXDOMAIN') return 'no such name'
  if (rcode !== 'NOERROR') throw new ServerFailure(rcode)
  // Those of an alias come with it: the server follows it, for recursion was asked for.
  return { addresses: (packet.answers ?? []).flatMap(a => (a.type === type && 'data' in a ? [String(a.data)] : [])) }
}

function decode(bytes: Uint8Array): DecodedPacket | undefined {
  try {
    return packets().decode(Buffer.from(bytes))
  } catch {
    return undefined
  }
}

/** A socket for each question: so the port is another each time, and nothing is left open. */
function askUdp(inside: Inside, server: Server, sent: Sent): Promise<DecodedPacket> {
  const lookup = (name: string, _options: unknown, done: (...result: any[]) => void) =>
    done(null, name, net().isIPv6(name) ? 6 : 4)
  const socket = dgram().createSocket({ type: net().isIPv6(server.address) ? 'udp6' : 'udp4', lookup })
  let cancel = (): void => {}
  return new Promise<DecodedPacket>((resolve, reject) => {
    const fail = (why: string) => reject(new ServerFailure(why))
    cancel = whenOver(sent, fail)
    socket.on('error', error => fail(error.message))
    socket.on('message', (bytes: Buffer) => {
      const packet = decode(bytes)
      if (packet && sent.isAnswer(packet)) resolve(packet)
    })
    adoptUnbound(inside, socket, server.address)
    const connected = (error?: Error): void => (error ? fail(error.message) : socket.send(sent.bytes))
    // Connected: it takes packets of the server only, and hears that the port is closed. Inside, for a zone's index.
    inside(() => socket.connect(server.port, server.address, connected as () => void))
  }).finally(() => {
    cancel()
    socket.close()
  })
}

/** Calls `end` when the time is up or the signal aborts; answers what calls that off. */
function whenOver({ timeout, signal }: Question, end: (why: string) => void): () => void {
  const timer = setTimeout(end, timeout, 'no answer')
  const aborted = () => end('aborted')
  signal?.addEventListener('abort', aborted)
  return () => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', aborted)
  }
}

/** Over TCP each packet has its length before it. */
async function askTcp(inside: Inside, { address, port }: Server, sent: Sent): Promise<DecodedPacket> {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(sent.bytes.length)
  const socket = begin(inside, address, address, port)
  const cancel = whenOver(sent, why => socket.destroy(new Error(why)))
  socket.write(Buffer.concat([length, sent.bytes]))
  try {
    const packet = decode(await readFrame(socket))
    if (packet && sent.isAnswer(packet)) return packet
  } catch (error) {
    throw new ServerFailure((error as Error).message)
  } finally {
    cancel()
    socket.destroy()
  }
  throw new ServerFailure('no answer over TCP')
}

/** The first packet of a stream, or what came of it before the end. */
async function readFrame(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  let bytes: Buffer = Buffer.alloc(0)
  for await (const part of stream) {
    bytes = Buffer.concat([bytes, part])
    const end = bytes.length < 2 ? Number.POSITIVE_INFINITY : 2 + bytes.readUInt16BE(0)
    if (bytes.length >= end) return bytes.subarray(2, end)
  }
  return bytes.subarray(2)
}
