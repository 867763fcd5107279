// Requests about forwarding databases, VLANs, multicast databases and VNIs: the bytes of `bridge` for the same intent,
// and what is refused before anything is sent.
import { describe, expect, test } from 'vitest'
import { type Request, requestBytes } from '../../src/netlink/request.ts'
import { hexText } from '../../src/netlink/text.ts'
import * as bridgePort from '../../src/ops/bridge-port.ts'
import * as bridgeVlan from '../../src/ops/bridge-vlan.ts'
import * as fdb from '../../src/ops/fdb.ts'
import * as mdb from '../../src/ops/mdb.ts'
import * as vni from '../../src/ops/vni.ts'
import { bridgeVlanMessage, bridgeVlanRequestMessage } from '../../src/route/bridge-vlan.ts'
import { linkMessage } from '../../src/route/link.ts'
import { mdbMessage, mdbRequestMessage } from '../../src/route/mdb.ts'
import { neighbourMessage } from '../../src/route/neighbour.ts'
import { tunnelMessage } from '../../src/route/tunnel.ts'
import { lastSent } from './fixture.ts'
import { meaning, refused } from './requests.ts'

const { RTM_NEWNEIGH, RTM_DELNEIGH, RTM_GETNEIGH } = neighbourMessage.types
const { RTM_NEWMDB, RTM_DELMDB, RTM_GETMDB } = mdbMessage.types
const { RTM_NEWTUNNEL, RTM_DELTUNNEL, RTM_GETTUNNEL } = tunnelMessage.types
const { RTM_DELLINK, RTM_GETLINK, RTM_SETLINK } = linkMessage.types
const { RTM_NEWVLAN } = bridgeVlanMessage.types
const { RTM_GETVLAN } = bridgeVlanRequestMessage.types
type AnyRequest = Request<any, any>
type Row = readonly [file: string, type: number, request: AnyRequest]
const LINKS = { 'link v1': 4, 'link br0': 2, 'link vx0': 2, 'link lo': 1 }
const on = { dev: 'v1', address: '02:00:00:00:00:20' } as const
const vx = { dev: 'vx0', address: '02:00:00:00:00:20' } as const
const group = { dev: 'br0', port: 'v1', group: '239.1.1.1' } as const

