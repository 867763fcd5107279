// Requests about the smaller objects of `ip`: neighbour tables, netconf, address labels, tokens, statistics: its bytes for
// the same intent, and what is refused before anything is sent.
import { describe, expect, test } from 'vitest'
import { NLM_F_ACK, NLM_F_DUMP } from '../../src/netlink/message.ts'
import { type Request, requestBytes } from '../../src/netlink/request.ts'
import { hexText } from '../../src/netlink/text.ts'
import * as addressLabel from '../../src/ops/address-label.ts'
import * as neighbourTable from '../../src/ops/neighbour-table.ts'
import * as netconf from '../../src/ops/netconf.ts'
import * as stats from '../../src/ops/stats.ts'
import * as token from '../../src/ops/token.ts'
import { addressLabelMessage } from '../../src/route/address-label.ts'
import { type Link, linkMessage } from '../../src/route/link.ts'
import { neighbourTableMessage } from '../../src/route/neighbour.ts'
import { netconfMessage } from '../../src/route/netconf.ts'
import { statsRequestMessage } from '../../src/route/stats.ts'
import { lastSent } from './fixture.ts'
import { meaning, refused } from './requests.ts'

const { RTM_GETNEIGHTBL, RTM_SETNEIGHTBL } = neighbourTableMessage.types
const { RTM_NEWADDRLABEL, RTM_DELADDRLABEL, RTM_GETADDRLABEL } = addressLabelMessage.types
const { RTM_GETNETCONF } = netconfMessage.types
const { RTM_GETLINK, RTM_SETLINK } = linkMessage.types
const { RTM_GETSTATS, RTM_SETSTATS } = statsRequestMessage.types
type AnyRequest = Request<any, any>
type References = Readonly<Record<string, number>>
type Row = readonly [file: string, type: number, request: AnyRequest, references?: References]
const V1 = { 'link v1': 3 }
const PORT = { 'link v1': 4, 'link br0': 2 }
const prefix = '2001:db8::/32'

describe('the bytes are those of ip', () => {
  const rows: readonly Row[] = [
    ['neighbour/table-show', RTM_GETNEIGHTBL, neighbourTable.list()],
    [
      'neighbour/table-change',
      RTM_SETNEIGHTBL,
      neighbourTable.set({
        name: 'arp_cache',
        dev: 'v1',
        baseReachableTime: 20000,
        retransTime: 900,
        gcStaleTime: 50000,
        delayProbeTime: 4000,
        queueLength: 50,
        appProbes: 1,
        unicastProbes: 2,
        multicastProbes: 4,
        anycastDelay: 500,
        proxyDelay: 700,
        proxyQueueLength: 60,
        lockTime: 800,
      }),
    ],
    [
      'neighbour/table-change-thresholds',
      RTM_SETNEIGHTBL,
      neighbourTable.set({ name: 'arp_cache', threshold1: 100, threshold2: 400, threshold3: 900, gcInterval: 20000n }),
    ],
    [
      'neighbour/table-change-inet6',
      RTM_SETNEIGHTBL,
      neighbourTable.set({ name: 'ndisc_cache', family: 'inet6', dev: 'v1', retransTime: 2000 }),
    ],
    ['address/netconf-show', RTM_GETNETCONF, netconf.list()],
    ['address/addrlabel-add', RTM_NEWADDRLABEL, addressLabel.add({ prefix, label: 99 })],
    ['address/addrlabel-add-dev', RTM_NEWADDRLABEL, addressLabel.add({ prefix, dev: 'v1', label: 98 })],
    ['address/addrlabel-show', RTM_GETADDRLABEL, addressLabel.list()],
    ['address/token-list', RTM_GETLINK, token.list()],
    ['address/token-set', RTM_SETLINK, token.set({ dev: 'v1', token: '::53' })],
    ['stats/show', RTM_GETSTATS, stats.get({ dev: 'v1' }), PORT],
    ['stats/show-link', RTM_GETSTATS, stats.get({ dev: 'v1', groups: ['link'] }), PORT],
    ['stats/show-offload', RTM_GETSTATS, stats.get({ dev: 'v1', groups: ['offload'] }), PORT],
    ['stats/show-xstats', RTM_GETSTATS, stats.get({ dev: 'br0', groups: ['xstats'] }), PORT],
    ['stats/show-xstats-slave', RTM_GETSTATS, stats.get({ dev: 'v1', groups: ['xstats_slave'] }), PORT],
    ['stats/show-all', RTM_GETSTATS, stats.list()],
    ['stats/show-afstats', RTM_GETSTATS, stats.list({ groups: ['afstats'] })],
    ['bridge/vlan-show-statistics', RTM_GETSTATS, stats.list({ groups: ['xstats_slave'] })],
    ['stats/set-l3', RTM_SETSTATS, stats.set({ dev: 'v1', l3: true }), PORT],
  ]
  test.each(rows.map(([file, ...row]) => [file, row] as const))('%s', (file, [type, request, references = V1]) => {
    const dump = request.mode === 'dump' ? NLM_F_DUMP : 0
    expect(hexText(requestBytes(request, references))).toBe(hexText(lastSent(file, type, dump)))
  })
})

