// The one-line view: what a message is about, which request it belongs to, and what explains an error.
import { describe, expect, it } from 'vitest'
import { run } from '../../src/dump/command.ts'
import { Conversation } from '../../src/dump/conversation.ts'
import { dissect } from '../../src/dump/dissect.ts'
import { print } from '../../src/dump/print.ts'
import { SUMMARIES } from '../../src/dump/summaries.ts'
import { summaryPaths } from '../../src/dump/summary.ts'
import { controllerMessage } from '../../src/generic/controller.ts'
import { SUBSYSTEMS } from '../../src/netfilter/index.ts'
import type { Message } from '../../src/netlink/table.ts'
import { ROUTE_MESSAGES } from '../../src/route/index.ts'
import { AF } from '../../src/route/words.ts'
import { socketFamily } from '../../src/sock-diag/index.ts'
import { attribute, concat, cooked, fixture, fixtureFiles, hex, netlinkMessage, pcapFile } from './bytes.ts'

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** What the command prints of a file's bytes. */
async function lines(bytes: Uint8Array, ...argv: string[]): Promise<string[]> {
  let out = ''
  await run([...argv, '-'], {
    version: '',
    colors: false,
    open: () => once(bytes),
    out: async text => void (out += text),
    err: text => void (out += text),
  })
  return out.trimEnd().split('\n')
}
const linesOf = (file: string): Promise<string[]> => lines(fixture(file))

