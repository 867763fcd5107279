// Requests about routes: the bytes of `ip route` for the same intent, and what is refused before anything is sent.
import { describe, expect, test } from 'vitest'
import { viewOf } from '../../src/netlink/codec.ts'
import { type Request, requestBytes } from '../../src/netlink/request.ts'
import { hexText } from '../../src/netlink/text.ts'
import * as route from '../../src/ops/route.ts'
import { type Route, routeMessage } from '../../src/route/route.ts'
import { lastReceived, lastSent } from './fixture.ts'
import { meaning, refused } from './requests.ts'

const { RTM_NEWROUTE, RTM_DELROUTE, RTM_GETROUTE } = routeMessage.types
type AnyRequest = Request<any, any>
type Row = readonly [file: string, type: number, request: AnyRequest]

/** The indexes in the fixtures' namespaces. */
const LINKS = { 'link lo': 1, 'link v1': 3, 'link v3': 5 }
const bytesOf = (request: AnyRequest): string => hexText(requestBytes(request, LINKS))

const TEN = '10.0.0.0/8'
const toTen = { dst: TEN, via: '192.0.2.2' } as const
const SIX = '2001:db8:ff::/48'
const toSix = { dst: SIX, via: '2001:db8:1::2' } as const
const tunnel = { type: 'ip', id: 7, dst: '192.0.2.9' } as const
const six = (encap: route.RouteAdd['encap']): AnyRequest => route.add({ dst: SIX, encap, dev: 'v1' })
const local = (options: object): AnyRequest => six({ type: 'seg6local', ...options } as never)
const A = '2001:db8::a'
const B = '2001:db8::b'

