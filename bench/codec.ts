// The codecs alone, no kernel: `npm run bench -- codec`. Decodes the links and addresses that iproute2's captures hold
// (fixtures/), compiled and by closures, unread and fully read, and runs requests against a socket that answers at once.
// With a word, `npm run bench -- codec runSync`, only those whose name has it: for a profile (node --cpu-prof).
import { readdirSync, readFileSync } from 'node:fs'
import { Connection } from '../src/netlink/connection.ts'
import { decodeMessageByClosures } from '../src/netlink/decode.ts'
import { walk } from '../src/netlink/message.ts'
import type { Datagram, NetlinkSocket } from '../src/netlink/socket.ts'
import type { Message } from '../src/netlink/table.ts'
import * as link from '../src/ops/link.ts'
import { addressMessage } from '../src/route/address.ts'
import { linkMessage } from '../src/route/link.ts'
import { consumerOf } from './consumer.ts'
import { type Contender, compare, table } from './measure.ts'

interface Recorded {
  readonly bytes: Uint8Array
  readonly view: DataView
  /** Of each message's payload. */
  readonly spans: readonly (readonly [start: number, end: number])[]
}

/** The messages of `type` that the captures of `ip link show` and the like received, in one buffer. */
function recorded(folder: string, type: number): Recorded {
  const directory = new URL(`../fixtures/${folder}/`, import.meta.url)
  const parts: Uint8Array[] = []
  for (const file of readdirSync(directory).filter(name => /^show.*\.hex$/.test(name))) {
    const lines = readFileSync(new URL(file, directory), 'utf8').split('\n')
    for (const line of lines) if (line.startsWith('< ')) parts.push(Buffer.from(line.slice(2), 'hex'))
  }
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  const view = new DataView(bytes.buffer)
  const spans: [number, number][] = []
  let at = 0
  for (const part of parts) {
    const start = at
    bytes.set(part, start)
    const partView = new DataView(bytes.buffer, start)
    walk(partView, part.length, (found, _flags, _sequence, _port, p, end) => {
      if (found === type) spans.push([start + p + 16, start + end])
    })
    at += part.length
  }
  return { bytes, view, spans }
}

/** Keeps what is computed, so that none of it can be optimised away. */
let sink = 0

function contenders(message: Message<any, any, any>, { bytes, view, spans }: Recorded): Contender[] {
  const decoders = {
    compiled: (p: number, end: number) => message.decode(view, bytes, p, end),
    closures: (p: number, end: number) => decodeMessageByClosures(message, view, bytes, p, end),
  }
  return Object.entries(decoders).flatMap(([name, decode]): Contender[] => {
    const consume = consumerOf(spans.map(([p, end]) => decode(p, end)))
    return [
      {
        name: `${message.name} ${name}, unread`,
        units: spans.length,
        run: () => {
          for (const [p, end] of spans) sink += decode(p, end).index as number
        },
      },
      {
        name: `${message.name} ${name}, fully read`,
        units: spans.length,
        run: () => {
          for (const [p, end] of spans) sink += consume(decode(p, end))
        },
      },
    ]
  })
}

/** A socket whose kernel answers every request with the same message, in no time. */
function instantSocket(reply: Uint8Array): NetlinkSocket {
  const view = new DataView(reply.buffer)
  const datagram: Datagram = { bytes: reply, view, length: reply.length, sender: 0, nsid: -1 }
  let waiting = false
  return {
    protocol: 0,
    portId: view.getUint32(12, true),
    capabilities: {
      sync: true,
      extendedAck: true,
      strict: true,
      sender: true,
      groups: true,
      workers: true,
      acks: 128,
    },
    sendLimit: 100_000,
    send(bytes) {
      // nlmsg_seq
      reply.set(bytes.subarray(8, 12), 8)
      waiting = true
    },
    receive() {
      if (!waiting) return undefined
      waiting = false
      return datagram
    },
    wait: () => true,
    onReadable() {},
    keepAlive() {},
    join() {},
    listenAllNamespaces() {},
    close() {},
  }
}

const links = recorded('link', linkMessage.types.RTM_NEWLINK)
const addresses = recorded('address', addressMessage.types.RTM_NEWADDR)
const longest = links.spans.toSorted((a, b) => b[1] - b[0] - (a[1] - a[0]))[0]!
const connection = new Connection(instantSocket(links.bytes.slice(longest[0] - 16, longest[1])))
const undecoded = { ...link.get(1), decode: () => 1, finish: () => undefined }
const CALLS = 1000
const prepared = link.get(1)
const requests: Contender[] = [
  {
    name: 'runSync, reply not decoded, request made once',
    units: CALLS,
    run: () => {
      for (let i = 0; i < CALLS; i++) connection.runSync(undecoded)
    },
  },
  {
    name: 'runSync(link.get(1)), request made once',
    units: CALLS,
    run: () => {
      for (let i = 0; i < CALLS; i++) sink += connection.runSync(prepared).index
    },
  },
  {
    name: 'runSync(link.get(1)), request made each time',
    units: CALLS,
    run: () => {
      for (let i = 0; i < CALLS; i++) sink += connection.runSync(link.get(1)).index
    },
  },
]

const wanted = process.argv[3] ?? ''
const all = [...contenders(linkMessage, links), ...contenders(addressMessage, addresses), ...requests]
const results = compare(all.filter(({ name }) => name.includes(wanted)))
const size = ({ spans }: Recorded): string =>
  `${spans.length} messages of ${Math.round(spans.reduce((sum, [p, end]) => sum + end - p, 0) / spans.length)} bytes`
console.log(`node ${process.version}; links: ${size(links)}; addresses: ${size(addresses)}\n`)
console.log(table([['', 'ns'], ...[...results].map(([name, ns]) => [name, ns.toFixed(0)])]))
if (Number.isNaN(sink)) throw new Error('nothing was measured')
