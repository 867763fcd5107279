// Requests about nexthop objects: the bytes of `ip nexthop` for the same intent, and what is refused before it is sent.
import { describe, expect, test } from 'vitest'
import { viewOf } from '../../src/netlink/codec.ts'
import { type Request, requestBytes } from '../../src/netlink/request.ts'
import { hexText } from '../../src/netlink/text.ts'
import * as nexthop from '../../src/ops/nexthop.ts'
import { nexthopBucketMessage, nexthopMessage } from '../../src/route/nexthop.ts'
import { lastReceived, lastSent } from './fixture.ts'
import { meaning, refused } from './requests.ts'

const { RTM_NEWNEXTHOP, RTM_DELNEXTHOP, RTM_GETNEXTHOP } = nexthopMessage.types
const { RTM_GETNEXTHOPBUCKET } = nexthopBucketMessage.types
type AnyRequest = Request<any, any>
const LINKS = { 'link v1': 3 }
const one = { id: 1, via: '192.0.2.2', dev: 'v1' } as const
const group = [{ id: 1, weight: 3 }, { id: 2 }] as const

describe('the bytes are those of ip nexthop', () => {
  test.each<readonly [file: string, type: number, request: AnyRequest]>([
    ['nexthop/add', RTM_NEWNEXTHOP, nexthop.add(one)],
    ['nexthop/add-without-id', RTM_NEWNEXTHOP, nexthop.add({ via: '192.0.2.2', dev: 'v1' })],
    [
      'nexthop/add-all',
      RTM_NEWNEXTHOP,
      nexthop.add({ id: 1, via: '203.0.113.2', dev: 'v1', onlink: true, protocol: 'static' }),
    ],
    ['nexthop/add-dev', RTM_NEWNEXTHOP, nexthop.add({ id: 1, dev: 'v1' })],
    ['nexthop/add-inet6', RTM_NEWNEXTHOP, nexthop.add({ id: 1, via: '2001:db8:1::2', dev: 'v1' })],
    ['nexthop/add-blackhole', RTM_NEWNEXTHOP, nexthop.add({ id: 1, blackhole: true })],
    ['nexthop/add-blackhole-inet6', RTM_NEWNEXTHOP, nexthop.add({ id: 1, family: 'inet6', blackhole: true })],
    ['nexthop/add-fdb', RTM_NEWNEXTHOP, nexthop.add({ id: 1, via: '192.0.2.9', fdb: true })],
    ['nexthop/add-group', RTM_NEWNEXTHOP, nexthop.add({ id: 10, group: [group[0], { id: 2, weight: 5 }] })],
    ['nexthop/add-group-fdb', RTM_NEWNEXTHOP, nexthop.add({ id: 10, group: [{ id: 1 }], fdb: true })],
    ['nexthop/add-group-missing', RTM_NEWNEXTHOP, nexthop.add({ id: 10, group: [{ id: 77 }] })],
    ['nexthop/replace', RTM_NEWNEXTHOP, nexthop.replace({ id: 1, via: '192.0.2.9', dev: 'v1' })],
    ['nexthop/delete', RTM_DELNEXTHOP, nexthop.delete(1)],
    ['nexthop/get', RTM_GETNEXTHOP, nexthop.get(1)],
    ['nexthop/show', RTM_GETNEXTHOP, nexthop.list()],
    ['nexthop/show-groups', RTM_GETNEXTHOP, nexthop.list({ groups: true })],
    ['nexthop/show-dev', RTM_GETNEXTHOP, nexthop.list({ dev: 'v1', protocol: 'static' })],
    ['nexthop/show-fdb', RTM_GETNEXTHOP, nexthop.list({ fdb: true })],
    ['nexthop/bucket-show', RTM_GETNEXTHOPBUCKET, nexthop.listBuckets()],
    ['nexthop/bucket-show-id', RTM_GETNEXTHOPBUCKET, nexthop.listBuckets({ id: 10, nexthopId: 1 })],
  ])('%s', (file, type, request) => expect(hexText(requestBytes(request, LINKS))).toBe(hexText(lastSent(file, type))))
})

