// Requests about neighbours: the bytes of `ip neigh` for the same intent, and what is refused before anything is sent.
import { describe, expect, test } from 'vitest'
import { type Request, requestBytes } from '../../src/netlink/request.ts'
import { hexText } from '../../src/netlink/text.ts'
import * as neighbour from '../../src/ops/neighbour.ts'
import { type Neighbour, neighbourMessage } from '../../src/route/neighbour.ts'
import { lastSent } from './fixture.ts'
import { refused } from './requests.ts'

const { RTM_NEWNEIGH, RTM_DELNEIGH, RTM_GETNEIGH } = neighbourMessage.types
type AnyRequest = Request<any, any>
type Row = readonly [file: string, type: number, request: AnyRequest]
const V1 = { 'link v1': 3 }
const on = { dev: 'v1', address: '192.0.2.2', linkLayerAddress: '02:00:00:00:00:22' } as const
const bare = { dev: 'v1', address: '192.0.2.2' } as const
const on6 = { ...on, address: '2001:db8:1::2' } as const
const proxy = { dev: 'v1', address: '192.0.2.3' } as const

describe('the bytes are those of ip neigh', () => {
  test.each<Row>([
    ['neighbour/add', RTM_NEWNEIGH, neighbour.add(on)],
    ['neighbour/add-existing', RTM_NEWNEIGH, neighbour.add(on)],
    ['neighbour/add-permanent', RTM_NEWNEIGH, neighbour.add({ ...on, state: 'permanent' })],
    ['neighbour/add-reachable', RTM_NEWNEIGH, neighbour.add({ ...on, state: 'reachable' })],
    ['neighbour/add-noarp', RTM_NEWNEIGH, neighbour.add({ ...on, state: 'noarp' })],
    [
      'neighbour/add-extern-learn',
      RTM_NEWNEIGH,
      neighbour.add({ ...on, flags: ['extern_learn', 'router'], state: 'stale', protocol: 'zebra' }),
    ],
    ['neighbour/add-use', RTM_NEWNEIGH, neighbour.add({ ...bare, flags: ['use'] })],
    ['neighbour/add-managed', RTM_NEWNEIGH, neighbour.add({ ...bare, flags: ['managed'] })],
    ['neighbour/add-inet6', RTM_NEWNEIGH, neighbour.add({ ...on6, flags: ['router'] })],
    ['neighbour/add-bad-lladdr', RTM_NEWNEIGH, neighbour.add({ ...on, linkLayerAddress: '02:00:00' })],
    ['neighbour/add-proxy', RTM_NEWNEIGH, neighbour.addProxy(proxy)],
    [
      'neighbour/add-proxy-inet6',
      RTM_NEWNEIGH,
      neighbour.addProxy({ dev: 3, address: '2001:db8:1::3', flags: ['router'] }),
    ],
    ['neighbour/change', RTM_NEWNEIGH, neighbour.change({ ...on, linkLayerAddress: '02:00:00:00:00:23' })],
    ['neighbour/replace', RTM_NEWNEIGH, neighbour.replace({ ...on, state: 'stale' })],
    ['neighbour/delete', RTM_DELNEIGH, neighbour.delete(bare)],
    ['neighbour/delete-missing', RTM_DELNEIGH, neighbour.delete({ dev: 'v1', address: '192.0.2.7' })],
    ['neighbour/delete-proxy', RTM_DELNEIGH, neighbour.deleteProxy(proxy)],
    ['neighbour/get', RTM_GETNEIGH, neighbour.get(bare)],
    ['neighbour/get-proxy', RTM_GETNEIGH, neighbour.getProxy(proxy)],
    ['neighbour/show', RTM_GETNEIGH, neighbour.list()],
    ['neighbour/show-nud-all', RTM_GETNEIGH, neighbour.list()],
    ['neighbour/show-dev', RTM_GETNEIGH, neighbour.list({ dev: 'v1', family: 'inet', states: ['permanent'] })],
    ['neighbour/show-proxy', RTM_GETNEIGH, neighbour.listProxies()],
  ])('%s', (file, type, request) => expect(hexText(requestBytes(request, V1))).toBe(hexText(lastSent(file, type))))
})