describe('the bytes are those of bridge', () => {
  test.each<Row>([
    ['bridge/fdb-add-self', RTM_NEWNEIGH, fdb.add({ ...on, flags: ['self'], state: 'permanent' })],
    ['bridge/fdb-add-self', RTM_NEWNEIGH, fdb.add(on)],
    ['bridge/fdb-add-master', RTM_NEWNEIGH, fdb.add({ ...on, flags: ['master'], state: 'static' })],
    ['bridge/fdb-add-dynamic', RTM_NEWNEIGH, fdb.add({ ...on, flags: ['master', 'extern_learn'], state: 'dynamic' })],
    ['bridge/fdb-add-sticky', RTM_NEWNEIGH, fdb.add({ ...on, flags: ['master', 'sticky'], state: 'static' })],
    ['bridge/fdb-add-vlan', RTM_NEWNEIGH, fdb.add({ ...on, flags: ['master'], state: 'static', vlan: 7 })],
    [
      'bridge/fdb-add-vxlan',
      RTM_NEWNEIGH,
      fdb.add({ ...vx, dst: '192.0.2.7', port: 4790, vni: 101, sourceVni: 100, via: 'lo' }),
    ],
    [
      'bridge/fdb-append-vxlan',
      RTM_NEWNEIGH,
      fdb.append({ dev: 'vx0', address: '00:00:00:00:00:00', dst: '192.0.2.8' }),
    ],
    ['bridge/fdb-add-nhid', RTM_NEWNEIGH, fdb.add({ ...vx, nexthopId: 10 })],
    ['bridge/fdb-replace', RTM_NEWNEIGH, fdb.replace({ ...on, flags: ['master'], state: 'static' })],
    ['bridge/fdb-delete', RTM_DELNEIGH, fdb.delete({ ...on, flags: ['master'] })],
    ['bridge/fdb-get', RTM_GETNEIGH, fdb.get({ address: on.address, bridge: 'br0' })],
    ['bridge/fdb-show', RTM_GETNEIGH, fdb.list()],
    ['bridge/fdb-show-br', RTM_GETNEIGH, fdb.list({ bridge: 'br0' })],
    ['bridge/fdb-show-dev', RTM_GETNEIGH, fdb.list({ dev: 'v1' })],
    ['bridge/fdb-flush', RTM_DELNEIGH, fdb.flush({ dev: 'br0', permanent: false })],

    [
      'bridge/link-set',
      RTM_SETLINK,
      bridgePort.set({
        dev: 'v1',
        data: {
          guard: true,
          hairpin: true,
          fastLeave: true,
          rootBlock: false,
          flood: true,
          mcastRouter: 1,
          mcastFlood: true,
          bcastFlood: true,
          mcastToUnicast: false,
          learning: true,
          cost: 10,
          priority: 5,
          state: 'forwarding',
          neighSuppress: false,
          isolated: false,
          locked: false,
        },
      }),
    ],
    ['bridge/link-set-self', RTM_SETLINK, bridgePort.set({ dev: 'v1', mode: 'veb', for: ['self'] })],
    ['bridge/link-set-state', RTM_SETLINK, bridgePort.set({ dev: 'v1', data: { state: 'listening' } })],
    ['bridge/link-show', RTM_GETLINK, bridgePort.list()],

    ['bridge/vlan-add', RTM_SETLINK, bridgeVlan.add({ dev: 'v1', vid: 10, pvid: true, untagged: true })],
    ['bridge/vlan-add-range', RTM_SETLINK, bridgeVlan.add({ dev: 'v1', vid: [10, 20], for: ['master'] })],
    ['bridge/vlan-add-tunnel', RTM_SETLINK, bridgeVlan.add({ dev: 'v1', vid: 10, tunnelId: 1000 })],
    ['bridge/vlan-delete', RTM_DELLINK, bridgeVlan.delete({ dev: 'br0', vid: 10, for: ['self'] })],
    ['bridge/vlan-set', RTM_NEWVLAN, bridgeVlan.set({ dev: 'v1', vid: 10, state: 'forwarding', mcastRouter: 'perm' })],
    [
      'bridge/vlan-global-set',
      RTM_NEWVLAN,
      bridgeVlan.setGlobal({ dev: 'br0', vid: 10, mcastSnooping: true, mcastQuerier: true, mcastIgmpVersion: 3 }),
    ],
    ['bridge/vlan-show', RTM_GETLINK, bridgeVlan.listPorts()],
    ['bridge/vlan-global-show', RTM_GETVLAN, bridgeVlan.listGlobal()],

    ['bridge/mdb-add', RTM_NEWMDB, mdb.add({ ...group, state: 'permanent' })],
    ['bridge/mdb-add-inet6', RTM_NEWMDB, mdb.add({ ...group, group: 'ff05::7' })],
    ['bridge/mdb-add-mac', RTM_NEWMDB, mdb.add({ ...group, group: '01:00:5e:7f:00:07', state: 'permanent' })],
    ['bridge/mdb-add-source', RTM_NEWMDB, mdb.add({ ...group, source: '192.0.2.7', state: 'permanent' })],
    ['bridge/mdb-delete', RTM_DELMDB, mdb.delete(group)],
    ['bridge/mdb-show', RTM_GETMDB, mdb.list()],

    ['bridge/vni-add', RTM_NEWTUNNEL, vni.add({ dev: 'vx0', vnis: [[100, 110]], group: '192.0.2.7' })],
    ['bridge/vni-delete', RTM_DELTUNNEL, vni.delete({ dev: 'vx0', vnis: [100] })],
    ['bridge/vni-show', RTM_GETTUNNEL, vni.list()],
    ['bridge/vni-show-vxlan', RTM_GETTUNNEL, vni.list({ statistics: true })],
  ])('%s', (file, type, request) => expect(hexText(requestBytes(request, LINKS))).toBe(hexText(lastSent(file, type))))
})