const SAME: readonly Row[] = [
  ['route/add', RTM_NEWROUTE, route.add(toTen)],
  ['route/add-existing', RTM_NEWROUTE, route.add(toTen)],
  ['route/add-default', RTM_NEWROUTE, route.add({ dst: 'default', via: '192.0.2.2', dev: 'v1' })],
  ['route/add-dev', RTM_NEWROUTE, route.add({ dst: TEN, src: '192.0.2.1', dev: 'v1', scope: 'link' })],
  ['route/add-dev', RTM_NEWROUTE, route.add({ dst: TEN, src: '192.0.2.1', dev: 'v1' })],
  [
    'route/add-metrics',
    RTM_NEWROUTE,
    route.add({
      ...toTen,
      metric: 50,
      metrics: {
        mtu: 1400,
        advmss: 1360,
        rtt: 800,
        rttvar: 200,
        reordering: 5,
        window: 65535,
        cwnd: 10,
        initcwnd: 20,
        initrwnd: 30,
        ssthresh: 40,
        rtoMin: 200,
        hoplimit: 64,
        quickack: 1,
        features: ['ecn'],
        congestionControl: 'reno',
        fastopenNoCookie: 1,
        lock: ['rto_min'],
      },
    }),
  ],
  [
    'route/add-metrics-locked',
    RTM_NEWROUTE,
    route.add({
      ...toTen,
      metrics: { mtu: 1400, cwnd: 10, ssthresh: 40, rtoMin: 1000, lock: ['mtu', 'cwnd', 'ssthresh', 'rto_min'] },
    }),
  ],
  ['route/add-table', RTM_NEWROUTE, route.add({ ...toTen, table: 1000, protocol: 'static', tos: 0x10, metric: 5 })],
  ['route/add-realms', RTM_NEWROUTE, route.add({ ...toTen, realms: { from: 3, to: 5 } })],
  ['route/add-onlink', RTM_NEWROUTE, route.add({ dst: TEN, via: '203.0.113.1', dev: 'v1', onlink: true })],
  ['route/add-via-inet6', RTM_NEWROUTE, route.add({ dst: TEN, via: '2001:db8:1::2', dev: 'v1' })],
  [
    'route/add-multipath',
    RTM_NEWROUTE,
    route.add({
      dst: TEN,
      nexthops: [
        { via: '192.0.2.2', dev: 'v1', weight: 3 },
        { via: '198.51.100.2', dev: 'v3', weight: 1, onlink: true },
      ],
    }),
  ],
  [
    'route/add-multipath-encap',
    RTM_NEWROUTE,
    route.add({
      dst: TEN,
      nexthops: [
        { encap: { type: 'seg6', mode: 'encap', segments: [A] }, via: '192.0.2.2', dev: 'v1' },
        { via: '198.51.100.2', dev: 'v3' },
      ],
    }),
  ],
  ['route/add-local', RTM_NEWROUTE, route.add({ type: 'local', dst: '10.1.2.3', dev: 'lo' })],
  ['route/add-broadcast', RTM_NEWROUTE, route.add({ type: 'broadcast', dst: '10.255.255.255', dev: 'v1' })],
  ['route/add-multicast', RTM_NEWROUTE, route.add({ type: 'multicast', dst: '239.0.0.0/8', dev: 'v1' })],
  ['route/add-blackhole', RTM_NEWROUTE, route.add({ type: 'blackhole', dst: TEN })],
  ['route/add-unreachable', RTM_NEWROUTE, route.add({ type: 'unreachable', dst: TEN })],
  ['route/add-prohibit', RTM_NEWROUTE, route.add({ type: 'prohibit', dst: TEN })],
  ['route/add-throw', RTM_NEWROUTE, route.add({ type: 'throw', dst: TEN, table: 7 })],
  ['route/add-nat', RTM_NEWROUTE, route.add({ type: 'nat', ...toTen })],
  ['route/add-nhid', RTM_NEWROUTE, route.add({ dst: TEN, nexthopId: 7 })],
  ['route/add-ttl-propagate', RTM_NEWROUTE, route.add({ ...toTen, ttlPropagate: false })],
  ['route/add-unreachable-gateway', RTM_NEWROUTE, route.add({ dst: TEN, via: '203.0.113.1' })],
  ['route/add-bad-congctl', RTM_NEWROUTE, route.add({ ...toTen, metrics: { congestionControl: 'nosuch' } })],
  [
    'route/encap-seg6',
    RTM_NEWROUTE,
    route.add({ dst: TEN, encap: { type: 'seg6', mode: 'encap', segments: [A, B] }, dev: 'v1' }),
  ],
  ['route/encap-seg6-inline', RTM_NEWROUTE, six({ type: 'seg6', mode: 'inline', segments: [A, B] })],
  ['route/encap-seg6-l2encap', RTM_NEWROUTE, six({ type: 'seg6', mode: 'l2encap', segments: [A] })],
  ['route/encap-seg6-hmac', RTM_NEWROUTE, six({ type: 'seg6', mode: 'encap.red', segments: [A], hmac: 7 })],
  ['route/encap-seg6local-end', RTM_NEWROUTE, local({ action: 'End' })],
  ['route/encap-seg6local-end-t', RTM_NEWROUTE, local({ action: 'End.T', table: 100 })],
  ['route/encap-seg6local-end-dx2', RTM_NEWROUTE, local({ action: 'End.DX2', oif: 'v3' })],
  ['route/encap-seg6local-end-dx4', RTM_NEWROUTE, local({ action: 'End.DX4', nh4: '192.0.2.2' })],
  ['route/encap-seg6local-end-dt6', RTM_NEWROUTE, local({ action: 'End.DT6', table: 'main' })],
  ['route/encap-seg6local-end-dt4', RTM_NEWROUTE, local({ action: 'End.DT4', vrfTable: 100 })],
  ['route/encap-seg6local-end-b6', RTM_NEWROUTE, local({ action: 'End.B6.Encaps', segments: [A, B] })],
  ['route/encap-rpl', RTM_NEWROUTE, six({ type: 'rpl', segments: [A, B] })],
  [
    'route/encap-ioam6',
    RTM_NEWROUTE,
    six({ type: 'ioam6', mode: 'encap', dst: '2001:db8::9', traceType: 0x800000, namespace: 1, size: 12 }),
  ],
  [
    'route/encap-ioam6-freq',
    RTM_NEWROUTE,
    six({
      type: 'ioam6',
      frequency: { k: 1, n: 5 },
      mode: 'auto',
      dst: '2001:db8::9',
      traceType: 0xc00000,
      namespace: 0,
      size: 16,
    }),
  ],
  [
    'route/encap-bpf',
    RTM_NEWROUTE,
    route.add({ dst: TEN, encap: { type: 'bpf', out: { fd: 6, name: 'prog.o:[lwt_out]' } }, dev: 'v1' }),
  ],
  ['route/append', RTM_NEWROUTE, route.append({ dst: TEN, via: '192.0.2.3' })],
  ['route/prepend', RTM_NEWROUTE, route.prepend({ dst: TEN, via: '192.0.2.3' })],
  ['route/replace', RTM_NEWROUTE, route.replace({ dst: TEN, via: '192.0.2.3', metrics: { mtu: 1300 } })],
  ['route/change', RTM_NEWROUTE, route.change({ dst: TEN, via: '192.0.2.4' })],
  ['route/test', RTM_NEWROUTE, route.test({ dst: TEN })],
  ['route/delete', RTM_DELROUTE, route.delete({ dst: TEN })],
  ['route/delete-missing', RTM_DELROUTE, route.delete({ dst: TEN })],
  ['route/add-inet6', RTM_NEWROUTE, route.add({ ...toSix, dev: 'v1' })],
  [
    'route/add-inet6-default',
    RTM_NEWROUTE,
    route.add({
      family: 'inet6',
      dst: 'default',
      via: 'fe80::1',
      pref: 'high',
      metric: 77,
      expires: 600,
      dev: 'v1',
    }),
  ],
  [
    'route/add-inet6-metrics',
    RTM_NEWROUTE,
    route.add({
      ...toSix,
      pref: 'low',
      src: '2001:db8:1::1',
      metrics: { mtu: 1400, hoplimit: 10, advmss: 1000 },
      protocol: 'static',
    }),
  ],
  [
    'route/add-inet6-multipath',
    RTM_NEWROUTE,
    route.add({
      dst: SIX,
      nexthops: [
        { via: '2001:db8:1::2', weight: 2 },
        { via: '2001:db8:3::2', dev: 'v3' },
      ],
    }),
  ],
  ['route/add-inet6-blackhole', RTM_NEWROUTE, route.add({ type: 'blackhole', dst: SIX, metric: 9 })],
  ['route/add-inet6-from', RTM_NEWROUTE, route.add({ dst: SIX, from: '2001:db8:5::/48', via: '2001:db8:1::2' })],
  ['route/append-inet6', RTM_NEWROUTE, route.append({ dst: SIX, via: '2001:db8:3::2' })],
  ['route/replace-inet6', RTM_NEWROUTE, route.replace({ dst: SIX, via: '2001:db8:3::2' })],
  ['route/delete-inet6', RTM_DELROUTE, route.delete(toSix)],
  [
    'route/mpls-add',
    RTM_NEWROUTE,
    route.add({ family: 'mpls', dst: '100', as: '200/300', via: '192.0.2.2', dev: 'v1' }),
  ],
  ['route/mpls-pop', RTM_NEWROUTE, route.add({ family: 'mpls', dst: '100', dev: 'lo' })],
  ['route/get', RTM_GETROUTE, route.get({ dst: '10.1.2.3' })],
  [
    'route/get-all',
    RTM_GETROUTE,
    route.get({
      dst: '10.1.2.3',
      from: '192.0.2.1',
      uid: 0,
      ipProtocol: 6,
      sourcePort: 1000,
      destinationPort: 80,
      dev: 'v1',
      mark: 7,
      tos: 0x10,
    }),
  ],
  ['route/get-iif', RTM_GETROUTE, route.get({ dst: '10.1.2.3', from: '198.51.100.9', iif: 'v3' })],
  ['route/get-fibmatch', RTM_GETROUTE, route.get({ dst: '10.1.2.3', fibMatch: true })],
  ['route/get-inet6', RTM_GETROUTE, route.get({ dst: '2001:db8:ff::1', ipProtocol: 17, destinationPort: 53, mark: 7 })],
  ['route/show', RTM_GETROUTE, route.list({ family: 'inet', table: 'main' })],
  ['route/show-table-all', RTM_GETROUTE, route.list()],
  ['route/show-table-missing', RTM_GETROUTE, route.list({ family: 'inet', table: 77 })],
  ['route/show-inet6-all', RTM_GETROUTE, route.list({ family: 'inet6' })],
  ['route/show-filter', RTM_GETROUTE, route.list({ family: 'inet', table: 'main', dev: 'v1', protocol: 'static' })],
  ['route/show-cache', RTM_GETROUTE, route.list({ family: 'inet', table: 'main', cached: true })],
  ['route/mpls-show', RTM_GETROUTE, route.list({ family: 'mpls', table: 'main' })],
  ['route/mroute-show', RTM_GETROUTE, route.list({ family: 'ipmr', table: 'default' })],
  ['route/mroute-show-table', RTM_GETROUTE, route.list({ family: 'ipmr' })],
]