const entry = (fields: Partial<Neighbour>): Neighbour =>
  ({ index: 3, state: ['stale'], flags: [], ...fields }) as unknown as Neighbour

test('flush deletes what was listed, proxies as such: ip echoes the whole entry, the kernel looks at these alone', () => {
  const requests = neighbour.flush([
    entry({ dst: '192.0.2.2' }),
    entry({ dst: '192.0.2.3', flags: ['proxy'] }),
    entry({ dst: '192.0.2.4', flags: ['proxy'], index: 0 }),
    entry({}),
  ])
  expect(requests.map(request => hexText(requestBytes(request)))).toEqual(
    [
      neighbour.delete({ dev: 3, address: '192.0.2.2' }),
      neighbour.deleteProxy({ dev: 3, address: '192.0.2.3' }),
      neighbour.deleteProxy({ address: '192.0.2.4' }),
    ].map(request => hexText(requestBytes(request))),
  )
  expect(hexText(lastSent('neighbour/flush', RTM_DELNEIGH))).toContain('08000100c0000202')
})

test('those on links that are no ports are asked for by -1', () =>
  expect(hexText(requestBytes(neighbour.list({ master: null })))).toContain('08000900ffffffff'))

test('states are chosen among what the kernel lists', () => {
  const chosen = (states: neighbour.NeighbourState[], state: Neighbour['state']): boolean => {
    const request = neighbour.list({ states })
    const bytes = requestBytes(neighbour.add({ dev: 3, address: '192.0.2.2', state: (state[0] as 'stale') ?? 'none' }))
    return request.decode!(RTM_NEWNEIGH, new DataView(bytes.buffer), bytes, 16, bytes.length) !== undefined
  }
  expect(chosen(['stale', 'none'], ['stale'])).toBe(true)
  expect(chosen(['stale', 'none'], [])).toBe(true)
  expect(chosen(['permanent'], ['stale'])).toBe(false)
})

test.each([
  [neighbour.add(on), 'add neighbour 192.0.2.2 on v1'],
  [neighbour.addProxy({ address: '192.0.2.3' }), 'add proxy neighbour 192.0.2.3'],
  [neighbour.list(), 'list neighbours'],
])('a request says what it is: %#', (request, what) => expect(request.what).toBe(what))

describe('refused before anything is sent', () => {
  test.each<readonly [what: string, make: () => AnyRequest, path: string, reason: string]>([
    ['no address', () => neighbour.add({ dev: 'v1' } as never), 'address', 'must be an IPv4 or IPv6 address'],
    ['a prefix', () => neighbour.add({ ...on, address: '192.0.2.0/24' }), 'address', 'not 192.0.2.0/24'],
    [
      'an unknown state',
      () => neighbour.add({ ...on, state: 'stael' as never }),
      'state',
      "'stael' is no state; one of",
    ],
    ['an unknown flag', () => neighbour.add({ ...on, flags: ['roter' as never] }), 'neighbour', "'roter' is no"],
    ['a bad link-layer address', () => neighbour.add({ ...on, linkLayerAddress: 'x' }), 'linkLayerAddress', "not 'x'"],
    ['a typo', () => neighbour.add({ ...on, lladdr: 'x' } as never), 'lladdr', 'is no option of neighbour.add'],
    ['an unknown state to list', () => neighbour.list({ states: ['x' as never] }), 'states', "'x' is no state"],
    ['states of proxies', () => neighbour.listProxies({ states: [] } as never), 'states', 'is no option'],
  ])('%s', (_what, make, path, reason) => {
    const error = refused(() => requestBytes(make(), V1))
    expect(error.path.join('.')).toBe(path)
    expect(error.message).toContain(reason)
  })
})
