// Bridges as calls of the library: forwarding and multicast databases, VLANs, ports, VNIs.
import type { Fields } from '../../../netlink/codec.ts'
import * as bridgePort from '../../../ops/bridge-port.ts'
import * as bridgeVlan from '../../../ops/bridge-vlan.ts'
import * as fdb from '../../../ops/fdb.ts'
import * as mdb from '../../../ops/mdb.ts'
import * as vni from '../../../ops/vni.ts'
import { type Mappings, type Reversal, row, same, silent } from './row.ts'

const PLACE: Mappings = { index: 'dev', ...silent('family') }

// ── forwarding databases ───────────────────────────────────────────────────

const FDB: Mappings = {
  ...same('dst', 'vlan', 'nexthopId', 'port', 'vni', 'sourceVni'),
  linkLayerAddress: 'address',
  viaIndex: 'via',
  fdbExt: ({ activityNotify, dontRefresh }: Fields) => ({ activity: activityNotify, dontRefresh }),
}
const FDB_PLACE: Mappings = { ...PLACE, ...same('flags') }
const FDB_HEADER: Mappings = { ...FDB_PLACE, state: (words: readonly unknown[]) => ({ state: stateOf(words) }) }

function stateOf(words: readonly unknown[]): string {
  if (words.includes('permanent')) return 'permanent'
  return words.includes('noarp') ? 'static' : 'dynamic'
}

/** NDM_* masks of a flush: a state that counts, and whether it must be there. */
const FLUSHED: Mappings = {
  ...same('vlan', 'sourceVni', 'nexthopId', 'vni', 'port', 'dst'),
  viaIndex: 'brport',
  stateMask(counts: readonly unknown[], { header }) {
    const set = (header['state'] ?? []) as readonly unknown[]
    if (!counts.includes('noarp')) return { permanent: set.includes('permanent') }
    return counts.includes('permanent')
      ? { [set.includes('noarp') ? 'static' : 'dynamic']: true }
      : { [set.includes('noarp') ? 'dynamic' : 'static']: false }
  },
  flagsMask: (words: readonly string[], { header }) =>
    Object.fromEntries(
      words.map(word => [FLAGS[word] ?? word, ((header['flags'] ?? []) as readonly unknown[]).includes(word)]),
    ),
}
const FLAGS: Readonly<Record<string, string>> = {
  use: 'addedByUser',
  extern_learn: 'externLearn',
  sticky: 'sticky',
  offload: 'offloaded',
  router: 'router',
}
const FLUSH_HEADER: Mappings = {
  ...PLACE,
  ...silent('state'),
  flags: (flags: readonly unknown[]) => ({ flags: flags.filter(flag => flag === 'self' || flag === 'master') }),
}

// ── multicast databases ────────────────────────────────────────────────────

const MDB: Mappings = {
  entry: ({ index: port, state, vid, group }: Fields) => ({ port, group, vid, state }),
  attributes: ({ sources, groupMode, viaIndex, ...others }: Fields) => ({
    ...others,
    sources: (sources as { readonly entries?: readonly Fields[] } | undefined)?.entries?.map(({ address }) => address),
    filterMode: groupMode,
    via: viaIndex,
  }),
}
/** A question and a deletion have no state. */
const MDB_PLACE: Mappings = {
  ...MDB,
  entry: ({ index, vid, group }: Fields) => ({ ...(index ? { port: index } : {}), group, vid }),
}

// ── VLANs and VNIs ─────────────────────────────────────────────────────────

interface VlanSpec {
  readonly flags?: readonly unknown[]
  readonly vlans?: readonly Fields[]
  readonly vlanTunnels?: readonly Fields[]
}

/** One number, or the first and the last. */
const range = (numbers: readonly unknown[]): unknown =>
  numbers.length === 1 ? numbers[0] : [numbers[0], numbers.at(-1)]

const VLAN: Mappings = {
  afSpec({ flags: whom, vlans, vlanTunnels }: VlanSpec) {
    const entries = vlans ?? vlanTunnels ?? []
    const flags = (vlans?.[0]?.['flags'] ?? []) as readonly unknown[]
    return {
      vid: range(entries.map(({ vid }) => vid)),
      pvid: flags.includes('pvid') || undefined,
      untagged: flags.includes('untagged') || undefined,
      tunnelId: vlanTunnels && range(vlanTunnels.map(({ id }) => id)),
      for: whom,
    }
  },
}
const vid = (first: unknown, last: unknown): unknown => (last === undefined ? first : [first, last])

