// Requests about addresses: the bytes of `ip address` for the same intent, and what is refused before anything is sent.
import { describe, expect, test } from 'vitest'
import { type Request, requestBytes } from '../../src/netlink/request.ts'
import { hexText } from '../../src/netlink/text.ts'
import * as address from '../../src/ops/address.ts'
import { addressMessage } from '../../src/route/address.ts'
import { lastSent } from './fixture.ts'
import { meaning, refused } from './requests.ts'

const { RTM_NEWADDR, RTM_DELADDR, RTM_GETADDR } = addressMessage.types
type AnyRequest = Request<any, any>
type Row = readonly [file: string, type: number, request: AnyRequest]
const V1 = { 'link v1': 3 }
const on = { dev: 'v1', address: '192.0.2.1/24' } as const
const on6 = { dev: 'v1', address: '2001:db8::1/64' } as const

describe('the bytes are those of ip address', () => {
  test.each<Row>([
    ['address/add', RTM_NEWADDR, address.add(on)],
    ['address/add-existing', RTM_NEWADDR, address.add(on)],
    ['address/add-inet6', RTM_NEWADDR, address.add(on6)],
    ['address/add-peer', RTM_NEWADDR, address.add({ dev: 'v1', address: '192.0.2.1', peer: '192.0.2.2/32' })],
    ['address/add-inet6-peer', RTM_NEWADDR, address.add({ dev: 'v1', address: '2001:db8::1', peer: '2001:db8::2' })],
    ['address/add-broadcast-computed', RTM_NEWADDR, address.add({ ...on, broadcast: true })],
    ['address/add-label', RTM_NEWADDR, address.add({ ...on, label: 'v1:home' })],
    ['address/add-scope', RTM_NEWADDR, address.add({ ...on, scope: 'link' })],
    ['address/add-metric', RTM_NEWADDR, address.add({ ...on, metric: 77 })],
    ['address/add-noprefixroute', RTM_NEWADDR, address.add({ ...on, flags: ['noprefixroute'] })],
    ['address/add-multicast', RTM_NEWADDR, address.add({ dev: 'v1', address: '239.1.1.1/32', flags: ['autojoin'] })],
    ['address/add-lifetimes', RTM_NEWADDR, address.add({ ...on, validLifetime: 3600, preferredLifetime: 1800 })],
    ['address/add-forever', RTM_NEWADDR, address.add({ ...on, validLifetime: 0xffffffff })],
    ['address/change', RTM_NEWADDR, address.change({ ...on, metric: 9 })],
    ['address/change-inet6', RTM_NEWADDR, address.change({ ...on6, preferredLifetime: 0 })],
    ['address/replace', RTM_NEWADDR, address.replace({ ...on, validLifetime: 100, preferredLifetime: 50 })],
    ['story/07-add-address', RTM_NEWADDR, address.add({ dev: 2, address: '192.0.2.10/24' })],
    ['story/14-address-inside', RTM_NEWADDR, address.add({ dev: 2, address: '192.0.2.11/24' })],
    ['address/delete', RTM_DELADDR, address.delete(on)],
    ['address/delete-inet6', RTM_DELADDR, address.delete(on6)],
    ['address/delete-missing', RTM_DELADDR, address.delete({ dev: 'v1', address: '192.0.2.9/24' })],
    ['story/05-delete-address', RTM_DELADDR, address.delete({ dev: 3, address: '192.0.2.10/24' })],
    ['address/show', RTM_GETADDR, address.list()],
    ['address/show-dev', RTM_GETADDR, address.list({ dev: 'v1' })],
    ['address/show-inet', RTM_GETADDR, address.list({ dev: 'v1', family: 'inet' })],
    ['address/show-inet6', RTM_GETADDR, address.list({ family: 'inet6' })],
    ['story/04-note-address', RTM_GETADDR, address.list({ dev: 3, family: 'inet' })],
  ])('%s', (file, type, request) => expect(hexText(requestBytes(request, V1))).toBe(hexText(lastSent(file, type))))
})

describe('the bytes mean what those of ip address mean', () => {
  test.each<readonly [file: string, request: AnyRequest, why: string]>([
    ['address/add-broadcast', address.add({ ...on, broadcast: '192.0.2.255' }), 'IFA_BROADCAST comes last'],
    [
      'address/add-all',
      address.add({
        ...on,
        broadcast: '192.0.2.255',
        label: 'v1:all',
        flags: ['noprefixroute'],
        metric: 5,
        validLifetime: 600,
        preferredLifetime: 300,
      }),
      'IFA_BROADCAST comes later',
    ],
  ])('%s', (file, request, _why) => {
    const [ours, theirs] = [requestBytes(request, V1), lastSent(file, RTM_NEWADDR)]
    expect(hexText(ours)).not.toBe(hexText(theirs))
    expect(meaning(addressMessage, ours)).toEqual(meaning(addressMessage, theirs))
  })

  // ip puts flags below 0x100 in the header; ours are always in IFA_FLAGS, which the kernel prefers
  // (net/ipv6/addrconf.c: ifa_flags = nla_get_u32_default(tb[IFA_FLAGS], ifm->ifa_flags)).
  test.each([
    ['address/add-inet6-nodad', 'nodad'],
    ['address/add-inet6-optimistic', 'optimistic'],
  ] as const)('%s: the flag is in IFA_FLAGS', (file, flag) => {
    const ours = requestBytes(address.add({ ...on6, flags: [flag] }), V1)
    const theirs = meaning(addressMessage, lastSent(file, RTM_NEWADDR))
    expect(theirs['flags']).toEqual([flag])
    expect(meaning(addressMessage, ours)).toEqual(theirs)
  })
  test('address/add-inet6-all: all flags are in IFA_FLAGS', () => {
    const ours = address.add({
      ...on6,
      metric: 1024,
      flags: ['home', 'noprefixroute', 'mngtmpaddr'],
      validLifetime: 600,
      preferredLifetime: 300,
    })
    const theirs = meaning(addressMessage, lastSent('address/add-inet6-all', RTM_NEWADDR))
    expect(meaning(addressMessage, requestBytes(ours, V1))).toEqual({ ...theirs, flags: expect.anything() })
  })
})

