// Requests about links: the bytes of `ip link` for the same intent, and what is refused before anything is sent.
import { describe, expect, test } from 'vitest'
import { NLM_F_DUMP } from '../../src/netlink/message.ts'
import { type Request, requestBytes } from '../../src/netlink/request.ts'
import { hexText } from '../../src/netlink/text.ts'
import * as link from '../../src/ops/link.ts'
import { linkMessage } from '../../src/route/link.ts'
import { lastSent } from './fixture.ts'
import { meaning, refused } from './requests.ts'

const { RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK } = linkMessage.types
type AnyRequest = Request<any, any>
type References = Readonly<Record<string, number>>
type Row = readonly [file: string, request: AnyRequest, references?: References]

const V1: References = { 'link v1': 3 }
const V2: References = { 'link v2': 2 }
const VX = { kind: 'vxlan', name: 'vx0', address: '02:00:00:00:00:06' } as const
const BRIDGE = {
  forwardDelay: 1500,
  helloTime: 200,
  maxAge: 2000,
  ageingTime: 30000,
  stpState: 1,
  priority: 4096,
  groupFwdMask: 8,
  groupAddress: '01:80:c2:00:00:05',
  mcastSnooping: true,
  mcastRouter: 2,
  mcastQuerier: true,
  mcastQueryUseIfaddr: true,
  mcastHashElasticity: 4,
  mcastHashMax: 512,
  mcastLastMemberCount: 3,
  mcastStartupQueryCount: 3,
  mcastLastMemberInterval: 200,
  mcastMembershipInterval: 26000,
  mcastQuerierInterval: 25500,
  mcastQueryInterval: 12500,
  mcastQueryResponseInterval: 1000,
  mcastStartupQueryInterval: 3125,
  mcastStatsEnabled: true,
  mcastIgmpVersion: 3,
  mcastMldVersion: 2,
  nfCallIptables: true,
  nfCallIp6tables: true,
  nfCallArptables: true,
} as const

