// A kernel that answers from a fixture: what it said to the real command, it says to ours. A Host for cli/main.ts, and
// what that printed.
import { readFileSync } from 'node:fs'
import type { Host } from '../../src/cli/host.ts'
import { main } from '../../src/cli/main.ts'
import { Connection } from '../../src/netlink/connection.ts'
import { NLM_F_ACK, NLM_F_DUMP, NLM_F_MULTI, NLMSG_DONE, NLMSG_ERROR, walk } from '../../src/netlink/message.ts'
import type { Datagram, NetlinkSocket } from '../../src/netlink/socket.ts'
import { hexText } from '../../src/netlink/text.ts'
import { type Link, linkMessage } from '../../src/route/link.ts'
import { mdbMessage } from '../../src/route/mdb.ts'
import { type Nsid, nsidMessage } from '../../src/route/nsid.ts'
import { actionMessage } from '../../src/route/tc/action.ts'
import { chainMessage } from '../../src/route/tc/tc.ts'

const { RTM_NEWLINK, RTM_GETLINK } = linkMessage.types
const { RTM_NEWNSID } = nsidMessage.types
const ENODEV = 19
/** AF_BRIDGE and AF_INET6: families with a list of links of their own. */
const LISTS = new Set([7, 10])

interface Recorded {
  readonly type: number
  readonly multi: boolean
  /** From the nlmsghdr on. */
  readonly bytes: Uint8Array
}

export interface Fixture {
  readonly command: string
  /** What the real command sent. */
  readonly requests: readonly Uint8Array[]
  readonly setup: readonly string[]
  readonly messages: readonly Recorded[]
}

export function readFixture(path: string): Fixture {
  const lines = readFileSync(path, 'utf8').split('\n')
  const said = (key: string): string[] =>
    lines.filter(line => line.startsWith(`# ${key}: `)).map(line => line.slice(key.length + 4))
  const messages: Recorded[] = []
  for (const line of lines.filter(text => text.startsWith('< '))) {
    const bytes = new Uint8Array(Buffer.from(line.slice(2).trim(), 'hex'))
    walk(new DataView(bytes.buffer), bytes.length, (type, flags, _sequence, _port, p, end) =>
      messages.push({ type, multi: (flags & NLM_F_MULTI) !== 0, bytes: bytes.slice(p, end) }),
    )
  }
  const requests = lines
    .filter(text => text.startsWith('> '))
    .map(line => new Uint8Array(Buffer.from(line.slice(2).trim(), 'hex')))
    // Some commands send their whole buffer, with nothing behind the message.
    .map(bytes => bytes.slice(0, new DataView(bytes.buffer).getUint32(0, true)))
  return { command: said('command')[0] ?? '', setup: said('setup'), messages, requests }
}

export const bodyOf = <T>(
  message: { decode(v: DataView, b: Uint8Array, p: number, end: number): T },
  { bytes }: Pick<Recorded, 'bytes'>,
): T => message.decode(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), bytes, 16, bytes.length)

const PORT = 7

/** Their answers have the type of the question; a dump of chains is as usual. */
const SAME: readonly number[] = [
  actionMessage.types.RTM_GETACTION,
  chainMessage.types.RTM_GETCHAIN,
  mdbMessage.types.RTM_GETMDB,
]
const answers = (type: number, found: number): boolean => found === type - 2 || (SAME.includes(type) && found === type)

class RecordedSocket implements NetlinkSocket {
  readonly protocol = 0
  readonly portId = PORT
  readonly sendLimit = 65536
  readonly capabilities = {
    sync: true,
    extendedAck: true,
    strict: true,
    sender: true,
    groups: false,
    workers: true,
    acks: 64,
  }
  readonly #messages: readonly Recorded[]
  readonly #waiting: Uint8Array[] = []
  /** The requests, without what follows them in their datagram. */
  readonly sent: Uint8Array[]

  constructor(messages: readonly Recorded[], sent: Uint8Array[]) {
    this.#messages = messages
    this.sent = sent
  }

  send(request: Uint8Array, _length: number): void {
    const v = new DataView(request.buffer, request.byteOffset)
    const type = v.getUint16(4, true)
    const sequence = v.getUint32(8, true)
    this.sent.push(request.slice(0, v.getUint32(0, true)))
    const flags = v.getUint16(6, true)
    if (flags & NLM_F_ACK) {
      this.#queue(message(NLMSG_ERROR, new Uint8Array(20)), sequence)
      return
    }
    const dump = (flags & NLM_F_DUMP) === NLM_F_DUMP
    const family = request[16]!
    const answers = dump ? this.#all(type, family) : [this.#single(type, request, v.getUint32(0, true))]
    for (const { bytes } of answers) this.#queue(bytes, sequence)
    if (dump) this.#queue(message(NLMSG_DONE, new Uint8Array(4)), sequence)
  }