describe('the bytes mean what those of ip mean', () => {
  test('address/netconf-show-inet6: ip wants an ack too', () => {
    const ours = meaning(netconfMessage, requestBytes(netconf.get({ family: 'inet6', dev: 'v1' }), V1))
    const theirs = meaning(netconfMessage, lastSent('address/netconf-show-inet6', RTM_GETNETCONF))
    expect(theirs['messageFlags']).toBe((ours['messageFlags'] as number) | NLM_F_ACK)
    expect({ ...ours, messageFlags: 0 }).toEqual({ ...theirs, messageFlags: 0 })
  })
  test('address/addrlabel-delete: the label does not matter', () => {
    const ours = meaning(addressLabelMessage, requestBytes(addressLabel.delete({ prefix })))
    const theirs = meaning(addressLabelMessage, lastSent('address/addrlabel-delete', RTM_DELADDRLABEL))
    expect(ours).toEqual({ ...theirs, label: 0 })
  })
  test('netconf of what is no device', () => {
    const says = (dev: netconf.NetconfGet['dev']) =>
      meaning(netconfMessage, requestBytes(netconf.get({ family: 'inet', dev })))['index']
    expect(says({ all: true })).toBe('all')
    expect(says({ default: true })).toBe('default')
  })
  test('a token is taken away by ::', () => {
    const b = requestBytes(token.delete('v1'), V1)
    expect(meaning(linkMessage, b)).toMatchObject({ family: 'inet6', afSpec: { inet6: { token: '::' } } })
  })
  test("parts of a device's own statistics", () => {
    const b = requestBytes(stats.list({ groups: ['offload'], offload: ['l3_stats'] }))
    expect(meaning(statsRequestMessage, b)).toMatchObject({ filter: ['offload'], filters: { offload: ['l3_stats'] } })
  })
})

test('a token is found in the link', () => {
  const found = { index: 7, afSpec: { inet6: { token: '::53' } } } as unknown as Link
  expect(token.get('v1').finish([found])).toEqual({ index: 7, token: '::53' })
  expect(token.get('v1').finish([{ index: 7 } as Link])).toBeUndefined()
})

test('flush deletes the labels that were listed', () => {
  const listed = [
    { address: '2001:db8::', prefixLength: 32, index: 3 },
    { prefixLength: 0, index: 0 },
  ] as never
  expect(addressLabel.flush(listed).map(request => hexText(requestBytes(request)))).toEqual([
    hexText(requestBytes(addressLabel.delete({ prefix, dev: 3 }))),
  ])
})

describe('refused before anything is sent', () => {
  test.each<readonly [what: string, make: () => AnyRequest, path: string, reason: string]>([
    ['a table without a name', () => neighbourTable.set({} as never), 'name', "'arp_cache' or 'ndisc_cache'"],
    ['a typo', () => neighbourTable.set({ name: 'x', lockTme: 1 } as never), 'lockTme', "did you mean 'lockTime'?"],
    ['an IPv4 label', () => addressLabel.add({ prefix: '192.0.2.0/24', label: 1 }), 'prefix', 'must be of IPv6'],
    ['an IPv4 token', () => token.set({ dev: 'v1', token: '1.2.3.4' }), 'token', 'like ::53, not 1.2.3.4'],
    ['an unknown group', () => stats.list({ groups: ['lnk' as never] }), 'groups', "did you mean 'link'?"],
    ['a word for a switch', () => stats.set({ dev: 'v1', l3: 'on' as never }), 'l3', 'must be true or false'],
    ['a family without netconf', () => netconf.get({ family: 'x' as never, dev: 1 }), 'family', 'inet, inet6, mpls'],
    ['a device that is none', () => netconf.get({ family: 'inet', dev: { al: true } as never }), 'al', 'did you mean'],
  ])('%s', (_what, make, path, reason) => {
    const error = refused(() => requestBytes(make(), V1))
    expect(error.path.join('.')).toBe(path)
    expect(error.message).toContain(reason)
  })
})