const VLAN_SETTINGS: Mappings = {
  entries([entry]: readonly Fields[]) {
    const { info, range: last, ...settings } = entry!
    return { vid: vid((info as Fields)['vid'], last), ...settings }
  },
}
const GLOBAL_VLAN_SETTINGS: Mappings = {
  globalOptions([entry]: readonly Fields[]) {
    const { id, range: last, ...settings } = entry!
    return { vid: vid(id, last), ...settings }
  },
}
const VLANS: Mappings = {
  flags: (flags: readonly unknown[]) => ({ statistics: flags.includes('stats') || undefined }),
}

const VNI: Mappings = {
  entries: (entries: readonly Fields[]) => ({
    vnis: entries.map(({ start, end }) => vid(start, end)),
    group: entries[0]?.['group'] ?? entries[0]?.['group6'],
  }),
}

export const BRIDGES: readonly Reversal[] = [
  row('fdb.add', fdb.add, ['RTM_NEWNEIGH', 'excl|create'], FDB, FDB_HEADER),
  row('fdb.append', fdb.append, ['RTM_NEWNEIGH', 'create|append'], FDB, FDB_HEADER),
  row('fdb.replace', fdb.replace, ['RTM_NEWNEIGH', 'replace|create'], FDB, FDB_HEADER),
  row('fdb.delete', fdb.delete, ['RTM_DELNEIGH', ''], FDB, { ...FDB_PLACE, ...silent('state') }),
  row('fdb.get', fdb.get, ['RTM_GETNEIGH', ''], { ...FDB, master: 'bridge' }, FDB_PLACE),
  row('fdb.list', fdb.list, ['RTM_GETNEIGH', 'dump'], { master: 'bridge' }, PLACE),
  row('fdb.flush', fdb.flush, ['RTM_DELNEIGH', 'bulk'], FLUSHED, FLUSH_HEADER),
  row('mdb.add', mdb.add, ['RTM_NEWMDB', 'excl|create'], MDB, PLACE),
  row('mdb.replace', mdb.replace, ['RTM_NEWMDB', 'replace|create'], MDB, PLACE),
  row('mdb.delete', mdb.delete, ['RTM_DELMDB', ''], MDB_PLACE, PLACE),
  row('mdb.get', mdb.get, ['RTM_GETMDB', ''], MDB_PLACE, PLACE),
  row('mdb.list', mdb.list, ['RTM_GETMDB', 'dump'], {}, silent('family')),
  row('bridgeVlan.add', bridgeVlan.add, ['RTM_SETLINK', ''], VLAN, PLACE),
  row('bridgeVlan.delete', bridgeVlan.delete, ['RTM_DELLINK', ''], VLAN, PLACE),
  row('bridgeVlan.set', bridgeVlan.set, ['RTM_NEWVLAN', ''], VLAN_SETTINGS, PLACE),
  row('bridgeVlan.setGlobal', bridgeVlan.setGlobal, ['RTM_NEWVLAN', ''], GLOBAL_VLAN_SETTINGS, PLACE),
  row('bridgeVlan.list', bridgeVlan.list, ['RTM_GETVLAN', 'dump'], VLANS, PLACE),
  row('bridgeVlan.listGlobal', bridgeVlan.listGlobal, ['RTM_GETVLAN', 'dump'], silent('flags'), PLACE),
  {
    ...{ call: 'bridgeVlan.listPorts', type: 'RTM_GETLINK', flags: 'dump', make: bridgeVlan.listPorts },
    arguments({ attributes }) {
      const mask = (attributes['extMask'] ?? []) as readonly unknown[]
      return [{ compressed: mask.includes('brvlan_compressed') || undefined }]
    },
  },
  {
    ...{ call: 'bridgePort.set', type: 'RTM_SETLINK', flags: '', make: bridgePort.set },
    arguments({ header, attributes: { protInfo, afSpec } }) {
      const { flags, mode } = (afSpec ?? {}) as Fields
      return [{ dev: header['index'], data: protInfo, mode, for: flags }]
    },
  },
  row('bridgePort.list', bridgePort.list, ['RTM_GETLINK', 'dump'], {}, silent('family')),
  row('vni.add', vni.add, ['RTM_NEWTUNNEL', ''], VNI, PLACE),
  row('vni.delete', vni.delete, ['RTM_DELTUNNEL', ''], VNI, PLACE),
  row(
    'vni.list',
    vni.list,
    ['RTM_GETTUNNEL', 'dump'],
    {},
    {
      ...PLACE,
      flags: (flags: readonly unknown[]) => ({ statistics: flags.includes('stats') }),
    },
  ),
]