/** Behind an attribute of fewer than 4 bytes ip sends what happened to lie there, and we zeros. */
const PADDED: readonly Row[] = [
  [
    'route/add-multipath-mixed',
    RTM_NEWROUTE,
    route.add({
      dst: TEN,
      nexthops: [
        { via: '192.0.2.2', dev: 'v1' },
        { via: { family: 'inet6', address: '2001:db8:3::2' }, dev: 'v3', realms: { to: 4 } },
      ],
    }),
  ],
  [
    'route/encap-mpls',
    RTM_NEWROUTE,
    route.add({ dst: TEN, encap: { type: 'mpls', labels: '100/200', ttl: 64 }, via: '192.0.2.2' }),
  ],
  [
    'route/encap-ip',
    RTM_NEWROUTE,
    route.add({
      dst: TEN,
      encap: { ...tunnel, src: '192.0.2.1', tos: 4, ttl: 64, flags: ['csum', 'seq'] },
      dev: 'v1',
    }),
  ],
  [
    'route/encap-ip-vxlan',
    RTM_NEWROUTE,
    route.add({ dst: TEN, encap: { ...tunnel, options: { vxlan: { gbp: 456 } } }, dev: 'v1' }),
  ],
  [
    'route/encap-ip6',
    RTM_NEWROUTE,
    route.add({
      dst: TEN,
      encap: {
        type: 'ip6',
        id: 7,
        dst: '2001:db8::9',
        src: '2001:db8::1',
        trafficClass: 4,
        hopLimit: 64,
        flags: ['csum'],
      },
      dev: 'v1',
    }),
  ],
  [
    'route/encap-seg6local-csid',
    RTM_NEWROUTE,
    local({ action: 'End', flavors: { operation: ['next-csid'], locatorBlockBits: 48, locatorNodeBits: 16 } }),
  ],
]

