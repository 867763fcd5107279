// Requests of traffic control: the bytes of tc for the same intent (fixtures/tc-*), and what is refused.
import { describe, expect, test } from 'vitest'
import { type Request, requestBytes } from '../../../src/netlink/request.ts'
import { hexText } from '../../../src/netlink/text.ts'
import * as tc from '../../../src/ops/tc/tc.ts'
import { qdiscMessage } from '../../../src/route/tc/tc.ts'
import { lastSent } from '../fixture.ts'
import { meaning, refused } from '../requests.ts'

type Row = readonly [fixture: string, request: Request<any, any>]
const V1 = { 'link v1': 3, 'link v2': 2 }
const bytesOf = (request: Request<any, any>): string => hexText(requestBytes(request, V1))
const dev = 'v1'

const QDISCS: readonly Row[] = [
  ['htb', tc.qdisc.add({ dev, handle: '1:', kind: 'htb', options: { defaultClass: 0x10 } })],
  [
    'htb-all',
    tc.qdisc.add({
      dev,
      handle: '1:',
      kind: 'htb',
      options: { defaultClass: 0x10, rateToQuantum: 20, directQueueLength: 100 },
    }),
  ],
  ['htb-offload', tc.qdisc.add({ dev, handle: '1:', kind: 'htb', options: { offload: true } })],
  [
    'htb-stab',
    tc.qdisc.add({
      dev,
      handle: '1:',
      kind: 'htb',
      options: { defaultClass: 1 },
      sizeTable: { overhead: 10, linkLayer: 'atm', mtu: 2048, minimumPacket: 64 },
    }),
  ],
  ['tbf', tc.qdisc.add({ dev, handle: '1:', kind: 'tbf', options: { rate: '1mbit', burst: '10kb', latency: '50ms' } })],
  ['tbf', tc.qdisc.add({ dev, handle: '1:', kind: 'tbf', options: { rate: 1e6, burst: 10240, latency: 50_000 } })],
  [
    'tbf-all',
    tc.qdisc.add({
      dev,
      handle: '1:',
      kind: 'tbf',
      options: {
        rate: '100gbit',
        burst: '100mb',
        cellLog: 3,
        limit: '200mb',
        peakRate: '110gbit',
        mtu: 9000,
        overhead: 14,
      },
    }),
  ],
  [
    'tbf-estimator',
    tc.qdisc.add({
      dev,
      handle: '1:',
      kind: 'tbf',
      estimator: { interval: '1s', timeConstant: '8s' },
      options: { rate: '1mbit', burst: '10kb', limit: '50kb' },
    }),
  ],
  [
    'change',
    tc.qdisc.change({ dev, handle: '1:', kind: 'tbf', options: { rate: 2e6, burst: '20kb', latency: '50ms' } }),
  ],
  ['replace', tc.qdisc.replace({ dev, handle: '2:', kind: 'pfifo', options: { limit: 10 } })],
  ['link', tc.qdisc.link({ dev, handle: '1:' })],
  ['pfifo', tc.qdisc.add({ dev, kind: 'pfifo', options: { limit: 100 } })],
  ['noqueue', tc.qdisc.add({ dev, kind: 'noqueue' })],
  ['ingress', tc.qdisc.add({ dev, kind: 'ingress' })],
  ['clsact', tc.qdisc.add({ dev, kind: 'clsact' })],
  ['clsact-blocks', tc.qdisc.add({ dev, kind: 'clsact', ingressBlock: 22, egressBlock: 23 })],
  [
    'codel',
    tc.qdisc.add({
      dev,
      kind: 'codel',
      options: { limit: 500, interval: 100_000, target: 5000, ecn: 1, ceThreshold: 2000 },
    }),
  ],
  ['hfsc', tc.qdisc.add({ dev, handle: '1:', kind: 'hfsc', options: { defaultClass: 0x10 } })],
  ['multiq', tc.qdisc.add({ dev, kind: 'multiq', options: {} })],
  ['netem-gemodel', netemWith({ loss: { gilbert: { p: 42949673, r: 429496730, h: 1288490189, k1: 4294967 } } })],
]

/** netem in the kernel's own form. */
function netemWith(attributes: object): Request<void> {
  return tc.qdisc.add({ dev, kind: 'netem', options: { header: { limit: 1000 }, attributes } })
}

