// What the kernel told iproute2 when the fixtures were made, and of traffic control also what it was asked for, played to
// the real `ip monitor file`, `bridge monitor file` and `tc monitor file` and to ours: the same text, whatever the kernel
// at hand has. So each kind of link, qdisc, filter and action is seen, with the options that change what is shown.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { machine } from '../../../src/cli/host.ts'
import { main } from '../../../src/cli/main.ts'
import { walk } from '../../../src/netlink/message.ts'
import { actionMessage } from '../../../src/route/tc/action.ts'
import { chainMessage, classMessage, filterMessage, qdiscMessage } from '../../../src/route/tc/tc.ts'
import { spawn } from './twins.ts'

const root = join(import.meta.dirname ?? '', '../../../fixtures')

interface Area {
  readonly program: 'ip' | 'bridge' | 'tc'
  readonly areas: readonly string[]
  readonly options: readonly string[]
  /** The types that its monitor prints. */
  readonly types: ReadonlySet<number>
}

/** RTM_NEW… and RTM_DEL… of an object that begins at `first`. */
const pairs = (...first: readonly number[]): ReadonlySet<number> => new Set(first.flatMap(type => [type, type + 1]))

const AREAS: readonly Area[] = [
  {
    program: 'ip',
    areas: ['link', 'kind', 'address', 'netns', 'route', 'nexthop', 'rule', 'neighbour', 'stats', 'monitor'],
    options: ['', '-o -s -d'],
    // link, address, route, neighbour, rule, netconf, nsid, nexthop
    types: pairs(16, 20, 24, 28, 32, 80, 88, 104),
  },
  {
    program: 'bridge',
    areas: ['bridge', 'story', 'monitor'],
    options: ['', '-o -s -d'],
    // link, neighbour, mdb, vlan, tunnel
    types: pairs(16, 28, 84, 112, 116),
  },
  {
    program: 'tc',
    areas: ['tc-qdisc', 'tc-class', 'tc-filter', 'tc-action'],
    options: ['', '-s -d -iec', '-o -s', '-r -d'],
    types: new Set(
      [qdiscMessage, classMessage, filterMessage, chainMessage, actionMessage].flatMap(({ types }) =>
        Object.entries(types).flatMap(([name, type]) => (name.startsWith('RTM_GET') ? [] : [type as number])),
      ),
    ),
  },
]

/** Where ours differs, and why. */
const OTHERWISE: readonly (readonly [name: RegExp, why: string])[] = [
  [/^tc-(qdisc|class|filter)\/(delete|delete-all|link)$|^tc-action\/flush$/, 'requests that name no kind: no events'],
  [
    /^tc-qdisc\/(gred|gred-vq|mqprio|netem-gemodel|netem-state)$/,
    'tc reads no nests with NLA_F_NESTED, as it sends them',
  ],
  [/^tc-(filter\/every-action|action\/pedit-ex)$/, 'as of netem'],
  [/^tc-action\/ct$/, 'tc reads 16 bytes of labels where it sent 8'],
  [/^tc-action\/tunnel-key-geneve$/, 'tc shows one option of those that it sent'],
  [/^tc-(action\/nat|filter\/show-every-action)$/, "tc counts the bits of nat's mask from the wrong end"],
  [/^tc-filter\/flower-vlan$/, 'tc leaves out the addresses behind two tags'],
  [/^tc-filter\/basic-meta$/, 'as it stands in the words, in quotes'],
  [/^tc-qdisc\/show-taprio$/, 'tc 6.1 does not know an attribute of the kernel'],
  [/^bridge\/vlan-(filtering-show|show|tunnelshow)|^monitor\/bridge-all$/, 'ours knows the names that it was told'],
]

function messagesOf(path: string, { program, types }: Area): Uint8Array[] {
  const found: Uint8Array[] = []
  const seen = new Set<string>()
  for (const line of readFileSync(path, 'latin1').split('\n')) {
    if (!(program === 'tc' ? /^[<>] / : /^< /).test(line)) continue
    const bytes = new Uint8Array(Buffer.from(line.slice(2), 'hex'))
    walk(new DataView(bytes.buffer), bytes.length, (type, _flags, _sequence, _port, p, end) => {
      const message = bytes.slice(p, end)
      const body = Buffer.from(message.subarray(16)).toString('latin1')
      if (!types.has(type) || seen.has(body)) return
      seen.add(body)
      found.push(message)
    })
  }
  return found
}

async function compare(program: string, options: string, messages: readonly Uint8Array[]): Promise<void> {
  const file = '/run/told'
  const padded = messages.map(message => Buffer.concat([message, Buffer.alloc(-message.length & 3)]))
  writeFileSync(file, Buffer.concat(padded))
  const words = [...options.split(' ').filter(word => word !== ''), 'monitor', 'file', file]
  let out = ''
  const host = { ...machine, out: (text: string) => void (out += text), err: (text: string) => void (out += text) }
  await main(words, program, host)
  expect(out.split('\n'), `with ${options}`).toEqual(spawn(program, words).out.split('\n'))
}

describe.each(AREAS)('$program monitor file', area => {
  const files = area.areas.flatMap(name =>
    readdirSync(join(root, name))
      .filter(file => file.endsWith('.hex') && !/\.(generic|audit|sock_diag|netfilter)\.hex$/.test(file))
      .map(file => `${name}/${file}`),
  )
  const told = files
    .filter(file => !/^# protocol: (?!route)/m.test(readFileSync(join(root, file), 'latin1')))
    .map(file => [file.replace('.hex', ''), messagesOf(join(root, file), area)] as const)
    .filter(([name, messages]) => {
      const [, why] = OTHERWISE.find(([pattern]) => pattern.test(name)) ?? []
      if (why !== undefined && messages.length > 0) console.log(`${name} is not compared: ${why}`)
      return why === undefined && messages.length > 0
    })

  it('finds the fixtures', () => expect(told.length).toBeGreaterThan(70))
  it.each(told)('%s', async (_name, messages) => {
    // bridge asks the kernel for names, and ours has those that it was told: each message has to stand for itself.
    const parts = area.program === 'bridge' ? messages.map(message => [message]) : [messages]
    for (const part of parts) for (const options of area.options) await compare(area.program, options, part)
  })
})