  /**
   * What answers RTM_GET… is RTM_NEW…, two below, but for those whose answers have the request's type.
   * Links have a list in each of a few families. What a command asked for twice is there once.
   */
  #all(type: number, family: number): Recorded[] {
    const seen = new Set<string>()
    const found = this.#messages.filter(({ multi, type: answer, bytes }) => {
      const payload = hexText(bytes.subarray(16))
      const again = seen.has(payload)
      if (multi) seen.add(payload)
      return multi && !again && answers(type, answer)
    })
    if (type !== RTM_GETLINK) return found
    return found.filter(({ bytes }) => LISTS.has(family) === LISTS.has(bytes[16]!))
  }

  /** The one answer to a request that is no dump, the last that was recorded; ENODEV where there is none. */
  #single(type: number, request: Uint8Array, end: number): Recorded {
    const found = type === RTM_GETLINK ? this.#link(request.slice(0, end)) : this.#singles(type).at(-1)
    if (found) return found
    const error = new Uint8Array(20)
    new DataView(error.buffer).setInt32(0, -ENODEV, true)
    return { type: NLMSG_ERROR, multi: false, bytes: message(NLMSG_ERROR, error) }
  }

  #link(request: Uint8Array): Recorded | undefined {
    const asked = bodyOf(linkMessage, { bytes: request })
    const all = [
      ...this.#messages.filter(({ type, multi }) => multi && type === RTM_NEWLINK),
      ...this.#singles(RTM_GETLINK),
    ]
    return all.filter(link => isAsked(bodyOf(linkMessage, link), asked)).at(-1)
  }

  #singles(asked: number): Recorded[] {
    return this.#messages.filter(message => !message.multi && answers(asked, message.type))
  }

  #queue(bytes: Uint8Array, sequence: number): void {
    const copy = bytes.slice()
    const v = new DataView(copy.buffer)
    v.setUint32(8, sequence, true)
    v.setUint32(12, PORT, true)
    this.#waiting.push(copy)
  }

  receive(): Datagram | undefined {
    const bytes = this.#waiting.shift()
    return bytes && { bytes, view: new DataView(bytes.buffer), length: bytes.length, sender: 0, nsid: -1 }
  }

  wait(): boolean {
    throw new Error('the recorded kernel has no answer')
  }
  onReadable(): void {}
  keepAlive(): void {}
  join(): void {}
  listenAllNamespaces(): void {}
  close(): void {}
}

const isAsked = (link: Link, { index, name, altName }: Link): boolean =>
  index !== 0
    ? link.index === index
    : [link.name, ...(link.propList?.altNames ?? [])].some(known => known === (name ?? altName))

function message(type: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(16 + payload.length)
  const v = new DataView(bytes.buffer)
  v.setUint32(0, bytes.length, true)
  v.setUint16(4, type, true)
  bytes.set(payload, 16)
  return bytes
}

export interface Result {
  readonly out: string
  readonly err: string
  readonly status: number
  /** The requests that change something. */
  readonly changes: readonly Uint8Array[]
}

/** Runs `ip …` or `bridge …` against what was recorded. */
export async function play(fixture: Fixture, command = fixture.command): Promise<Result> {
  const [program = '', ...args] = (command.match(/'[^']*'|\S+/g) ?? []).map(word => word.replace(/^'|'$/g, ''))
  let out = ''
  let err = ''
  const sent: Uint8Array[] = []
  const host: Host = {
    open: () => new Connection(new RecordedSocket(fixture.messages, sent)),
    out: text => void (out += text),
    err: text => void (err += text),
    netnsNames: () => netnsNames(fixture),
    // The machine on which they were recorded.
    accounts: {
      user: id => (id === 1000 ? 'cloudsdk' : undefined),
      group: id => (id === 1000 ? 'cloudsdk' : undefined),
    },
  }
  const status = await main(args, program, host)
  return { out, err, status, changes: sent.filter(bytes => (bytes[6]! & NLM_F_ACK) !== 0) }
}

/** The command asked for the id of each name: the names are in the setup, the ids in the answers. */
function netnsNames({ setup, messages }: Fixture): Map<number, string> {
  const names = setup.flatMap(line => /ip netns add (\S+)/.exec(line)?.[1] ?? [])
  const ids = messages
    .filter(({ type, multi }) => type === RTM_NEWNSID && !multi)
    .map(found => (bodyOf(nsidMessage, found) as Nsid).nsid)
  return new Map(names.flatMap((name, i) => (ids[i] === undefined || ids[i]! < 0 ? [] : [[ids[i]!, name] as const])))
}
