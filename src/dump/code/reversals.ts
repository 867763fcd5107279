// Which function of the library makes a message: for each, the message type and flags that it is for, and how its
// options follow from the message. Only a proposal: code.ts calls the function and keeps what makes the same bytes, so
// a row need not know every default. A new op is a row here.
import type { Fields } from '../../netlink/codec.ts'
import type { Request } from '../../netlink/request.ts'
import * as address from '../../ops/address.ts'
import * as link from '../../ops/link.ts'
import * as neighbour from '../../ops/neighbour.ts'
import * as nexthop from '../../ops/nexthop.ts'
import * as nsid from '../../ops/nsid.ts'
import * as route from '../../ops/route.ts'
import * as rule from '../../ops/rule.ts'

/** A message, its header apart from its attributes (in the order in which they were sent). */
export interface Asked {
  readonly header: Fields
  readonly attributes: Fields
}

export interface Reversal {
  /** `link.add`; its first word is what is imported. */
  readonly call: string
  /** RTM_NEWLINK */
  readonly type: string
  /** Words beside request, ack and multi; '' for none. */
  readonly flags: string
  /** Its arguments; undefined where it cannot be meant. The last one, an object, is made as small as it can be. */
  arguments(asked: Asked): readonly unknown[] | undefined
  make(...args: any[]): Request<unknown, any>
}

/** How an attribute or a header field becomes an option: under another key, as other values, or not at all. */
type Mapping = string | ((value: any, asked: Asked) => Fields) | undefined
type Mappings = Readonly<Record<string, Mapping>>

/** The options of what is there, in order; undefined where something has no mapping. */
function optionsOf(fields: Fields, mappings: Mappings, asked: Asked): Fields | undefined {
  const options: Fields = {}
  for (const [key, value] of Object.entries(fields)) {
    if (!(key in mappings)) return undefined
    const mapping = mappings[key]
    if (mapping !== undefined)
      Object.assign(options, typeof mapping === 'string' ? { [mapping]: value } : mapping(value, asked))
  }
  return options
}

/** Attributes that are options of the same name. */
const same = (...keys: readonly string[]): Mappings => Object.fromEntries(keys.map(key => [key, key]))
/** What other mappings read. */
const silent = (...keys: readonly string[]): Mappings => Object.fromEntries(keys.map(key => [key, undefined]))

/** A reversal whose one argument is made of attributes and header; `zeros` are options that header fields left at zero mean. */
function row(
  call: string,
  make: Reversal['make'],
  [type, flags]: readonly [type: string, flags: string],
  attributes: Mappings,
  header: Mappings,
  zeros: Fields = {},
): Reversal {
  return {
    ...{ call, type, flags, make },
    arguments(asked) {
      const first = optionsOf(asked.attributes, attributes, asked)
      const second = optionsOf(asked.header, header, asked)
      return first && second && [{ ...zeros, ...first, ...second }]
    },
  }
}

/** `192.0.2.0/24` of an address and the length that the header has. */
const prefix =
  (option: string, lengthKey: string): Mapping =>
  (value: unknown, { header }: Asked) => ({
    [option]: typeof value === 'string' ? `${value}/${header[lengthKey] ?? 0}` : value,
  })
const hasFlags =
  (...words: readonly string[]): Mapping =>
  (value: readonly unknown[]) =>
    Object.fromEntries(words.filter(word => value.includes(word)).map(word => [word, true]))

// ── links ──────────────────────────────────────────────────────────────────

/** IFF_* and the option that they are; `false` where the flag means that it is off. */
const LINK_FLAGS = [
  ['up', 'up', true],
  ['noarp', 'arp', false],
  ['multicast', 'multicast', true],
  ['allmulti', 'allMulticast', true],
  ['promisc', 'promiscuous', true],
  ['dynamic', 'dynamic', true],
] as const

function linkFlags({ flags, change }: Fields): Fields {
  const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
  return Object.fromEntries(
    LINK_FLAGS.filter(([flag]) => list(change).includes(flag)).map(([flag, option, when]) => [
      option,
      list(flags).includes(flag) === when,
    ]),
  )
}

