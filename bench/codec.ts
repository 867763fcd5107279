// The codecs alone, no kernel: `npm run bench -- codec`. Decodes the links and addresses that iproute2's captures hold
// (fixtures/), compiled and by closures, unread and fully read, and runs requests against a socket that answers at once.
// With a word, `npm run bench -- codec runSync`, only those whose name has it: for a profile (node --cpu-prof).
import { Connection } from '../src/netlink/connection.ts'
import { decodeMessageByClosures } from '../src/netlink/decode.ts'
import type { Message } from '../src/netlink/table.ts'
import * as link from '../src/ops/link.ts'
import { addressMessage } from '../src/route/address.ts'
import { linkMessage } from '../src/route/link.ts'
import { consumerOf } from './consumer.ts'
import { type Contender, compare, table } from './measure.ts'
import { instantSocket, longest, type Recorded, recorded } from './recorded.ts'

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

const captures = (folder: string): URL => new URL(`../fixtures/${folder}/`, import.meta.url)
const links = recorded(captures('link'), linkMessage.types.RTM_NEWLINK)
const addresses = recorded(captures('address'), addressMessage.types.RTM_NEWADDR)
const connection = new Connection(instantSocket(longest(links)))
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