describe('the bytes are those of ip route', () => {
  test.each(SAME)('%s', (file, type, request) => expect(bytesOf(request)).toBe(hexText(lastSent(file, type))))
})

describe('the bytes mean what those of ip route mean', () => {
  test.each(PADDED)('%s', (file, type, request) => {
    expect(bytesOf(request)).not.toBe(hexText(lastSent(file, type)))
    expect(meaning(routeMessage, requestBytes(request, LINKS))).toEqual(meaning(routeMessage, lastSent(file, type)))
  })
  test('encap-seg6local-end-x: ip 6.1 asks for usd where usp is written', () => {
    const operation = (b: Uint8Array) => (meaning(routeMessage, b) as any).encap.flavors.operation
    const ours = local({ action: 'End.X', nh6: '2001:db8:1::2', flavors: { operation: ['psp', 'usp'] }, count: true })
    expect(operation(requestBytes(ours, LINKS))).toEqual(['psp', 'usp'])
    expect(operation(lastSent('route/encap-seg6local-end-x', RTM_NEWROUTE))).toEqual(['psp', 'usd'])
  })
  test('encap-ip-erspan: ip sends an index that version 2 has not', () => {
    const erspan = { version: 2, direction: 1, hwId: 63 }
    const ours = meaning(
      routeMessage,
      requestBytes(route.add({ dst: TEN, encap: { ...tunnel, options: { erspan } }, dev: 'v1' }), LINKS),
    )
    const theirs = meaning(routeMessage, lastSent('route/encap-ip-erspan', RTM_NEWROUTE))
    expect(ours).toEqual({ ...theirs, encap: { ...(theirs['encap'] as object), options: { erspan } } })
  })
  test('encap-xfrm: ip loses the dev behind it', () => {
    const ours = route.add({ dst: TEN, encap: { type: 'xfrm', ifId: 7, link: 'v3' }, dev: 'v1' })
    const theirs = meaning(routeMessage, lastSent('route/encap-xfrm', RTM_NEWROUTE))
    expect(theirs['oif']).toBeUndefined()
    expect(meaning(routeMessage, requestBytes(ours, LINKS))).toEqual({ ...theirs, oif: 3 })
  })
})