describe('the bytes mean what those of ip nexthop mean: behind a short attribute ip sends what happened to lie there', () => {
  test.each<readonly [file: string, type: number, request: AnyRequest]>([
    [
      'nexthop/add-resilient',
      RTM_NEWNEXTHOP,
      nexthop.add({ id: 10, group, type: 'resilient', buckets: 4, idleTimer: 60, unbalancedTimer: 120 }),
    ],
    [
      'nexthop/replace-resilient',
      RTM_NEWNEXTHOP,
      nexthop.replace({
        id: 10,
        group: [{ id: 1 }, { id: 2, weight: 1 }],
        type: 'resilient',
        buckets: 4,
        idleTimer: 5,
      }),
    ],
    [
      'nexthop/add-resilient-bad',
      RTM_NEWNEXTHOP,
      nexthop.add({ id: 10, group: [{ id: 1 }], type: 'resilient', buckets: 0 }),
    ],
    ['nexthop/add-encap', RTM_NEWNEXTHOP, nexthop.add({ ...one, encap: { type: 'mpls', labels: '100' } })],
    [
      'nexthop/add-encap-seg6',
      RTM_NEWNEXTHOP,
      nexthop.add({
        id: 1,
        encap: { type: 'seg6', mode: 'encap', segments: ['2001:db8::a'] },
        via: '2001:db8:1::2',
        dev: 'v1',
      }),
    ],
    ['nexthop/bucket-get', RTM_GETNEXTHOPBUCKET, nexthop.getBucket(10, 2)],
  ])('%s', (file, type, request) =>
    expect(meaning(nexthopMessage, requestBytes(request, LINKS))).toEqual(
      meaning(nexthopMessage, lastSent(file, type)),
    ),
  )
})

describe('a listed nexthop', () => {
  const b = lastReceived('nexthop/get-group', RTM_NEWNEXTHOP)
  const resilient = nexthopMessage.decode(viewOf(b), b, 16, b.length)
  test('restore sends what made it', () => {
    const { messageType, messageFlags, scope, ...said } = meaning(
      nexthopMessage,
      requestBytes(nexthop.restore(resilient)),
    )
    expect({ messageType, messageFlags, scope }).toEqual({ messageType: 104, messageFlags: 0x605, scope: 'global' })
    const {
      scope: _scope,
      messageType: _type,
      messageFlags: _flags,
      ...made
    } = meaning(nexthopMessage, lastSent('nexthop/add-resilient', RTM_NEWNEXTHOP))
    expect(said).toEqual(made)
  })
  test('the protocol is chosen here', () => {
    const chosen = (protocol: 'static' | 'unspec') =>
      nexthop.list({ protocol }).decode!(RTM_NEWNEXTHOP, viewOf(b), b, 16, b.length) !== undefined
    expect([chosen('static'), chosen('unspec')]).toEqual([false, true])
  })
})

describe('refused before anything is sent', () => {
  const add = (options: object) => () => nexthop.add({ ...one, ...options })
  test.each<readonly [what: string, make: () => AnyRequest, path: string, reason: string]>([
    ['a bad router', add({ via: 'x' }), 'via', 'must be an IPv4 or IPv6 address, not x'],
    ['a weight of 0', add({ group: [{ id: 1, weight: 0 }] }), 'group.0', 'must be 1 or more, not 0'],
    ['buckets of no resilient group', add({ buckets: 4 }), 'type', "must be 'resilient'"],
    ['an unknown type', add({ type: 'mpth' }), 'groupType', "'mpth' is no group type"],
    ['a key that is nearly one', add({ gruop: [] }), 'gruop', "did you mean 'group'?"],
    ['an unknown filter', () => nexthop.list({ id: 7 } as never), 'id', 'is no option of nexthop.list'],
  ])('%s', (_what, make, path, reason) => {
    const error = refused(() => requestBytes(make(), LINKS))
    expect(error.path.join('.')).toBe(path)
    expect(error.message).toContain(reason)
  })
})