const SAME: readonly Row[] = [
  ['link/add-veth', link.add({ kind: 'veth', name: 'veth1', peer: { name: 'veth2' } })],
  ['story/02-add-veth', link.add({ kind: 'veth', name: 'veth1', peer: { name: 'veth2' } })],
  [
    'link/add-veth-netns',
    link.add({
      kind: 'veth',
      netns: 'ns1',
      address: '02:00:00:00:00:01',
      name: 'v1',
      peer: { address: '02:00:00:00:00:02', name: 'v2' },
    }),
    { 'netns ns1': 4 },
  ],
  [
    'link/add-veth-peer-netns',
    link.add({
      kind: 'veth',
      address: '02:00:00:00:00:01',
      name: 'v1',
      peer: { address: '02:00:00:00:00:02', netns: 'ns1', name: 'v2' },
    }),
    { 'netns ns1': 4 },
  ],
  ['link/add-ifb', link.add({ kind: 'ifb', name: 'ifb0', address: '02:00:00:00:00:05' })],
  ['link/add-dummy', link.add({ kind: 'dummy', name: 'dummy0' })],
  ['kind/unknown', link.add({ kind: 'nosuchkind', name: 'x0' })],
  ['kind/bond', link.add({ kind: 'bond', name: 'bond0' })],
  ['kind/vrf', link.add({ kind: 'vrf', name: 'red', data: { table: 100 } })],
  ['story/06-add-bridge', link.add({ kind: 'bridge', name: 'br0' })],
  ['bridge/add', link.add({ kind: 'bridge', name: 'br0' })],
  ['bridge/add-all', link.add({ kind: 'bridge', name: 'br0', address: '02:00:00:00:00:10', data: BRIDGE })],
  ['bridge/set-all', link.set('br0', { kind: 'bridge', data: BRIDGE }), { 'link br0': 2 }],
  ['link/add-vxlan', link.add({ ...VX, data: { link: 1, id: 100, group: '239.1.1.1', learning: true, port: 4789 } })],
  [
    'link/add-vxlan-all',
    link.add({
      ...VX,
      data: {
        link: 3,
        portRange: { low: 1000, high: 2000 },
        ttl: 16,
        tos: 4,
        df: 'set',
        ageing: 300,
        limit: 50,
        proxy: true,
        rsc: true,
        l2miss: true,
        l3miss: true,
        udpCsum: true,
        udpZeroCsum6Tx: true,
        udpZeroCsum6Rx: true,
        remcsumTx: true,
        remcsumRx: true,
        gbp: true,
        id: 100,
        local: '192.0.2.2',
        group: '192.0.2.1',
        learning: false,
        port: 4789,
      },
    }),
  ],
  [
    'link/add-vxlan-external',
    link.add({ ...VX, data: { external: true, vnifilter: true, learning: false, port: 4789 } }),
  ],
  ['link/add-vxlan-gpe', link.add({ ...VX, data: { external: true, gpe: true, learning: false, port: 4790 } })],
  [
    'link/add-vxlan-ipv6',
    link.add({
      ...VX,
      data: {
        link: 3,
        ttl: 0,
        tos: 1,
        label: 0,
        id: 0xffffff,
        local6: '2001:db8::1',
        group6: 'ff05::100',
        learning: true,
      },
    }),
  ],
  ['link/set-vxlan', link.set('vx0', { kind: 'vxlan', data: { ageing: 60, ttl: 5, id: 100 } }), { 'link vx0': 2 }],
  [
    'link/set-macvlan-macaddr',
    link.set('mv0', {
      kind: 'macvlan',
      data: { macaddrMode: 'set', macaddrData: { addresses: ['02:00:00:00:00:07', '02:00:00:00:00:08'] } },
    }),
    { 'link mv0': 4 },
  ],

  ['link/set-up', link.set('v1', { up: true }), V1],
  ['link/set-down', link.set('v1', { up: false }), V1],
  ['story/08-bridge-up', link.set('br0', { up: true }), { 'link br0': 2 }],
  ['story/15-lo-up-inside', link.set('lo', { up: true }), { 'link lo': 1 }],
  ['story/18-mend', link.set(3, { up: true })],
  ['link/set-mtu', link.set('v1', { mtu: 1400 }), V1],
  ['link/set-address', link.set('v1', { address: '02:aa:bb:cc:dd:ee' }), V1],
  ['link/set-broadcast', link.set('v1', { broadcast: 'ff:ff:ff:ff:ff:fe' }), V1],
  ['link/set-alias', link.set('v1', { alias: 'to the kitchen' }), V1],
  ['link/set-alias-empty', link.set('v1', { alias: '' }), V1],
  ['link/set-allmulticast', link.set('v1', { allMulticast: true }), V1],
  ['link/set-multicast', link.set('v1', { multicast: false }), V1],
  ['link/set-promisc', link.set('v1', { promiscuous: true }), V1],
  ['link/set-dynamic', link.set('v1', { dynamic: true }), V1],
  ['link/set-arp', link.set('v1', { arp: false }), V1],
  ['link/set-carrier', link.set('v1', { carrier: false }), V1],
  ['link/set-protodown', link.set('v1', { protoDown: true }), V1],
  ['link/set-group', link.set('v1', { group: 42 }), V1],
  ['link/set-txqueuelen', link.set('v1', { txQueueLength: 123 }), V1],
  ['link/set-name', link.set('v1', { name: 'uplink' }), V1],
  [
    'link/set-many',
    link.set('v1', { up: true, mtu: 1400, txQueueLength: 77, alias: 'many', address: '02:00:00:00:00:09' }),
    V1,
  ],
  ['link/set-master', link.set('v1', { master: 'br0' }), { 'link v1': 3, 'link br0': 4 }],
  ['bridge/enslave', link.set('v1', { master: 2 }), { 'link v1': 4 }],
  ['story/10-enslave-eth0', link.set('eth0', { master: 'br0' }), { 'link eth0': 4, 'link br0': 2 }],
  ['link/set-nomaster', link.set('v1', { master: null }), { 'link v1': 4 }],

  ['link/set-netns-name', link.set('v2', { netns: 'ns1' }), { ...V2, 'netns ns1': 4 }],
  ['link/set-netns-name', link.set('v2', { netns: '/run/netns/ns1' }), { ...V2, 'netns /run/netns/ns1': 4 }],
  ['link/set-netns-name', link.set('v2', { netns: { fd: 4 } }), { ...V2, 'netns fd 4': 4 }],
  ['link/set-netns-pid', link.set('v2', { netns: { pid: 5 } }), V2],
  ['link/set-netns-pid-1', link.set('v2', { netns: { pid: 1 } }), V2],
  ['story/20-move-back', link.set('eth1', { netns: { pid: 1 } }), { 'link eth1': 2 }],
  ['link/set-netns-rename', link.set('v2', { netns: 'ns1', name: 'eth0' }), { ...V2, 'netns ns1': 4 }],
  ['story/13-move', link.set('veth2', { netns: 'ns1' }), { 'link veth2': 2, 'netns ns1': 4 }],
]