describe('a listed route again', () => {
  const read = (b: Uint8Array): Route => routeMessage.decode(viewOf(b), b, 16, b.length)
  test('deleteListed sends what ip route flush sends, and asks for an ack', () => {
    const theirs = lastSent('route/flush', RTM_DELROUTE)
    const ours = requestBytes(route.deleteListed(read(theirs)))
    expect(meaning(routeMessage, ours)).toEqual({ ...meaning(routeMessage, theirs), messageFlags: 5 })
  })
  test('restore sends what ip route restore sends, without the flags of an answer', () => {
    const theirs = lastSent('route/restore', RTM_NEWROUTE)
    const ours = requestBytes(route.restore(read(theirs)))
    expect(meaning(routeMessage, ours)).toEqual({ ...meaning(routeMessage, theirs), messageFlags: 0x405 })
  })
  test('restore leaves out what is the kernel’s to say', () => {
    const listed = read(lastReceived('route/show-inet6-all', RTM_NEWROUTE))
    const b = requestBytes(
      route.restore({
        ...listed,
        flags: ['linkdown', 'onlink'],
        multipath: [{ flags: ['dead', 'pervasive'], weight: 1, index: 3 }],
        cacheInfo: { ...listed.cacheInfo!, expires: 1001 },
      } as Route),
    )
    const { flags, multipath, cacheInfo, expires } = meaning(routeMessage, b) as any
    expect({ flags, multipath, cacheInfo, expires }).toEqual({
      flags: ['onlink'],
      multipath: [{ flags: ['pervasive'], weight: 1, index: 3 }],
      cacheInfo: undefined,
      expires: 11,
    })
  })
})

describe('what follows from what is said', () => {
  const sent = (options: Partial<route.RouteAdd>, make = route.add) =>
    meaning(routeMessage, requestBytes(make({ ...toTen, ...options }), LINKS))
  test.each([
    [{ dst: '10.1.2.3' }, { dstLength: 32 }],
    [
      { dst: '2001:db8::1', via: undefined, dev: 'v1' },
      { family: 'inet6', dstLength: 128, scope: 'global' },
    ],
    [
      { dst: 'default', via: 'fe80::1', dev: 'v1' },
      { family: 'inet6', dstLength: 0, gateway: 'fe80::1' },
    ],
    [
      { dst: 'default', via: undefined, dev: 'v1' },
      { family: 'inet', scope: 'link' },
    ],
    [{ dst: 'default', via: undefined, nexthops: [{ via: '::1' }] }, { family: 'inet6' }],
    [{ table: 255 }, { table: 'local' }],
    [{ table: 256 }, { table: 256 }],
    [
      { type: 'local', table: 'main' },
      { table: 'main', scope: 'host' },
    ],
  ] as const)('%o', (options, result) => expect(sent(options)).toMatchObject(result))
  test('to delete, an unsaid scope matches any', () => {
    expect(sent({}, route.delete)).toMatchObject({ scope: 'nowhere', type: 'unspec', protocol: 'unspec' })
    expect(sent({ type: 'unicast' }, route.delete)).toMatchObject({ scope: 'nowhere' })
    expect(sent({ scope: 'link' }, route.delete)).toMatchObject({ scope: 'link' })
  })
  test('what a request needs, in a hop and in an encapsulation too', () => {
    const request = route.add({
      dst: TEN,
      nexthops: [
        { via: '192.0.2.2', dev: 'v1' },
        { dev: 5, encap: { type: 'xfrm', ifId: 7, link: 'v3' } },
      ],
    })
    expect(request.needs.map(({ key }) => key)).toEqual(['link v1', 'link v3'])
    expect(request.what).toBe('add the route to 10.0.0.0/8')
  })
  test('a kernel that does not filter', () => {
    const b = lastReceived('route/show', RTM_NEWROUTE)
    const chosen = (filter: route.RouteFilter) =>
      route.list(filter).decode!(RTM_NEWROUTE, viewOf(b), b, 16, b.length) !== undefined
    expect(chosen({ table: 254, type: 'unicast', protocol: 'kernel', family: 'inet', dev: 5 })).toBe(true)
    for (const filter of [
      { table: 'local' },
      { type: 'local' },
      { protocol: 'boot' },
      { family: 'inet6' },
      { dev: 3 },
    ] as const)
      expect(chosen(filter)).toBe(false)
  })
})

