// Requests about policy rules: the bytes of `ip rule` for the same intent, and what is refused before it is sent.
import { describe, expect, test } from 'vitest'
import { viewOf } from '../../src/netlink/codec.ts'
import { type Request, requestBytes } from '../../src/netlink/request.ts'
import { hexText } from '../../src/netlink/text.ts'
import * as rule from '../../src/ops/rule.ts'
import { type Rule, ruleMessage } from '../../src/route/rule.ts'
import { lastReceived, lastSent } from './fixture.ts'
import { meaning, refused } from './requests.ts'

const { RTM_NEWRULE, RTM_DELRULE, RTM_GETRULE } = ruleMessage.types
type AnyRequest = Request<any, any>
const from = { from: '10.0.0.0/8' } as const
const to = { table: 100 } as const

describe('the bytes are those of ip rule', () => {
  test.each<readonly [file: string, type: number, request: AnyRequest]>([
    ['rule/add-from', RTM_NEWRULE, rule.add({ ...from, ...to })],
    ['rule/add-to', RTM_NEWRULE, rule.add({ to: '10.0.0.0/8', priority: 77, table: 'main' })],
    ['rule/add-to', RTM_NEWRULE, rule.add({ to: '10.0.0.0/8', priority: 77 })],
    ['rule/add-not', RTM_NEWRULE, rule.add({ not: true, from: '10.0.0.1', ...to })],
    ['rule/add-iif', RTM_NEWRULE, rule.add({ iif: 'v1', ...to })],
    ['rule/add-oif', RTM_NEWRULE, rule.add({ oif: 'nosuch', ...to })],
    ['rule/add-fwmark', RTM_NEWRULE, rule.add({ fwmark: 0x10, fwmask: 0xff, ...to })],
    ['rule/add-tos', RTM_NEWRULE, rule.add({ tos: 0x10, ...to })],
    ['rule/add-table-wide', RTM_NEWRULE, rule.add({ priority: 5, table: 100000 })],
    ['rule/add-uidrange', RTM_NEWRULE, rule.add({ uidRange: { start: 1000, end: 2000 }, ...to })],
    [
      'rule/add-ipproto',
      RTM_NEWRULE,
      rule.add({ ipProtocol: 17, sourcePorts: 53, destinationPorts: { start: 1000, end: 2000 }, ...to }),
    ],
    ['rule/add-l3mdev', RTM_NEWRULE, rule.add({ l3mdev: true, priority: 1000 })],
    ['rule/add-tun-id', RTM_NEWRULE, rule.add({ tunnelId: 77, ...to })],
    ['rule/add-suppress', RTM_NEWRULE, rule.add({ suppressPrefixLength: 0, suppressIfgroup: 7 })],
    ['rule/add-goto', RTM_NEWRULE, rule.add({ priority: 100, goto: 32766 })],
    ['rule/add-bad-goto', RTM_NEWRULE, rule.add({ priority: 100, goto: 50 })],
    ['rule/add-nop', RTM_NEWRULE, rule.add({ priority: 100, action: 'nop' })],
    ['rule/add-realms', RTM_NEWRULE, rule.add({ ...from, realms: { from: 3, to: 5 }, ...to })],
    ['rule/add-blackhole', RTM_NEWRULE, rule.add({ ...from, action: 'blackhole' })],
    ['rule/add-unreachable', RTM_NEWRULE, rule.add({ ...from, action: 'unreachable' })],
    ['rule/add-prohibit', RTM_NEWRULE, rule.add({ ...from, action: 'prohibit' })],
    ['rule/add-protocol', RTM_NEWRULE, rule.add({ ...from, protocol: 'static', ...to })],
    [
      'rule/add-all',
      RTM_NEWRULE,
      rule.add({
        not: true,
        ...from,
        to: '11.0.0.0/8',
        tos: 0x10,
        fwmark: 7,
        iif: 'v1',
        oif: 'v2',
        uidRange: { start: 1, end: 2 },
        ipProtocol: 6,
        sourcePorts: { start: 1, end: 2 },
        destinationPorts: { start: 3, end: 4 },
        priority: 99,
        table: 99,
        protocol: 'boot',
      }),
    ],
    [
      'rule/add-inet6',
      RTM_NEWRULE,
      rule.add({ from: '2001:db8::/32', to: '::/0', iif: 'v1', table: 100, suppressPrefixLength: 0 }),
    ],
    ['rule/mrule-add', RTM_NEWRULE, rule.add({ family: 'ipmr', iif: 'v1', ...to })],
    ['rule/add-existing', RTM_NEWRULE, rule.add({ ...from, ...to, priority: 5 })],
    ['rule/delete-pref', RTM_DELRULE, rule.delete({ priority: 5 })],
    ['rule/delete-missing', RTM_DELRULE, rule.delete({ from: '10.9.9.9', ...to })],
    ['rule/show', RTM_GETRULE, rule.list({ family: 'inet' })],
    ['rule/show-inet6', RTM_GETRULE, rule.list({ family: 'inet6', table: 'main' })],
    ['rule/mrule-show', RTM_GETRULE, rule.list({ family: 'ipmr' })],
  ])('%s', (file, type, request) => expect(hexText(requestBytes(request))).toBe(hexText(lastSent(file, type))))
})

