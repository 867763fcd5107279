// Traffic control of a real kernel: what was asked for is there, one by one and in lists, and goes again.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Netlink } from '../../../src/client.ts'
import { NetlinkError } from '../../../src/netlink/error.ts'
import { createNamed, deleteNamed } from '../../../src/netns/named.ts'
import * as link from '../../../src/ops/link.ts'
import * as tc from '../../../src/ops/tc/tc.ts'

const NAME = 'tc-ops'
const dev = 'v1'
let inside: Netlink

beforeAll(() => {
  createNamed(NAME)
  inside = Netlink.open({ netns: NAME })
  inside.runSync(link.add({ kind: 'veth', name: dev, peer: { name: 'v2' } }))
})
afterAll(() => {
  inside.close()
  deleteNamed(NAME)
})

const code = (work: () => unknown): string | undefined => {
  try {
    work()
    return undefined
  } catch (error) {
    if (error instanceof NetlinkError) return error.code
    throw error
  }
}

it('shapes a link with htb, in one batch', async () => {
  await inside.batch([
    tc.qdisc.add({ dev, handle: '1:', kind: 'htb', options: { defaultClass: 0x10 } }),
    tc.class.add({ dev, parent: '1:', classId: '1:1', kind: 'htb', options: { rate: '10mbit' } }),
    tc.class.add({
      dev,
      parent: '1:1',
      classId: '1:10',
      kind: 'htb',
      options: { rate: 1e6, ceil: '10mbit', priority: 2 },
    }),
    tc.qdisc.add({
      dev,
      parent: '1:10',
      handle: '10:',
      kind: 'tbf',
      options: { rate: '1mbit', burst: '10kb', latency: '50ms' },
    }),
  ])
  const qdisc = inside.runSync(tc.qdisc.get({ dev, handle: '1:' }))
  expect(qdisc).toMatchObject({ kind: 'htb', handle: '1:', options: { init: { defaultClass: 0x10 } } })
  expect(inside.runSync(tc.qdisc.get({ dev }))).toMatchObject({ handle: '1:', parent: 'root' })
  expect(inside.runSync(tc.qdisc.list({ dev, kind: 'tbf' })).map(({ parent }) => parent)).toEqual(['1:10'])
  const leaf = inside.runSync(tc.class.get({ dev, classId: '1:10' }))
  expect(leaf).toMatchObject({
    parent: '1:1',
    leaf: '10:',
    options: { parameters: { rate: { rate: 125_000 }, ceil: { rate: 1_250_000 }, priority: 2 } },
  })
  // The tbf below has a class of its own, 10:1.
  const handles = inside.runSync(tc.class.list({ dev })).map(({ handle }) => handle)
  expect(handles.sort()).toEqual(['10:1', '1:1', '1:10'].sort())
})

it('changes and deletes', () => {
  inside.runSync(tc.class.change({ dev, parent: '1:1', classId: '1:10', kind: 'htb', options: { rate: '2mbit' } }))
  expect(inside.runSync(tc.class.get({ dev, classId: '1:10' }))).toMatchObject({
    options: { parameters: { rate: { rate: 250_000 } } },
  })
  expect(code(() => inside.runSync(tc.class.delete({ dev, classId: '1:1' })))).toBe('EBUSY')
  inside.runSync(tc.class.delete({ dev, classId: '1:10' }))
  expect(code(() => inside.runSync(tc.class.get({ dev, classId: '1:10' })))).toBe('ENOENT')
  inside.runSync(tc.qdisc.replace({ dev, handle: '2:', kind: 'pfifo', options: { limit: 7 } }))
  expect(inside.runSync(tc.qdisc.get({ dev }))).toMatchObject({ kind: 'pfifo', options: { limit: 7 } })
  inside.runSync(tc.qdisc.delete({ dev }))
  expect(code(() => inside.runSync(tc.qdisc.delete({ dev })))).toBe('ENOENT')
})

it('filters, in chains, with a shared action', () => {
  inside.runSync(tc.qdisc.add({ dev, kind: 'clsact' }))
  inside.runSync(tc.chain.add({ dev, parent: 'ingress', chain: 7 }))
  expect(inside.runSync(tc.chain.get({ dev, parent: 'ingress', chain: 7 }))).toMatchObject({ chain: 7 })
  const at = { dev, parent: 'ingress', protocol: 'ip', priority: 10, chain: 7, kind: 'u32' } as const
  inside.runSync(
    tc.filter.add({
      ...at,
      options: { selector: { count: 1, keys: [{ mask: 0xff000000, value: 0x0a000000, offset: 16 }] } },
      actions: [{ kind: 'mirred', options: { direction: 'egress_redirect', dev: 'v2', index: 5 } }],
    }),
  )
  const found = inside.runSync(tc.filter.list({ dev, parent: 'ingress', chain: 7 }))
  const filter = found.find(({ handle }) => (handle & 0xfff) !== 0)
  expect(filter).toMatchObject({ kind: 'u32', priority: 10, protocol: 'ip', chain: 7 })
  expect(inside.runSync(tc.filter.get({ ...at, handle: filter!.handle }))).toMatchObject({ handle: filter!.handle })
  expect(inside.runSync(tc.action.get({ kind: 'mirred', index: 5 })).actions).toMatchObject([
    { kind: 'mirred', options: { parameters: { index: 5, bindings: 1, direction: 'egress_redirect' } } },
  ])
  expect(code(() => inside.runSync(tc.action.delete({ kind: 'mirred', index: 5 })))).toBe('EPERM')
  inside.runSync(tc.filter.delete(at))
  expect(inside.runSync(tc.filter.list({ dev, parent: 'ingress', chain: 7 }))).toEqual([])
  inside.runSync(tc.chain.delete({ dev, parent: 'ingress', chain: 7 }))
  expect(inside.runSync(tc.chain.list({ dev, parent: 'ingress' }))).toEqual([])
})

it('actions alone', () => {
  const mine = [101, 102].map(index => ({ kind: 'mirred', index }))
  inside.runSync(
    tc.action.add(mine.map(({ kind, index }) => ({ kind, options: { direction: 'egress_mirror', dev: 'v2', index } }))),
  )
  const indexes = (): number[] =>
    inside
      .runSync(tc.action.list({ kind: 'mirred' }))
      .flatMap(({ actions = [] }) => actions.map(({ options }) => (options as any).parameters.index as number))
      .filter(index => index > 100)
  expect(indexes()).toEqual([101, 102])
  inside.runSync(tc.action.delete(mine))
  expect(indexes()).toEqual([])
})