describe('refused before anything is sent', () => {
  const add = (options: object) => () => route.add({ ...toTen, ...options } as never)
  const encap = (options: object) => add({ encap: options })
  test.each<readonly [what: string, make: () => AnyRequest, path: string, reason: string]>([
    ['no destination', add({ dst: undefined }), 'dst', 'must be an address like 192.0.2.2/24, not undefined'],
    ['a bad destination', add({ dst: 'ten' }), 'dst', "'ten' is no IPv4 or IPv6 address"],
    ['a prefix of 33', add({ dst: '10.0.0.0/33' }), 'dst', 'from 0 to 32'],
    ['a family that is another', add({ family: 'inet6' }), 'dst', "'10.0.0.0/8' is an address of inet, not of inet6"],
    ['a bad router', add({ via: 'router' }), 'via', 'must be an IPv4 or IPv6 address, not router'],
    ['a bad link', add({ dev: '' }), 'dev', 'must not be empty'],
    ['an unknown key', add({ gateway: '192.0.2.2' }), 'gateway', 'is no option of route.add (known: via, dev,'],
    ['a key that is nearly one', add({ metrik: 7 }), 'metrik', "did you mean 'metric'?"],
    ['an unknown type', add({ type: 'blackhol' }), 'route', "'blackhol' is no route type"],
    ['an unknown table', add({ table: 'mine' }), 'table', "'mine' is no routing table"],
    ['an unknown metric', add({ metrics: { mut: 7 } }), 'metrics.mut', 'is no attribute of RTAX'],
    ['a word for a metric', add({ metric: '7' }), 'priority', "not '7'"],
    ['a hop’s unknown key', add({ nexthops: [{ metric: 7 }] }), 'metric', 'is no option of nexthops.0'],
    [
      'a hop’s weight',
      add({ nexthops: [{ weight: 257 }] }),
      'nexthops.0.weight',
      'must be a whole number from 1 to 256',
    ],
    ['a hop’s router', add({ nexthops: [{ via: 'x' }] }), 'nexthops.0.via', 'must be an IPv4 or IPv6 address'],
    ['an unknown encapsulation', encap({ type: 'gre' }), 'encap', 'must be an object whose type is one of: mpls, ip,'],
    ['an encapsulation’s unknown key', encap({ type: 'mpls', label: 7 }), 'label', "did you mean 'labels'?"],
    ['no segments', encap({ type: 'seg6', mode: 'encap', segments: [] }), 'encap.segments', 'must be a list'],
    [
      'a trace of 7 bytes',
      encap({ type: 'ioam6', traceType: 1, namespace: 1, size: 7 }),
      'encap.size',
      'must be a multiple of 4 up to 244, not 7',
    ],
    ['an unknown filter', () => route.list({ tabel: 7 } as never), 'tabel', "did you mean 'table'?"],
    [
      'an unknown key of a get',
      () => route.get({ dst: '::1', via: '::1' } as never),
      'via',
      'is no option of route.get',
    ],
  ])('%s', (_what, make, path, reason) => {
    const error = refused(() => requestBytes(make(), LINKS))
    expect(error.path.join('.')).toBe(path)
    expect(error.message).toContain(reason)
  })
})
