// Conditions on a picture that is made of plain objects: what holds, and what is said where it does not.
import { expect, test } from 'vitest'
import * as when from '../../src/live/condition.ts'
import type { MirroredNamespace } from '../../src/live/scene.ts'

const v0 = { name: 'v0', index: 2, flags: ['up', 'running'], operState: 'down', mtu: 1500, linkInfo: { kind: 'veth' } }
const home = {
  link: (reference: unknown) => (reference === 'v0' || reference === 2 ? v0 : undefined),
  addresses: (dev: unknown) =>
    dev === undefined || dev === 'v0' ? [{ local: '192.0.2.1', prefixLength: 24, scope: 'global' }] : [],
  routes: () => [
    { family: 'inet', dstLength: 0, table: 'main', oif: 2, gateway: '192.0.2.2' },
    { family: 'inet', dst: '10.0.0.0', dstLength: 8, table: 7, multipath: [{ index: 2 }, { index: 3 }] },
  ],
  neighbours: () => [{ dst: '192.0.2.2', state: ['reachable'] }],
} as unknown as MirroredNamespace
const picture: when.Picture = { namespace: name => (name === undefined ? home : undefined) }
const unmet = (condition: when.Condition): string | undefined => condition.unmet(picture)

test.each<readonly [when.Condition, string | undefined]>([
  [when.link('v0').exists(), undefined],
  [when.link('v0').is({ flags: ['up'], linkInfo: { kind: 'veth' } }), undefined],
  [when.link(2).is({ mtu: mtu => mtu! > 1400 }), undefined],
  [when.link('v0').is({ operState: 'up', mtu: 1400 }), "of link 'v0', its operState is 'down', its mtu is 1500"],
  [when.link('v0').is({ alias: 'x' }), "of link 'v0', its alias is not set"],
  [when.link('v0').absent(), "link 'v0' is still there"],
  [when.link('v1').is({ mtu: 1 }), "of link 'v1', there is none"],
  [when.link('v1').absent(), undefined],
  [when.link('v0', { netns: 'ns1' }).exists(), 'there is no namespace ns1'],
  [when.link('v0', { netns: 'ns1' }).absent(), undefined],
  [when.address('192.0.2.1').exists(), undefined],
  [when.address('192.0.2.1/24', { dev: 'v0' }).is({ scope: 'global' }), undefined],
  [when.address('192.0.2.1/25').exists(), 'of address 192.0.2.1/25, there is none'],
  [when.address('192.0.2.1', { dev: 'v1' }).exists(), 'of address 192.0.2.1 on v1, there is none'],
  [when.route('default').is({ gateway: '192.0.2.2' }), undefined],
  [when.route('10.0.0.0/8').exists(), 'of route to 10.0.0.0/8, there is none'],
  [when.route('10.0.0.0/8', { table: 7, dev: 'v0' }).exists(), undefined],
  [when.neighbour('192.0.2.2').is({ state: ['stale'] }), "of neighbour 192.0.2.2, its state is ['reachable']"],
  [when.namespace('ns1').exists(), 'there is none'],
  [when.link('v0').exists().and(when.link('v1').exists()), "of link 'v1', there is none"],
  [when.link('v0').exists().or(when.link('v1').exists()), undefined],
  [when.all(when.link('v0').exists(), when.link('v1').absent(), when.address('192.0.2.1').exists()), undefined],
])('$what', (condition, expected) => {
  expect(unmet(condition)).toBe(expected)
})

test('says what it waits for', () => {
  expect(when.link('v0', { netns: 'ns1' }).is({ operState: 'up' }).and(when.route('default').exists()).what).toBe(
    "link 'v0' in namespace ns1 has operState 'up' and route to default is there",
  )
})

test('refuses what no link has, with the nearest', () => {
  expect(() => when.link('v0').is({ operstate: 'up' } as never)).toThrow(/operstate.*did you mean 'operState'/)
})