// Of what iproute2 6.1 has no words for, or this iproute2 was not captured with: what the bytes say.
describe('requests without a fixture', () => {
  const says = (request: AnyRequest): Record<string, unknown> => meaning(request.message, requestBytes(request, LINKS))

  test('an fdb entry that tells when it goes quiet', () =>
    expect(says(fdb.replace({ ...on, activity: ['activity_notify', 'inactive'], dontRefresh: true }))).toMatchObject({
      messageFlags: 0x505,
      fdbExt: { activityNotify: ['activity_notify', 'inactive'], dontRefresh: true },
    }))
  test.each<readonly [options: Partial<fdb.FdbFlush>, says: object]>([
    [{ permanent: true }, { state: ['permanent'], stateMask: ['permanent'] }],
    [{ static: true }, { state: ['noarp'], stateMask: ['noarp', 'permanent'] }],
    [{ static: false }, { state: [], stateMask: ['noarp'] }],
    [{ dynamic: true }, { state: [], stateMask: ['noarp', 'permanent'] }],
    [{ dynamic: false }, { state: ['noarp'], stateMask: ['noarp'] }],
    [
      { permanent: true, dynamic: true },
      { state: [], stateMask: ['noarp', 'permanent'] },
    ],
    [
      { sticky: true, externLearn: false },
      { flags: ['self', 'sticky'], flagsMask: ['extern_learn', 'sticky'] },
    ],
    [
      { addedByUser: true, flags: ['master'] },
      { flags: ['use', 'master'], flagsMask: ['use'] },
    ],
    [
      { brport: 'v1', vlan: 7 },
      { viaIndex: 4, vlan: 7 },
    ],
  ])('fdb flush %j', (options, expected) =>
    expect(says(fdb.flush({ dev: 'br0', ...options }))).toMatchObject({ messageFlags: 0x205, ...expected }),
  )
  test('a range of VLANs on a range of tunnels', () =>
    expect(says(bridgeVlan.add({ dev: 'v1', vid: [10, 12], tunnelId: [1000, 1002] }))['afSpec']).toEqual({
      vlanTunnels: [
        { id: 1000, vid: 10, flags: ['range_begin'] },
        { id: 1002, vid: 12, flags: ['range_end'] },
      ],
    }))
  test('options of a range of VLANs', () =>
    expect(says(bridgeVlan.set({ dev: 'v1', vid: [10, 12], neighSuppress: true, mcastMaxGroups: 9 }))).toMatchObject({
      entries: [{ info: { flags: ['only_opts'], vid: 10 }, range: 12, neighSuppress: true, mcastMaxGroups: 9 }],
    }))
  test('VLANs with their statistics', () =>
    expect(says(bridgeVlan.list({ dev: 'v1', statistics: true }))).toMatchObject({ index: 4, flags: ['stats'] }))
  test('a group with sources, and one through a VXLAN', () => {
    expect(
      says(
        mdb.replace({
          ...group,
          vid: 7,
          filterMode: 'include',
          sources: ['192.0.2.1', '192.0.2.2'],
          protocol: 'zebra',
        }),
      ),
    ).toMatchObject({
      messageFlags: 0x505,
      entry: { index: 4, state: 'temp', vid: 7, group: '239.1.1.1' },
      attributes: {
        groupMode: 'include',
        sources: { entries: [{ address: '192.0.2.1' }, { address: '192.0.2.2' }] },
        protocol: 'zebra',
      },
    })
    expect(
      says(
        mdb.add({
          ...group,
          dev: 'vx0',
          port: 'vx0',
          dst: '198.51.100.1',
          dstPort: 4790,
          vni: 7,
          sourceVni: 8,
          via: 'lo',
        }),
      ),
    ).toMatchObject({ attributes: { dst: '198.51.100.1', dstPort: 4790, vni: 7, sourceVni: 8, viaIndex: 1 } })
  })
  test('one group asked for', () => {
    const request = mdb.get({ dev: 'br0', group: '239.1.1.1', source: '192.0.2.7' })
    expect(request.message).toBe(mdbRequestMessage)
    expect(says(request)).toMatchObject({
      index: 2,
      entry: { index: 0, group: '239.1.1.1' },
      attributes: { source: '192.0.2.7' },
    })
  })
  test('several VNIs', () =>
    expect(says(vni.add({ dev: 'vx0', vnis: [1, [3, 5]], group: 'ff05::1' }))['entries']).toEqual([
      { start: 1, group6: 'ff05::1' },
      { start: 3, end: 5, group6: 'ff05::1' },
    ]))
})

describe('refused before anything is sent', () => {
  test.each<readonly [what: string, make: () => AnyRequest, path: string, reason: string]>([
    [
      'a nexthop and a destination',
      () => fdb.add({ ...vx, nexthopId: 1, dst: '192.0.2.1' }),
      'nexthopId',
      'in place of',
    ],
    ['an unknown state', () => fdb.add({ ...on, state: 'x' as never }), 'state', "'x' is no state; one of: permanent"],
    ['a bad MAC address', () => fdb.add({ ...on, address: 'x' }), 'linkLayerAddress', "not 'x'"],
    ['a word for a pair', () => fdb.flush({ dev: 'br0', static: 'no' as never }), 'static', 'must be true or false'],
    ['neither a device nor a bridge', () => fdb.get({ address: on.address }), 'dev', 'a device or a bridge is needed'],
    ['a VLAN over 4095', () => bridgeVlan.add({ dev: 'v1', vid: 4096 }), 'vid', 'up to 4095, or [first, last]'],
    ['a range from above', () => bridgeVlan.add({ dev: 'v1', vid: [9, 8] }), 'vid', 'not 9,8'],
    ['a PVID of a range', () => bridgeVlan.add({ dev: 'v1', vid: [8, 9], pvid: true }), 'pvid', 'for one VLAN'],
    ['too few tunnels', () => bridgeVlan.add({ dev: 'v1', vid: [8, 9], tunnelId: 3 }), 'tunnelId', 'as many'],
    ['no group', () => mdb.add({ ...group, group: 'x' }), 'group', 'must be an IPv4, IPv6 or MAC address, not x'],
    ['no VNIs', () => vni.add({ dev: 'vx0', vnis: [] }), 'vnis', 'must be a list'],
    ['a typo', () => mdb.add({ ...group, grp: 'x' } as never), 'grp', 'is no option of mdb.add'],
  ])('%s', (_what, make, path, reason) => {
    const error = refused(() => requestBytes(make(), LINKS))
    expect(error.path.join('.')).toBe(path)
    expect(error.message).toContain(reason)
  })
})