/** Ours is written otherwise and means the same. */
const OTHERWISE: readonly (readonly [file: string, request: AnyRequest, references: References, why: string])[] = [
  [
    'link/add-macvlan',
    link.add({ kind: 'macvlan', link: 'v1', name: 'mv0', address: '02:00:00:00:00:06', data: { mode: 'bridge' } }),
    V1,
    'IFLA_LINK comes first',
  ],
  [
    'link/add-macvlan-all',
    link.add({
      kind: 'macvlan',
      link: 'v1',
      name: 'mv0',
      address: '02:00:00:00:00:06',
      data: { mode: 'passthru', flags: ['nopromisc'], bcQueueLength: 500 },
    }),
    V1,
    'IFLA_LINK comes first; data in the order that is given',
  ],
  [
    'link/add-macvlan-source',
    link.add({
      kind: 'macvlan',
      link: 'v1',
      name: 'mv0',
      address: '02:00:00:00:00:06',
      data: { mode: 'source', macaddrMode: 'add', macaddr: '02:00:00:00:00:07' },
    }),
    V1,
    'IFLA_LINK comes first; data in the order that is given',
  ],
  [
    'link/add-macvtap',
    link.add({ kind: 'macvtap', link: 'v1', name: 'mt0', address: '02:00:00:00:00:06', data: { mode: 'vepa' } }),
    V1,
    'IFLA_LINK comes first',
  ],
]

const SHOWN: readonly Row[] = [
  ['link/show', link.list()],
  ['story/03-link', link.list()],
  ['link/show-type-veth', link.list({ kind: 'veth' })],
  ['link/show-up', link.list({ up: true })],
  ['link/show-group', link.list({ group: 7 })],
]

const whole = (rows: readonly Row[]) =>
  rows.map(([file, request, references = {}]) => [file, request, references] as const)
const bytesOf = (request: AnyRequest, references?: References): string => hexText(requestBytes(request, references))

describe('the bytes are those of ip link', () => {
  test.each(whole(SAME))('%s', (file, request, references) =>
    expect(bytesOf(request, references)).toBe(hexText(lastSent(file, RTM_NEWLINK))),
  )
  test.each(whole(SHOWN))('%s', (file, request, references) =>
    expect(bytesOf(request, references)).toBe(hexText(lastSent(file, RTM_GETLINK))),
  )
  // With details, ip asks for names as it prints; this fixture's filter is the last dump.
  test.each(['link/show-master', 'story/12-show-ports'])('%s', file =>
    expect(bytesOf(link.list({ master: 'br0' }), { 'link br0': 2 })).toBe(
      hexText(lastSent(file, RTM_GETLINK, NLM_F_DUMP)),
    ),
  )
  test.each([
    ['link/delete', 'v1', 3],
    ['story/01-delete-inside', 'veth1', 2],
  ])('%s', (file, name, index) =>
    expect(bytesOf(link.delete(name), { [`link ${name}`]: index })).toBe(hexText(lastSent(file, RTM_DELLINK))),
  )
  test.each([
    ['link/set-up', 'v1'],
    ['link/show-missing', 'nosuch'],
    ['story/16-up-inside', 'veth2'],
  ])('the look-up of a name: %s', (file, name) => {
    const reference = link.set(name, {}).needs[0]!
    const ask = 'ask' in reference ? reference.ask : undefined
    expect(bytesOf(ask!)).toBe(hexText(lastSent(file, RTM_GETLINK)))
  })
})