const LINK_SETTINGS: Mappings = {
  ...same('mtu', 'address', 'broadcast', 'txQueueLength', 'group', 'alias', 'carrier', 'protoDown', 'name', 'link'),
  ...{ numTxQueues: 'txQueues', numRxQueues: 'rxQueues' },
  master: (index: number) => ({ master: index === 0 ? null : index }),
  netnsFd: (fd: number) => ({ netns: { fd } }),
  netnsPid: (pid: number) => ({ netns: { pid } }),
}
const LINK_HEADER: Mappings = { ...silent('flags', 'change') }

interface LinkInfo {
  readonly kind?: string
  readonly data?: Fields & { readonly peer?: Asked }
  readonly slaveKind?: string
  readonly slaveData?: Fields
}

/** The kind and its options; a pair's other end becomes `peer`. */
function newKind({ kind, data }: LinkInfo): Fields {
  if (!data || data instanceof Uint8Array) return { kind, data }
  const { peer, ...rest } = data
  const other = peer && optionsOf(peer.attributes, LINK_SETTINGS, peer)
  return {
    kind,
    data: Object.keys(rest).length > 0 ? rest : undefined,
    peer: other && { ...other, ...linkFlags(peer.header) },
  }
}

const changedKind = ({ kind, data, slaveKind, slaveData }: LinkInfo): Fields => ({
  ...{ kind, data },
  port: slaveKind === undefined ? undefined : { kind: slaveKind, data: slaveData },
})

/** The index in the header, and what is set. */
const ofLink = (make: Reversal['make'], call: string, type: string): Reversal => ({
  ...{ call, type, flags: '', make },
  arguments(asked) {
    const { index, ...header } = asked.header
    const options = optionsOf(asked.attributes, { ...LINK_SETTINGS, linkInfo: changedKind }, asked)
    return index && options && optionsOf(header, LINK_HEADER, asked)
      ? [index, { ...options, ...linkFlags(header) }]
      : undefined
  },
})

const LINKS: readonly Reversal[] = [
  {
    ...{ call: 'link.add', type: 'RTM_NEWLINK', flags: 'excl|create', make: link.add },
    arguments(asked) {
      const options = optionsOf(asked.attributes, { ...LINK_SETTINGS, linkInfo: newKind }, asked)
      const header = optionsOf(asked.header, { ...LINK_HEADER, index: 'index' }, asked)
      return options && header && [{ ...options, ...header, ...linkFlags(asked.header) }]
    },
  },
  ofLink(link.set, 'link.set', 'RTM_NEWLINK'),
  ofLink(link.set, 'link.set', 'RTM_SETLINK'),
  {
    ...{ call: 'link.delete', type: 'RTM_DELLINK', flags: '', make: link.delete },
    arguments: ({ header }) => (header['index'] ? [header['index']] : undefined),
  },
  {
    ...{ call: 'link.get', type: 'RTM_GETLINK', flags: '', make: link.get },
    arguments: ({ header, attributes }) => [attributes['name'] ?? attributes['altName'] ?? header['index']],
  },
  {
    ...{ call: 'link.list', type: 'RTM_GETLINK', flags: 'dump', make: link.list },
    arguments: ({ attributes }) => [
      {
        master: attributes['master'],
        kind: (attributes['linkInfo'] as LinkInfo | undefined)?.kind,
        statistics: !(attributes['extMask'] as readonly unknown[] | undefined)?.includes('skip_stats'),
      },
    ],
  },
]

// ── addresses ──────────────────────────────────────────────────────────────

const ADDRESS: Mappings = {
  ...same('label', 'broadcast', 'flags'),
  local: prefix('address', 'prefixLength'),
  address: (value: string, { header, attributes }: Asked) =>
    attributes['local'] === undefined
      ? { address: `${value}/${header['prefixLength']}` }
      : attributes['local'] === value
        ? {}
        : { address: attributes['local'], peer: `${value}/${header['prefixLength']}` },
  routePriority: 'metric',
  cacheInfo: ({ valid, preferred }) => ({ validLifetime: valid, preferredLifetime: preferred }),
}
const ADDRESS_HEADER: Mappings = { ...silent('family', 'prefixLength', 'flags'), index: 'dev', scope: 'scope' }