const CLASSES: readonly Row[] = [
  ['htb', tc.class.add({ dev, parent: '1:', classId: '1:10', kind: 'htb', options: { rate: '1mbit', ceil: '2mbit' } })],
  [
    'htb-all',
    tc.class.add({
      dev,
      parent: '1:',
      classId: '1:10',
      kind: 'htb',
      options: {
        rate: '40gbit',
        ceil: 80e9,
        burst: '20mb',
        ceilBurst: '40mb',
        minimumPacket: 64,
        overhead: 14,
        mtu: 9000,
        priority: 3,
        quantum: 50000,
        linkLayer: 'atm',
      },
    }),
  ],
  [
    'htb-estimator',
    tc.class.add({
      dev,
      parent: '1:',
      classId: '1:10',
      kind: 'htb',
      estimator: { interval: 1e6, timeConstant: 4e6 },
      options: { rate: 1e6 },
    }),
  ],
  ['change', tc.class.change({ dev, parent: '1:', classId: '1:10', kind: 'htb', options: { rate: 3e6, ceil: 4e6 } })],
  ['replace', tc.class.replace({ dev, parent: '1:', classId: '1:11', kind: 'htb', options: { rate: 3e6 } })],
  ['drr', tc.class.add({ dev, parent: '1:', classId: '1:20', kind: 'drr', options: { quantum: 1500 } })],
  [
    'hfsc-curves',
    tc.class.add({
      dev,
      parent: '1:',
      classId: '1:20',
      kind: 'hfsc',
      options: {
        realTime: { m1: 250_000, d: 10_000, m2: 125_000 },
        linkShare: { m2: 375_000 },
        upperLimit: { m2: 625_000 },
      },
    }),
  ],
]

const at = { dev, parent: 'ingress', protocol: 'ip', priority: 10 } as const
const ALL = { flags: ['terminal'], count: 1, keys: [{}] }
const FILTERS: readonly Row[] = [
  [
    'u32',
    tc.filter.add({
      ...at,
      kind: 'u32',
      options: { selector: { count: 1, keys: [{ mask: 0xff000000, value: 0x0a000000, offset: 16 }] } },
    }),
  ],
  [
    'u32-chain',
    tc.filter.add({
      ...at,
      protocol: 'all',
      priority: 5,
      chain: 7,
      kind: 'u32',
      options: { classId: '1:1', selector: ALL },
    }),
  ],
  ['u32-block', tc.filter.add({ block: 22, protocol: 'ip', kind: 'u32', options: { classId: '1:1', selector: ALL } })],
  ['change', tc.filter.change({ ...at, handle: 0x80000005, kind: 'u32', options: { classId: '1:2', selector: ALL } })],
  [
    'replace',
    tc.filter.replace({ ...at, handle: 0x80000005, kind: 'u32', options: { classId: '1:3', selector: ALL } }),
  ],
  [
    'matchall-mirred',
    tc.filter.add({
      ...at,
      kind: 'matchall',
      actions: [{ kind: 'mirred', options: { direction: 'egress_mirror', dev: 'v2' } }],
      options: {},
    }),
  ],
  [
    'fw-police',
    tc.filter.add({
      ...at,
      handle: 7,
      kind: 'fw',
      options: {
        classId: '1:1',
        actions: [{ kind: 'police', options: { rate: '1mbit', burst: '10k', exceed: 'drop', conform: 'ok' } }],
      },
    }),
  ],
]

const ACTIONS: readonly Row[] = [
  ['gact-drop', tc.action.add({ kind: 'gact', options: { verdict: 'drop', index: 1 } })],
  ['gact-goto', tc.action.add({ kind: 'gact', options: { verdict: 0x20000000 + 7 } })],
  [
    'mirred-two',
    tc.action.add([
      { kind: 'mirred', options: { direction: 'egress_mirror', dev: 'v2', index: 1 } },
      { kind: 'mirred', options: { direction: 'egress_redirect', dev: 'v2', index: 2 } },
    ]),
  ],
  ['change', tc.action.change({ kind: 'mirred', options: { direction: 'egress_redirect', dev: 'v1', index: 7 } })],
  ['replace', tc.action.replace({ kind: 'mirred', options: { direction: 'egress_redirect', dev: 'v2', index: 9 } })],
  [
    'mirred-mirror',
    tc.action.add({
      kind: 'mirred',
      options: { direction: 'ingress_mirror', dev: 'v2', index: 8 },
      cookie: Uint8Array.from([1, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef]),
    }),
  ],
  [
    'police',
    tc.action.add({
      kind: 'police',
      options: {
        rate: 1e6,
        burst: '10k',
        mtu: '2kb',
        peakRate: 2e6,
        overhead: 14,
        exceed: 'drop',
        conform: 'pipe',
        index: 3,
      },
    }),
  ],
  [
    'police-packets',
    tc.action.add({ kind: 'police', options: { packetRate: 1000, packetBurst: 200, exceed: 'drop' } }),
  ],
  [
    'police-rate64',
    tc.action.add({
      kind: 'police',
      options: { rate: '100gbit', burst: '100mb', exceed: 'drop', conform: 'continue' },
    }),
  ],
  [
    'police-average',
    tc.action.add({ kind: 'police', options: { averageRate: '1mbit', exceed: 'drop', conform: 'pipe' } }),
  ],
]