describe('the bytes mean what those of ip link mean', () => {
  test.each(OTHERWISE)('%s', (file, request, references, _why) => {
    const ours = requestBytes(request, references)
    const theirs = lastSent(file, RTM_NEWLINK)
    expect(hexText(ours)).not.toBe(hexText(theirs))
    expect(meaning(linkMessage, ours)).toEqual(meaning(linkMessage, theirs))
  })
  test('link/show-lo: ours asks without a family, which chooses nothing here', () => {
    const theirs = meaning(linkMessage, lastSent('link/show-lo', RTM_GETLINK))
    expect(meaning(linkMessage, requestBytes(link.get('lo')))).toEqual({ ...theirs, family: 'unspec' })
    expect(theirs['family']).toBe('packet')
  })
  test('bridge/port-set: ours names the kind as the kernel does, not bridge_slave', () => {
    const { linkInfo, ...rest } = meaning(linkMessage, lastSent('bridge/port-set', RTM_NEWLINK)) as any
    const request = link.set('v1', { port: { kind: 'bridge', data: linkInfo.slaveData as object } })
    expect(linkInfo.kind).toBe('bridge_slave')
    expect(meaning(linkMessage, requestBytes(request, { 'link v1': 4 }))).toEqual({
      ...rest,
      linkInfo: { slaveKind: 'bridge', slaveData: linkInfo.slaveData },
    })
  })
})

test('undefined is left out everywhere', () => {
  const given = link.add({
    kind: 'veth',
    name: 'v1',
    mtu: undefined,
    up: undefined,
    master: undefined,
    netns: undefined,
  })
  expect(bytesOf(given)).toBe(bytesOf(link.add({ kind: 'veth', name: 'v1' })))
  expect(given.needs).toEqual([])
})
test('0 is sent', () => {
  const b = requestBytes(link.set(1, { group: 0, txQueueLength: 0 }))
  expect(meaning(linkMessage, b)).toMatchObject({ group: 0, txQueueLength: 0 })
})
test('names are references: what a request needs and affects', () => {
  const request = link.add({
    kind: 'veth',
    name: 'v1',
    master: 'br0',
    netns: 'ns1',
    peer: { name: 'v2', netns: 'ns2' },
  })
  expect(request.needs.map(({ key }) => key)).toEqual(['link br0', 'netns ns1', 'netns ns2'])
  expect(request.affects).toEqual(['link v1', 'link v2'])
  expect(link.set('v1', { name: 'v3' }).affects).toEqual(['link v1', 'link v3'])
  expect(link.set('v1', { up: true }).affects).toEqual([])
  expect(link.delete('v1').affects).toEqual(['link v1'])
})
test.each([
  [link.add({ kind: 'bridge', name: 'br0' }), "add link 'br0' (bridge)"],
  [link.add({ kind: 'bridge' }), 'add a link (bridge)'],
  [link.set(7, { up: true }), 'set link 7'],
  [link.set('v1', { netns: { pid: 5 } }), "set link 'v1' (move to pid 5)"],
  [link.delete('v1'), "delete link 'v1'"],
  [link.get('v1'), "get link 'v1'"],
])('a request says what it is: %#', (request, what) => expect(request.what).toBe(what))