const ADDRESSES: readonly Reversal[] = [
  row('address.add', address.add, ['RTM_NEWADDR', 'excl|create'], ADDRESS, ADDRESS_HEADER),
  row('address.replace', address.replace, ['RTM_NEWADDR', 'replace|create'], ADDRESS, ADDRESS_HEADER),
  row('address.change', address.change, ['RTM_NEWADDR', 'replace'], ADDRESS, ADDRESS_HEADER),
  row('address.delete', address.delete, ['RTM_DELADDR', ''], ADDRESS, { ...ADDRESS_HEADER, ...silent('scope') }),
  row('address.list', address.list, ['RTM_GETADDR', 'dump'], {}, { family: 'family', index: 'dev' }),
]

// ── neighbours ─────────────────────────────────────────────────────────────

const NEIGHBOUR: Mappings = {
  ...same('linkLayerAddress', 'protocol'),
  dst: 'address',
  extFlags: (flags, { header }) => ({ flags: [...((header['flags'] as string[]) ?? []), ...flags] }),
}
const NEIGHBOUR_HEADER: Mappings = {
  ...silent('family', 'type'),
  index: 'dev',
  state: ([state]) => ({ state }),
  flags: (flags, { attributes }) => (attributes['extFlags'] ? {} : { flags }),
}

const NO_STATE: Fields = { state: 'none' }

const NEIGHBOURS: readonly Reversal[] = [
  row('neighbour.add', neighbour.add, ['RTM_NEWNEIGH', 'excl|create'], NEIGHBOUR, NEIGHBOUR_HEADER, NO_STATE),
  row(
    'neighbour.replace',
    neighbour.replace,
    ['RTM_NEWNEIGH', 'replace|create'],
    NEIGHBOUR,
    NEIGHBOUR_HEADER,
    NO_STATE,
  ),
  row('neighbour.change', neighbour.change, ['RTM_NEWNEIGH', 'replace'], NEIGHBOUR, NEIGHBOUR_HEADER, NO_STATE),
  row(
    'neighbour.delete',
    neighbour.delete,
    ['RTM_DELNEIGH', ''],
    { dst: 'address' },
    {
      ...NEIGHBOUR_HEADER,
      ...silent('state', 'flags'),
    },
  ),
]

// ── routes, rules, nexthops ────────────────────────────────────────────────

const WAY: Mappings = {
  ...{ gateway: 'via', via: 'via', oif: 'dev', index: 'dev', flow: 'realms', newDst: 'as', weight: 'weight' },
  encapType: (type, { attributes }) => ({ encap: { type, ...(attributes['encap'] as Fields | undefined) } }),
  encap: undefined,
}
const ROUTE: Mappings = {
  ...WAY,
  ...same('metrics', 'nexthopId', 'expires', 'pref', 'table'),
  dst: prefix('dst', 'dstLength'),
  src: prefix('from', 'srcLength'),
  prefsrc: 'src',
  priority: 'metric',
  multipath: (hops: readonly Fields[]) => ({
    nexthops: hops.map(({ flags, ...hop }) => ({
      ...optionsOf(hop, WAY, { header: {}, attributes: hop }),
      ...(hasFlags('onlink', 'pervasive') as (value: unknown) => Fields)(flags ?? []),
    })),
  }),
  ttlPropagate: (on: number) => ({ ttlPropagate: on === 1 }),
}
const ROUTE_HEADER: Mappings = {
  ...same('family', 'type', 'tos', 'protocol', 'scope'),
  ...silent('dstLength', 'srcLength'),
  table: (table, { attributes }) => (attributes['table'] === undefined ? { table } : {}),
  flags: hasFlags('onlink', 'pervasive'),
}

/** A route without a destination is a default route. */
const ROUTE_ZEROS: Fields = { dst: 'default', scope: 'global', protocol: 'unspec', type: 'unspec' }
const routeRow = (call: string, make: Reversal['make'], flags: string): Reversal =>
  row(call, make, [call === 'route.delete' ? 'RTM_DELROUTE' : 'RTM_NEWROUTE', flags], ROUTE, ROUTE_HEADER, ROUTE_ZEROS)