describe('a line', () => {
  it('has words that depend on the family, whatever came before', async () => {
    const flagged = (family: number, address: number[]): Uint8Array =>
      netlinkMessage(
        20,
        0,
        concat(
          Uint8Array.of(family, 8 * address.length, 0, 0, 3, 0, 0, 0),
          attribute(1, Uint8Array.from(address)),
          attribute(8, Uint8Array.of(1, 0, 0, 0)),
        ),
      )
    const four = flagged(2, [192, 0, 2, 1])
    const six = flagged(10, [0x20, 1, 0xd, 0xb8, ...new Array(11).fill(0), 1])
    const shown = await lines(
      pcapFile(
        [four, six, four, six].map(bytes => cooked(bytes, 0)),
        {},
      ),
    )
    expect(shown.map(text => text.replace(/^.* /, ''))).toEqual(['secondary', 'temporary', 'secondary', 'temporary'])
  })

  it.each([
    ['link/add-veth-netns', '#3 → RTM_NEWLINK excl|create v1 kind=veth address=02:00:00:00:00:01 peer=v2 → netns fd 4'],
    [
      'route/add-multipath',
      '#5 → RTM_NEWROUTE excl|create 10.0.0.0/8 2 nexthops proto=boot multipath=[{weight=3 index=3 gateway=192.0.2.2} {flags=onlink weight=1 index=5 gateway=198.51.100.2}]',
    ],
    [
      'address/add-all',
      '#3 → RTM_NEWADDR excl|create 192.0.2.1/24 dev=3(v1) noprefixroute label=v1:all broadcast=192.0.2.255 routePriority=5 cacheInfo={preferred=300 valid=600 created=0 updated=0}',
    ],
    ['neighbour/add', '#6 → RTM_NEWNEIGH excl|create 192.0.2.2 lladdr=02:00:00:00:00:22 dev=3(v1) permanent'],
    ['rule/add-fwmark', '#1 → RTM_NEWRULE excl|create fwmark=0x10/0xff table=100'],
    ['nexthop/add-group', '#1 → RTM_NEWNEXTHOP excl|create id=10 group=[{id=1 weight=3} {id=2 weight=5}]'],
    ['tc-qdisc/bfifo', '#6 → RTM_NEWQDISC excl|create bfifo dev=3(v1) parent=root limit=10000'],
    ['bridge/mdb-add', '#7 → RTM_NEWMDB excl|create dev=2(br0) port=4(v1) group=239.1.1.1 permanent'],
    [
      'sock-diag/tcp-listen',
      '#2 ← inet SOCK_DIAG_BY_FAMILY listen 127.0.0.1:7000 inode=1884843 send-queue=511 bbr  1 of #1',
    ],
    ['netns/set', '#1 → RTM_NEWNSID nsid=7 fd=6'],
    ['error/nsid-taken', "#2 ← EEXIST: File exists 'The specified nsid is already used' at NETNSA_NSID  of #1"],
  ])('of %s', async (file, line) => {
    expect(await linesOf(`${file}.hex`)).toContain(line)
  })

  it.each(fixtureFiles)('is one for every message of %s that is no error', async file => {
    for (const line of await linesOf(file)) expect(line).toMatch(/^#\d+ [→←] \S| {4}\S/)
  })

  it('says which of a request’s flags are meant', async () => {
    const change = (flags: string, mask: string) =>
      lines(netlinkText(netlinkMessage(16, 5, concat(hex(`00000000 05000000 ${flags} ${mask}`)))))
    expect(await change('01000000', '01000000')).toEqual(['#1 → RTM_NEWLINK index=5 up'])
    expect(await change('80000000', '81000000')).toEqual(['#1 → RTM_NEWLINK index=5 -up,noarp'])
  })

  it('names every attribute of a request, unknown ones with their bytes', async () => {
    const bytes = concat(new Uint8Array(16), attribute(40, hex('10000000')), attribute(999, hex('00ff')))
    expect(await lines(netlinkText(netlinkMessage(16, 5, bytes)))).toEqual([
      '#1 → RTM_NEWLINK gsoMaxSegs=16 unknown(999)=00ff',
    ])
  })

  it('has nothing in it that a terminal would act on', () => {
    const name = attribute(3, concat(new TextEncoder().encode('a\u001b[31m\u202e b'), Uint8Array.of(0)))
    const datagram = netlinkMessage(16, 5, concat(new Uint8Array(16), name))
    const text = print({ message: dissect(datagram)[0]!, datagram, number: 1 }, { format: 'line' })
    expect(text).toBe("#1 → RTM_NEWLINK 'a\\u{1b}[31m\\u{202e} b'\n")
  })

  it('resolves what the source knows the name of', () => {
    const datagram = netlinkMessage(
      16,
      5,
      concat(hex('00000000 05000000 00000000 00000000'), attribute(28, hex('09000000'))),
    )
    const names = { link: () => 'eth0', netnsOfFd: (fd: number) => (fd === 9 ? 'ns1' : undefined) }
    const printable = { message: dissect(datagram)[0]!, datagram, number: 1, names }
    expect(print(printable, { format: 'line' })).toBe('#1 → RTM_NEWLINK index=5(eth0) → netns fd 9(ns1)\n')
    expect(print(printable)).toContain('IFLA_NET_NS_FD  9 (ns1)')
    expect(print(printable, { format: 'hex' })).toContain('ifi_index 5 (eth0)')
  })
})

const netlinkText = (...datagrams: Uint8Array[]): Uint8Array =>
  new TextEncoder().encode(datagrams.map(bytes => Buffer.from(bytes).toString('hex')).join('\n'))

describe('the table of summaries', () => {
  const families = [
    ...SUBSYSTEMS.map(({ family }) => family()),
    ...[...AF.byValue.keys()].flatMap(number => socketFamily(number)?.family() ?? []),
  ]
  const messages = [
    ...ROUTE_MESSAGES,
    controllerMessage,
    ...new Set(families.flatMap(({ received }) => received)),
  ] as readonly Message<any, any, any>[]
  it.each(messages.filter(({ name }) => SUMMARIES[name]).map(message => [message.name, message] as const))(
    'names only what a %s has',
    (_name, message) => {
      const known = new Set([...message.header.fields.map(field => field.key), ...message.table.byKey.keys()])
      expect(summaryPaths(message).filter(([key]) => !known.has(key!))).toEqual([])
    },
  )

  it('has no row that no message has', () => {
    expect(Object.keys(SUMMARIES).filter(name => !messages.some(message => message.name === name))).toEqual([])
  })
})

describe('answers', () => {
  const get = netlinkMessage(18, 0x301, new Uint8Array(16), 7)
  const link = (flags = 2) => withPort(netlinkMessage(16, flags, new Uint8Array(16), 7), 42)
  const done = withPort(netlinkMessage(3, 2, hex('00000000'), 7), 42)

  it('belong to the request with their sequence number, with the time since and the parts of a dump', async () => {
    const packets = [get, concat(link(), link()), link(), done].map(bytes => cooked(bytes, 0))
    expect(await lines(pcapFile(packets, {}))).toEqual([
      '#1 → RTM_GETLINK dump',
      '#2 ← RTM_NEWLINK  1 of #1, 1000 ms',
      '#3 ← RTM_NEWLINK  2 of #1, 1000 ms',
      '#4 ← RTM_NEWLINK  3 of #1, 2000 ms',
      '#5 ← done  3 messages in 2 parts, of #1, 3000 ms',
    ])
  })

  it('of two processes with one sequence number are told apart by the port', async () => {
    const other = withPort(netlinkMessage(3, 2, hex('00000000'), 7), 43)
    const text = await lines(netlinkText(get, link(), get, other, done))
    expect(text.slice(3)).toEqual(['#4 ← done  0 messages in 0 parts, of #3', '#5 ← done  1 message in 1 part, of #1'])
  })

  it('are not what the kernel tells by itself', async () => {
    expect(
      (
        await lines(
          netlinkText(netlinkMessage(18, 1, new Uint8Array(16), 0), netlinkMessage(16, 0, new Uint8Array(16), 0)),
        )
      )[1],
    ).toBe('#2 ← RTM_NEWLINK')
  })

  it('are JSON too', async () => {
    const packets = [get, link(), done].map(bytes => cooked(bytes, 0))
    const messages = (await lines(pcapFile(packets, {}), '--json')).map(line => JSON.parse(line))
    expect(messages[0].of).toBeUndefined()
    expect(messages[1]).toMatchObject({ number: 2, of: 1, answer: 1, milliseconds: 1000 })
    expect(messages[2]).toMatchObject({ number: 3, of: 1, milliseconds: 2000 })
  })
})

function withPort(message: Uint8Array, port: number): Uint8Array {
  new DataView(message.buffer).setUint32(12, port, true)
  return message
}

describe('an error', () => {
  it.each(['line', 'tree', 'hex'] as const)('is explained in the view %s', format => {
    const conversation = new Conversation()
    const header = new Uint8Array(16)
    const mtu = attribute(4, hex('0a000000'))
    const request = netlinkMessage(16, 5, concat(header, attribute(3, hex('763100')), mtu))
    dissect(request, { conversation })
    const policy = attribute(
      4,
      concat(
        attribute(1, hex('04000000')),
        attribute(4, hex('4400000000000000')),
        attribute(5, hex('ffff000000000000')),
      ),
    )
    const says = attribute(1, new TextEncoder().encode('integer out of range\0'))
    const bytes = concat(hex('deffffff'), request.subarray(0, 16), says, attribute(2, hex('28000000')), policy)
    const datagram = netlinkMessage(2, 0x300, bytes)
    const [message] = dissect(datagram, { conversation })
    const text = print({ message: message!, datagram, number: 2 }, { format })
    expect(text).toContain("ERANGE: Numerical result out of range 'integer out of range' at IFLA_MTU")
    expect(text).toContain(`
    at: IFLA_MTU 10, byte 40 of the request
    0020  07 00 03 00 76 31 00 00 08 00 04 00 0a 00 00 00
                                  ^^^^^^^^^^^^^^^^^^^^^^^
    allowed: u32, 68 to 65535
    usually: the value is outside what the kernel's policy allows
`)
  })

  it('names what is missing, and where', () => {
    const linkinfo = attribute(18, attribute(1, hex('76657468')))
    const request = netlinkMessage(16, 5, concat(new Uint8Array(16), linkinfo))
    const bytes = concat(hex('eaffffff'), request, attribute(5, hex('02000000')), attribute(6, hex('20000000')))
    const datagram = netlinkMessage(2, 0x200, bytes)
    const text = print({ message: dissect(datagram)[0]!, datagram, number: 2 }, { format: 'line' })
    expect(text).toContain('    missing: IFLA_INFO_DATA in IFLA_LINKINFO\n')
  })
})
