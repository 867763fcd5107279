// Requests about namespace ids: the bytes of `ip netns` for the same intent.
import { expect, test } from 'vitest'
import { requestBytes } from '../../src/netlink/request.ts'
import { hexText } from '../../src/netlink/text.ts'
import * as nsid from '../../src/ops/nsid.ts'
import { nsidMessage } from '../../src/route/nsid.ts'
import { lastSent } from './fixture.ts'

const { RTM_NEWNSID, RTM_GETNSID } = nsidMessage.types
const NS1 = { 'netns ns1': 6 }

test.each([
  ['netns/set', RTM_NEWNSID, nsid.set('ns1', 7), NS1],
  ['netns/set-auto', RTM_NEWNSID, nsid.set('ns1'), NS1],
  ['netns/list-without-id', RTM_GETNSID, nsid.get('ns1'), NS1],
  ['netns/list-id', RTM_GETNSID, nsid.list(), {}],
] as const)('%s', (file, type, request, references) => {
  expect(hexText(requestBytes(request as never, references))).toBe(hexText(lastSent(file, type)))
})

test.each([
  ['no id', [], undefined],
  ['NETNSA_NSID_NOT_ASSIGNED', [{ nsid: -1 }], undefined],
  ['an id', [{ nsid: 0 }], 0],
])('the answer of nsid.get: %s', (_what, items, value) => expect(nsid.get('ns1').finish(items)).toBe(value))