const named = (area: string, rows: readonly Row[]) =>
  rows.map(([name, request]) => [`${area}/${name}`, request] as const)

describe('the bytes are those of tc', () => {
  test.each([
    ...named('tc-qdisc', QDISCS),
    ...named('tc-class', CLASSES),
    ...named('tc-filter', FILTERS),
    ...named('tc-action', ACTIONS),
    ['tc-qdisc/delete', tc.qdisc.delete({ dev })],
    ['tc-qdisc/delete-ingress', tc.qdisc.delete({ dev, kind: 'ingress' })],
    ['tc-class/delete', tc.class.delete({ dev, classId: '1:10' })],
    ['tc-filter/delete', tc.filter.delete(at)],
    ['tc-filter/delete-all', tc.filter.delete({ dev, parent: 'ingress' })],
    ['tc-filter/chain-add', tc.chain.add({ dev, parent: 'ingress', chain: 7 })],
    ['tc-filter/chain-delete', tc.chain.delete({ dev, parent: 'ingress', chain: 7 })],
    ['tc-filter/chain-get', tc.chain.get({ dev, parent: 'ingress', chain: 7 })],
    ['tc-filter/chain-show', tc.chain.list({ dev, parent: 'ingress' })],
    ['tc-filter/get', tc.filter.get({ ...at, handle: 0x80000005, kind: 'u32' })],
    ['tc-filter/show', tc.filter.list({ dev, parent: 'ingress' })],
    ['tc-filter/show-block', tc.filter.list({ block: 22 })],
    ['tc-class/show', tc.class.list({ dev })],
    ['tc-class/show-parent', tc.class.list({ dev, parent: '1:' })],
    ['tc-qdisc/show', tc.qdisc.list()],
    ['tc-qdisc/show-dev', tc.qdisc.list({ dev })],
    ['tc-qdisc/show-invisible', tc.qdisc.list({ dev, invisible: true })],
    ['tc-action/delete', tc.action.delete({ kind: 'mirred', index: 7 })],
    ['tc-action/get', tc.action.get({ kind: 'mirred', index: 7 })],
    ['tc-action/flush', tc.action.flush('mirred')],
    ['tc-action/list', tc.action.list({ kind: 'mirred' })],
    ['tc-action/list-since', tc.action.list({ kind: 'mirred', since: 10000 })],
  ] as const)('%s', (file, request) => {
    expect(bytesOf(request as Request<any, any>)).toBe(hexText(lastSent(file, request.type)))
  })
})

describe('the bytes mean what those of tc mean', () => {
  test('tc-qdisc/netem: tc sends reorder as the loss of one in a gap, and its distribution from a file', () => {
    const theirs = meaning(qdiscMessage, lastSent('tc-qdisc/netem', qdiscMessage.types.RTM_NEWQDISC)) as any
    const { rate, ...others } = theirs.options.attributes
    const ours = tc.qdisc.add({
      dev,
      kind: 'netem',
      options: {
        limit: 2000,
        delay: '100ms',
        jitter: '20ms',
        delayCorrelation: '25%',
        distribution: others.delayDistribution,
        loss: '1%',
        lossCorrelation: 0.25,
        duplicate: 0.02,
        duplicateCorrelation: 0.1,
        corrupt: '0.1%',
        corruptCorrelation: '5%',
        reorder: '25%',
        reorderCorrelation: '50%',
        gap: 5,
        rate: '1mbit',
        ecn: true,
      },
    })
    expect(meaning(qdiscMessage, requestBytes(ours, V1))).toEqual({
      ...theirs,
      options: {
        ...theirs.options,
        attributes: { ...others, rate: { ...rate, packetOverhead: 0, cellSize: 0, cellOverhead: 0 } },
      },
    })
  })
  test('a delay that is no whole number of microseconds, or longer than 274 s, stands in nanoseconds too', () => {
    const attributes = (delay: string): unknown =>
      (meaning(qdiscMessage, requestBytes(tc.qdisc.add({ dev, kind: 'netem', options: { delay } }), V1)) as any).options
        .attributes
    expect(attributes('100ms')).toEqual({})
    expect(attributes('1.5us')).toEqual({ latency: 1500n, jitter: 0n })
    expect(attributes('300s')).toEqual({ latency: 300_000_000_000n, jitter: 0n })
  })
})