const RULE: Mappings = {
  ...same('priority', 'iif', 'oif', 'fwmark', 'fwmask', 'uidRange', 'ipProtocol', 'sourcePorts', 'destinationPorts'),
  ...same('tunnelId', 'dscp', 'dscpMask', 'flowLabel', 'flowLabelMask', 'table', 'goto', 'suppressPrefixLength'),
  ...same('suppressIfgroup', 'protocol'),
  src: prefix('from', 'srcLength'),
  dst: prefix('to', 'dstLength'),
  flow: 'realms',
  l3mdev: (on: number) => ({ l3mdev: on === 1 }),
}
const RULE_HEADER: Mappings = {
  ...same('family', 'tos', 'action'),
  ...silent('srcLength', 'dstLength'),
  table: (table, { attributes }) => (attributes['table'] === undefined ? { table } : {}),
  flags: hasFlags('not'),
}

const USER_HZ = 100
const NEXTHOP: Mappings = {
  ...WAY,
  ...same('id', 'blackhole', 'fdb', 'group'),
  groupType: 'type',
  resilientGroup: ({ buckets, idleTimer, unbalancedTimer }) => ({
    buckets,
    idleTimer: idleTimer === undefined ? undefined : idleTimer / USER_HZ,
    unbalancedTimer: unbalancedTimer === undefined ? undefined : unbalancedTimer / USER_HZ,
  }),
  hwStatsEnable: (on: number) => ({ hardwareStatistics: on === 1 }),
}
const NEXTHOP_HEADER: Mappings = { ...same('family', 'protocol'), ...silent('scope'), flags: hasFlags('onlink') }

const ROUTING: readonly Reversal[] = [
  routeRow('route.add', route.add, 'excl|create'),
  routeRow('route.append', route.append, 'create|append'),
  routeRow('route.prepend', route.prepend, 'create'),
  routeRow('route.change', route.change, 'replace'),
  routeRow('route.replace', route.replace, 'replace|create'),
  routeRow('route.test', route.test, 'excl'),
  routeRow('route.delete', route.delete, ''),
  row('rule.add', rule.add, ['RTM_NEWRULE', 'excl|create'], RULE, RULE_HEADER),
  row('rule.delete', rule.delete, ['RTM_DELRULE', ''], RULE, RULE_HEADER),
  row('nexthop.add', nexthop.add, ['RTM_NEWNEXTHOP', 'excl|create'], NEXTHOP, NEXTHOP_HEADER),
  row('nexthop.replace', nexthop.replace, ['RTM_NEWNEXTHOP', 'replace|create'], NEXTHOP, NEXTHOP_HEADER),
  {
    ...{ call: 'nexthop.delete', type: 'RTM_DELNEXTHOP', flags: '', make: nexthop.delete },
    arguments: ({ attributes }) => [attributes['id']],
  },
  {
    ...{ call: 'nexthop.get', type: 'RTM_GETNEXTHOP', flags: '', make: nexthop.get },
    arguments: ({ attributes }) => [attributes['id']],
  },
  row(
    'route.list',
    route.list,
    ['RTM_GETROUTE', 'dump'],
    { oif: 'dev', ...same('table') },
    {
      ...same('family', 'protocol', 'type', 'table'),
    },
  ),
  row('rule.list', rule.list, ['RTM_GETRULE', 'dump'], {}, same('family')),
  row(
    'neighbour.list',
    neighbour.list,
    ['RTM_GETNEIGH', 'dump'],
    { viaIndex: 'dev', master: 'master' },
    same('family'),
  ),
]

// ── namespaces ─────────────────────────────────────────────────────────────

const netnsOf = ({ fd, pid }: Fields): Fields | undefined =>
  fd !== undefined ? { fd } : pid !== undefined ? { pid } : undefined

const NSIDS: readonly Reversal[] = [
  {
    ...{ call: 'nsid.set', type: 'RTM_NEWNSID', flags: '', make: nsid.set },
    arguments: ({ attributes }) => [netnsOf(attributes), attributes['nsid']],
  },
  {
    ...{ call: 'nsid.get', type: 'RTM_GETNSID', flags: '', make: nsid.get },
    arguments: ({ attributes }) => [netnsOf(attributes)],
  },
  {
    ...{ call: 'nsid.list', type: 'RTM_GETNSID', flags: 'dump', make: nsid.list },
    arguments: ({ attributes }) => (attributes['targetNsid'] === undefined ? [] : [attributes['targetNsid']]),
  },
]

export const REVERSALS: readonly Reversal[] = [...LINKS, ...ADDRESSES, ...NEIGHBOURS, ...ROUTING, ...NSIDS]