describe('what follows from the address', () => {
  const sent = (options: Partial<address.AddressAdd>) =>
    meaning(addressMessage, requestBytes(address.add({ ...on, ...options }), V1))
  test('without a prefix length it is a host’s', () => {
    expect(sent({ address: '192.0.2.1' })['prefixLength']).toBe(32)
    expect(sent({ address: '2001:db8::1' })['prefixLength']).toBe(128)
  })
  test('127.0.0.0/8 has the scope host', () => {
    expect(sent({ address: '127.0.0.2/8' })['scope']).toBe('host')
    expect(sent({ address: '128.0.0.2/8' })['scope']).toBe('global')
  })
  test.each([
    ['10.1.2.3/8', '10.255.255.255'],
    ['10.1.2.3/30', '10.1.2.3'],
    ['10.1.2.3/32', '10.1.2.3'],
    ['10.1.2.3/0', '255.255.255.255'],
    ['192.168.7.9/25', '192.168.7.127'],
  ])('the broadcast address of %s is %s', (prefix, broadcast) =>
    expect(sent({ address: prefix, broadcast: true })['broadcast']).toBe(broadcast),
  )
})

describe('refused before anything is sent', () => {
  const add = (options: object) => () => address.add({ ...on, ...options } as never)
  test.each<readonly [what: string, make: () => AnyRequest, path: string, reason: string]>([
    ['no address', add({ address: undefined }), 'address', 'must be an address like 192.0.2.2/24, not undefined'],
    ['a number for an address', add({ address: 7 }), 'address', 'not number'],
    ['three parts', add({ address: '192.0.2/24' }), 'address', "'192.0.2/24' is no IPv4 or IPv6 address"],
    ['two slashes', add({ address: '192.0.2.1/24/1' }), 'address', "'192.0.2.1/24/1' is no IPv4 or IPv6 address"],
    [
      'a prefix of 33',
      add({ address: '192.0.2.1/33' }),
      'address',
      'the prefix length must be a whole number from 0 to 32',
    ],
    ['a prefix of 129', add({ address: '::1/129' }), 'address', 'from 0 to 128'],
    ['an empty prefix', add({ address: '192.0.2.1/' }), 'address', 'the prefix length must be a whole number'],
    ['a netmask', add({ address: '192.0.2.1/255.255.255.0' }), 'address', 'the prefix length must be a whole number'],
    ['a bad peer', add({ peer: 'veth2' }), 'peer', "'veth2' is no IPv4 or IPv6 address"],
    ['a peer of another family', add({ peer: '::1' }), 'peer', 'must be of the same family as the address'],
    [
      'IPv6 with a broadcast',
      add({ address: '::1/64', broadcast: true }),
      'broadcast',
      'IPv6 has no broadcast addresses',
    ],
    ['a bad broadcast', add({ broadcast: 'all' }), 'broadcast', "must be an IPv4 or IPv6 address, not 'all'"],
    [
      'lifetimes the wrong way round',
      add({ validLifetime: 1, preferredLifetime: 2 }),
      'preferredLifetime',
      '2 is more than the valid lifetime, 1',
    ],
    [
      'a negative lifetime',
      add({ validLifetime: 5, preferredLifetime: -1 }),
      'cacheInfo',
      'preferred (ifa_prefered) must be a whole number',
    ],
    ['an unknown flag', add({ flags: ['nodda'] }), 'flags', "'nodda' is no address flag (IFA_F_*); one of: secondary"],
    ['an unknown scope', add({ scope: 'galaxy' }), 'address', "scope (ifa_scope) 'galaxy' is no"],
    ['text for a metric', add({ metric: '5' }), 'routePriority', "not '5'"],
    ['a bad link', add({ dev: 'a b' }), 'dev', 'contains " "'],
    ['no link', add({ dev: undefined }), 'dev', 'must be a string, not undefined'],
    ['an unknown key', add({ adress: 'x' }), 'adress', "is no option of address.add: did you mean 'address'?"],
    [
      'an unknown key of a deletion',
      () => address.delete({ ...on, scope: 'link' } as never),
      'scope',
      'is no option of address.delete',
    ],
    [
      'an unknown key of a filter',
      () => address.list({ familiy: 'inet' } as never),
      'familiy',
      "did you mean 'family'?",
    ],
    [
      'an unknown family',
      () => address.list({ family: 'ipx8' } as never),
      'address',
      "family (ifa_family) 'ipx8' is no",
    ],
  ])('%s', (_what, make, path, reason) => {
    const error = refused(() => requestBytes(make(), V1))
    expect(error.path.join('.')).toBe(path)
    expect(error.message).toContain(reason)
  })
})