describe('refused before anything is sent', () => {
  const add = (options: object) => () => link.add(options as never)
  const set =
    (options: object, who: unknown = 'v1') =>
    () =>
      link.set(who as string, options)
  test.each<readonly [what: string, make: () => AnyRequest, path: string, reason: string]>([
    [
      'a name of 16 bytes',
      add({ kind: 'veth', name: 'x'.repeat(16) }),
      'name',
      "'xxxxxxxxxxxxxxxx' has 16 bytes: a link's name has at most 15",
    ],
    ['a name of 16 bytes and fewer letters', add({ kind: 'veth', name: 'ü'.repeat(8) }), 'name', 'has 16 bytes'],
    ['a slash', add({ kind: 'veth', name: 'a/b' }), 'name', `'a/b' contains "/": a link's name has no slash`],
    ['a space', add({ kind: 'veth', name: 'a b' }), 'name', 'contains " "'],
    ['a tab', set({ name: 'a\tb' }), 'name', 'contains "\\t"'],
    ['a colon', set({ name: 'eth0:1' }), 'name', 'contains ":"'],
    ['a NUL', set({ name: 'a\0b' }), 'name', 'contains "\\u0000"'],
    ['a dot', set({ name: '.' }), 'name', "'.' cannot be the name of a link"],
    ['two dots', set({ name: '..' }), 'name', "'..' cannot be the name of a link"],
    ['an empty name', add({ kind: 'veth', name: '' }), 'name', 'must not be empty'],
    ['a number for a name', add({ kind: 'veth', name: 7 }), 'name', 'must be a string, not number'],
    ['a bad name of a peer', add({ kind: 'veth', peer: { name: 'a b' } }), 'peer.name', 'contains " "'],
    ['a bad name of a link to change', set({ up: true }, 'a/b'), 'link', 'contains "/"'],
    [
      'a name over 127 bytes of a link',
      set({}, 'x'.repeat(128)),
      'link',
      "has 128 bytes: a link's name has at most 127",
    ],
    ['index 0', set({}, 0), 'link', '0 is no index of a link: they are whole numbers from 1'],
    ['a fraction of an index', set({}, 1.5), 'link', '1.5 is no index'],
    ['nothing for a link', set({}, null), 'link', 'must be a string, not object'],
    ['a bad master', set({ master: '' }), 'master', 'must not be empty'],
    [
      'an unknown key, with a suggestion',
      add({ kind: 'veth', nmae: 'v1' }),
      'nmae',
      "is no option of link.add: did you mean 'name'?",
    ],
    ['another capitalization', set({ txqueuelength: 1 }), 'txqueuelength', "did you mean 'txQueueLength'?"],
    [
      'an unknown key that is like nothing',
      set({ zzzzzzzz: 1 }),
      'zzzzzzzz',
      'is no option of link.set (known: up, arp,',
    ],
    [
      'an unknown key of a peer',
      add({ kind: 'veth', peer: { mttu: 1 } }),
      'mttu',
      "is no option of link.add peer: did you mean 'mtu'?",
    ],
    ['an unknown key of a filter', () => link.list({ knd: 'veth' } as object), 'knd', "did you mean 'kind'?"],
    ['no options', add(undefined as never), 'link.add', 'takes an object of options, not undefined'],
    ['no kind', add({ name: 'v1' }), 'kind', "must be a link's kind"],
    [
      'a peer of what has none',
      add({ kind: 'bridge', peer: { name: 'x' } }),
      'peer',
      'is for pairs (veth, vxcan, netkit), not for bridge',
    ],
    ['a word for a switch', set({ up: 'yes' }), 'up', 'must be true or false, not yes'],
    ['a number for a namespace', set({ netns: 7 }), 'netns', 'must be a name, a path, { pid } or { fd }, not 7'],
    ['null for a peer’s namespace', add({ kind: 'veth', peer: { netns: null } }), 'peer.netns', 'not null'],
    ['text for a MTU', set({ mtu: '1500' }), 'mtu', "must be a whole number from 0 to 4294967295, not '1500'"],
    ['a negative MTU', set({ mtu: -1 }), 'mtu', 'not -1'],
    [
      'a broken link-layer address',
      set({ address: '02:00' + ':zz' }),
      'address',
      "must be a link-layer address like 02:00:00:00:00:01, not '02:00:zz'",
    ],
    [
      'an unknown option of a kind',
      add({ kind: 'bridge', data: { stp: 1 } }),
      'linkInfo.data.stp',
      'is no attribute of IFLA_BR',
    ],
    ['a bad option of a kind', add({ kind: 'vxlan', data: { id: 'x' } }), 'linkInfo.data.id', "not 'x'"],
    [
      'options of a kind that we do not know',
      add({ kind: 'nosuchkind', data: { x: 1 } }),
      'linkInfo.data',
      'must be a Uint8Array, not an object',
    ],
    ['a bad option of a peer', add({ kind: 'veth', peer: { mtu: -1 } }), 'linkInfo.data.peer.mtu', 'not -1'],
  ])('%s', (_what, make, path, reason) => {
    const error = refused(() => requestBytes(make(), { 'link v1': 3 }))
    expect(error.path.join('.')).toBe(path)
    expect(error.message).toContain(reason)
  })
})