test('names are references: what a request needs', () => {
  const request = tc.filter.add({
    ...at,
    kind: 'matchall',
    actions: [{ kind: 'mirred', options: { direction: 'egress_redirect', dev: 'v2' } }],
  })
  expect(request.needs.map(({ key }) => key)).toEqual(['link v1', 'link v2'])
  expect(tc.qdisc.add({ dev: 3, kind: 'htb' }).needs).toEqual([])
})

test.each([
  [tc.qdisc.add({ dev, kind: 'htb' }), "add qdisc htb at root of link 'v1'"],
  [tc.class.delete({ dev, classId: '1:10' }), "delete class 1:10 of link 'v1'"],
  [tc.filter.add({ block: 22, kind: 'u32' }), 'add filter u32 of block 22'],
  [tc.chain.add({ dev, chain: 7 }), "add chain 7 of link 'v1'"],
  [tc.action.delete({ kind: 'mirred', index: 7 }), 'delete action mirred 7'],
])('a request says what it is: %#', (request, what) => expect(request.what).toBe(what))

describe('refused before anything is sent', () => {
  const qdisc = (settings: object) => () => bytesOf(tc.qdisc.add({ dev, ...settings } as never))
  const cls = (options: object) => () => bytesOf(tc.class.add({ dev, kind: 'htb', options } as never))
  test.each<readonly [what: string, make: () => unknown, path: string, reason: string]>([
    ['a typo', qdisc({ kind: 'htb', parnet: '1:' }), 'parnet', "did you mean 'parent'?"],
    ['a typo among options', qdisc({ kind: 'htb', options: { defaultclass: 1 } }), 'defaultclass', "'defaultClass'?"],
    ['a class without a rate', cls({ ceil: '1mbit' }), 'rate', 'must be given: a class of htb needs it'],
    [
      'a rate that is none',
      cls({ rate: '10zbit' }),
      'rate',
      "must be a rate: bits a second, or '10mbit', not '10zbit'",
    ],
    ['a negative rate', cls({ rate: -1 }), 'rate', 'not -1'],
    ['a size that is none', cls({ rate: 1e6, burst: '3q' }), 'burst', "must be a size: bytes, or '10kb', not '3q'"],
    [
      'limit and latency',
      qdisc({ kind: 'tbf', options: { rate: 1e6, burst: 1e4, limit: 1, latency: 1 } }),
      'latency',
      'and limit say the same',
    ],
    ['neither limit nor latency', qdisc({ kind: 'tbf', options: { rate: 1e6, burst: 1e4 } }), 'limit', 'must be given'],
    [
      'a peak rate without a MTU',
      qdisc({ kind: 'tbf', options: { rate: 1e6, burst: 1e4, limit: 1, peakRate: 2e6 } }),
      'mtu',
      'a peak rate needs it',
    ],
    ['a share above 1', qdisc({ kind: 'netem', options: { loss: 1.5 } }), 'loss', "must be a share: 0 to 1, or '25%'"],
    ['a bad handle', qdisc({ kind: 'htb', handle: '1:zz' }), 'qdisc', 'must be a handle like 1: or 1:10'],
    [
      'an option of another kind',
      qdisc({ kind: 'fq_codel', options: { rate: 1 } }),
      'options.rate',
      'is no attribute of TCA_FQ_CODEL',
    ],
    [
      'a device and a block',
      () => tc.filter.add({ dev, block: 7, kind: 'u32' }),
      'block',
      'stands in place of a device',
    ],
    [
      'actions twice',
      () => tc.filter.add({ ...at, kind: 'u32', options: { actions: [] }, actions: [] }),
      'actions',
      'give them once',
    ],
    ['an action without a kind', () => tc.action.add({} as never), 'kind', "must be an action's kind"],
  ])('%s', (_what, make, path, reason) => {
    const error = refused(make)
    expect(error.path.join('.')).toBe(path)
    expect(error.message).toContain(reason)
  })
})