describe('a listed rule', () => {
  const read = (b: Uint8Array): Rule => ruleMessage.decode(viewOf(b), b, 16, b.length)
  test('deleteListed sends what ip rule flush sends', () => {
    const theirs = lastSent('rule/flush', RTM_DELRULE)
    expect(meaning(ruleMessage, requestBytes(rule.deleteListed(read(theirs))))).toEqual(meaning(ruleMessage, theirs))
  })
  test('restore sends what ip rule restore sends, without the flags of an answer', () => {
    const theirs = lastSent('rule/restore', RTM_NEWRULE)
    const again = { ...read(theirs), flags: ['not', 'iif_detached'] } as Rule
    expect(meaning(ruleMessage, requestBytes(rule.restore(again)))).toEqual({
      ...meaning(ruleMessage, theirs),
      messageFlags: 0x405,
      flags: ['not'],
    })
  })
  test('what is chosen here', () => {
    const b = lastReceived('rule/show', RTM_NEWRULE)
    const chosen = (filter: rule.RuleFilter) =>
      rule.list(filter).decode!(RTM_NEWRULE, viewOf(b), b, 16, b.length) !== undefined
    expect(chosen({ table: 'default', priority: 32767, family: 'inet' })).toBe(true)
    for (const filter of [{ table: 254 }, { priority: 0 }, { family: 'inet6' }] as const)
      expect(chosen(filter)).toBe(false)
  })
})

describe('refused before anything is sent', () => {
  const add = (options: object) => () => rule.add(options)
  test.each<readonly [what: string, make: () => AnyRequest, path: string, reason: string]>([
    ['a bad prefix', add({ from: 'ten' }), 'from', "'ten' is no IPv4 or IPv6 address"],
    ['two families', add({ from: '10.0.0.0/8', to: '::/0' }), 'to', "'::' is an address of inet6, not of inet"],
    ['a family that is another', add({ family: 'inet6', from: '10.0.0.0/8' }), 'from', 'not of inet6'],
    ['a long name', add({ iif: 'x'.repeat(16) }), 'iif', 'has 16 bytes'],
    ['an unknown table', add({ table: 'mine' }), 'table', "'mine' is no routing table"],
    ['an unknown action', add({ action: 'drop' }), 'rule', "'drop' is no rule action"],
    ['a key that is nearly one', add({ prority: 7 }), 'prority', "did you mean 'priority'?"],
    ['ports that are none', add({ sourcePorts: 65536 }), 'sourcePorts', 'must be a whole number from 0 to 65535'],
    ['an unknown key of a deletion', () => rule.delete({ pref: 7 } as never), 'pref', 'is no option of rule.delete'],
    ['an unknown filter', () => rule.list({ from: 'x' } as never), 'from', 'is no option of rule.list'],
  ])('%s', (_what, make, path, reason) => {
    const error = refused(() => requestBytes(make()))
    expect(error.path.join('.')).toBe(path)
    expect(error.message).toContain(reason)
  })
})
