// The words behind `type KIND` of `ip link add` and `ip link set`: each kind's options, and those of a master's ports
// (`type bridge_slave`). A kind is a table of keywords here; one that is not here takes no words.
import { isIPv4 } from 'node:net'
import { ipBytes } from '../../netlink/text.ts'
import type { PeerSettings } from '../../ops/link.ts'
import type { LinkDataInput, LinkKindName, PortDataInput } from '../../route/link.ts'
import { CommandError, USER } from '../errors.ts'
import type { Session } from '../session.ts'
import { choice, expected, integer, type Keyword, type Keywords, onOff, readAll, short, type Words } from '../words.ts'
import { existing, hardwareAddress, type LinkWords, readSettings } from './link-settings.ts'

/** What the words behind a kind say. */
export interface KindWords {
  readonly kind?: string
  readonly data?: LinkDataInput<LinkKindName>
  readonly port?: { readonly kind: LinkKindName; readonly data: PortDataInput<LinkKindName> }
  readonly peer?: PeerSettings
}

/** A kind's options while they are read. */
interface State {
  readonly session: Session
  readonly data: Record<string, any>
  /** Whether a link is made, and not changed. */
  readonly creating: boolean
  readonly help: () => never
}
type Options = Keywords<State>
type Option = Keyword<State>

const U8 = 0xff
const U16 = 0xffff

// ── options by the form of their value ─────────────────────────────────────

const number = (key: string, most?: number): Option =>
  short((words, { data }) => void (data[key] = integer(words, `invalid ${words.last}`, most)))
const switched = (key: string): Option => short((words, { data }) => void (data[key] = onOff(words, words.last)))
const constant = (key: string, value: unknown): Option => short((_, { data }) => void (data[key] = value))
const word = <W extends string>(key: string, list: readonly W[]): Option =>
  short((words, { data }) => {
    const name = words.last
    data[key] = choice(words, list, `invalid ${name}`)
  })

/** The value of a word that stands for a number, or the number. */
function wordOr(words: Words, name: string, value: number, read: () => number): number {
  if (words.next !== name) return read()
  words.take()
  return value
}

// ── bridge ─────────────────────────────────────────────────────────────────

/** A bit of IFLA_BR_MULTI_BOOLOPT. */
const bridgeOption = (bit: string): Option =>
  short((words, { data }) => {
    const on = integer(words, `invalid ${words.last}`, 1)
    const { values = [], mask = [] } = data['multiBoolopt'] ?? {}
    data['multiBoolopt'] = { values: on ? [...values, bit] : values, mask: [...mask, bit] }
  })

const BRIDGE: Options = {
  forward_delay: number('forwardDelay'),
  hello_time: number('helloTime'),
  max_age: number('maxAge'),
  ageing_time: number('ageingTime'),
  stp_state: number('stpState'),
  priority: number('priority', U16),
  vlan_filtering: number('vlanFiltering', U8),
  vlan_protocol: word('vlanProtocol', ['802.1Q', '802.1ad']),
  group_fwd_mask: number('groupFwdMask', U16),
  group_address: short((words, { data }) => void (data['groupAddress'] = hardwareAddress(words))),
  no_linklocal_learn: bridgeOption('no_ll_learn'),
  fdb_flush: constant('fdbFlush', true),
  vlan_default_pvid: number('vlanDefaultPvid', U16),
  vlan_stats_enabled: number('vlanStatsEnabled', U8),
  vlan_stats_per_port: number('vlanStatsPerPort', U8),
  mcast_router: number('mcastRouter', U8),
  mcast_snooping: number('mcastSnooping', U8),
  mcast_vlan_snooping: bridgeOption('mcast_vlan_snooping'),
  mcast_query_use_ifaddr: number('mcastQueryUseIfaddr', U8),
  mcast_querier: number('mcastQuerier', U8),
  mcast_hash_elasticity: number('mcastHashElasticity'),
  mcast_hash_max: number('mcastHashMax'),
  mcast_last_member_count: number('mcastLastMemberCount'),
  mcast_startup_query_count: number('mcastStartupQueryCount'),
  mcast_last_member_interval: number('mcastLastMemberInterval'),
  mcast_membership_interval: number('mcastMembershipInterval'),
  mcast_querier_interval: number('mcastQuerierInterval'),
  mcast_query_interval: number('mcastQueryInterval'),
  mcast_query_response_interval: number('mcastQueryResponseInterval'),
  mcast_startup_query_interval: number('mcastStartupQueryInterval'),
  mcast_stats_enabled: number('mcastStatsEnabled', U8),
  mcast_igmp_version: number('mcastIgmpVersion', U8),
  mcast_mld_version: number('mcastMldVersion', U8),
  nf_call_iptables: number('nfCallIptables', U8),
  nf_call_ip6tables: number('nfCallIp6tables', U8),
  nf_call_arptables: number('nfCallArptables', U8),
}

/** Options of a bridge's port, of `type bridge_slave` and of `bridge link set`. */
export const BRIDGE_PORT: Options = {
  fdb_flush: constant('fdbFlush', true),
  state: number('state', U8),
  priority: number('priority', U16),
  cost: number('cost'),
  hairpin: switched('hairpin'),
  guard: switched('guard'),
  root_block: switched('rootBlock'),
  fastleave: switched('fastLeave'),
  learning: switched('learning'),
  flood: switched('flood'),
  mcast_flood: switched('mcastFlood'),
  bcast_flood: switched('bcastFlood'),
  mcast_to_unicast: switched('mcastToUnicast'),
  proxy_arp: switched('proxyArp'),
  proxy_arp_wifi: switched('proxyArpWifi'),
  mcast_router: number('mcastRouter', U8),
  mcast_fast_leave: switched('fastLeave'),
  neigh_suppress: switched('neighSuppress'),
  group_fwd_mask: number('groupFwdMask', U16),
  vlan_tunnel: switched('vlanTunnel'),
  isolated: switched('isolated'),
  locked: switched('locked'),
  backup_port: short((words, { data, session }) => {
    data['backupPort'] = session.device(existing(words, session)).index
  }),
  nobackup_port: constant('backupPort', 0),
}

// ── macvlan and macvtap ────────────────────────────────────────────────────

const MACVLAN: Options = {
  mode: word('mode', ['private', 'vepa', 'bridge', 'passthru', 'source']),
  flag: short((words, { data }) => {
    const name = choice(words, ['null', 'nopromisc', 'nodst'], 'invalid flag')
    data['flags'] = name === 'null' ? [] : [...(data['flags'] ?? []), name]
  }),
  macaddr: short((words, { data }) => {
    const mode = choice(words, ['add', 'del', 'set', 'flush'], 'invalid macaddr command')
    data['macaddrMode'] = mode
    if (mode === 'add' || mode === 'del') data['macaddr'] = hardwareAddress(words)
    if (mode === 'set') data['macaddrData'] = { addresses: hardwareAddresses(words) }
  }),
  nopromisc: constant('flags', ['nopromisc']),
  bcqueuelen: number('bcQueueLength'),
}

function hardwareAddresses(words: Words): string[] {
  const addresses: string[] = []
  while (words.next !== undefined && /^[0-9a-f]{1,2}([:-][0-9a-f]{1,2})+$/i.test(words.next))
    addresses.push(words.take())
  return addresses
}

// ── vxlan ──────────────────────────────────────────────────────────────────

const isMulticast = (address: string): boolean =>
  isIPv4(address) ? Number(address.split('.')[0]) >> 4 === 14 : /^ff/i.test(address)

/** An address whose family decides the attribute: `group` for IPv4, `group6` for IPv6. */
const endpoint = (key: 'group' | 'local', what: 'group' | 'remote' | 'local'): Option =>
  short((words, { data }) => {
    const address = words.take('an address')
    const any = address === 'any'
    if (!any && (!ipBytes(address) || isMulticast(address) !== (what === 'group')))
      throw words.wrong(`invalid ${what} address`, what === 'group' ? 'a multicast address' : 'a unicast address')
    if (!any) data[isIPv4(address) ? key : `${key}6`] = address
  })
const vxlanSwitch = (key: string): Options => ({
  [`no${spelled(key)}`]: constant(key, false),
  [spelled(key)]: constant(key, true),
})
/** The word of a vxlan switch: its key in lower case, but for those that iproute2 spells otherwise. */
const SPELLED: Readonly<Record<string, string>> = {
  udpZeroCsum6Tx: 'udp6zerocsumtx',
  udpZeroCsum6Rx: 'udp6zerocsumrx',
}
const spelled = (key: string): string => SPELLED[key] ?? key.toLowerCase()

const VXLAN: Options = {
  id: number('id', 0xffffff),
  vni: number('id', 0xffffff),
  group: endpoint('group', 'group'),
  remote: endpoint('group', 'remote'),
  local: endpoint('local', 'local'),
  dev: short((words, { data, session }) => void (data['link'] = session.device(words.take('a device')).index)),
  ttl: short(hopLimit, 'hoplimit'),
  tos: short((words, { data }) => {
    data['tos'] = wordOr(words, 'inherit', 1, () => integer(words, 'bad TOS value', U8))
  }, 'dsfield'),
  df: word('df', ['unset', 'set', 'inherit']),
  flowlabel: short((words, { data }) => void (data['label'] = integer(words, 'invalid flowlabel', 0xfffff)), 'label'),
  ageing: short((words, { data }) => {
    data['ageing'] = wordOr(words, 'none', 0, () => integer(words, 'ageing timer'))
  }),
  maxaddress: short((words, { data }) => {
    data['limit'] = wordOr(words, 'unlimited', 0, () => integer(words, 'max addresses'))
  }),
  srcport: short((words, { data }) => {
    const low = integer(words, 'min port', U16)
    data['portRange'] = { low, high: integer(words, 'max port', U16) }
  }, 'port'),
  dstport: short((words, { data }) => void (data['port'] = integer(words, 'dst port', U16))),
  ...vxlanSwitch('learning'),
  ...vxlanSwitch('proxy'),
  ...vxlanSwitch('rsc'),
  ...vxlanSwitch('l2miss'),
  ...vxlanSwitch('l3miss'),
  ...vxlanSwitch('udpCsum'),
  ...vxlanSwitch('udpZeroCsum6Tx'),
  ...vxlanSwitch('udpZeroCsum6Rx'),
  ...vxlanSwitch('remcsumTx'),
  ...vxlanSwitch('remcsumRx'),
  ...vxlanSwitch('external'),
  ...vxlanSwitch('vnifilter'),
  gbp: constant('gbp', true),
  gpe: constant('gpe', true),
}

function hopLimit(words: Words, { data }: State): void {
  if (words.next === 'inherit') {
    words.take()
    data['ttlInherit'] = true
  } else data['ttl'] = wordOr(words, 'auto', 0, () => integer(words, 'invalid TTL', U8))
}

/** What iproute2 adds to, and checks of, a vxlan's options once it has them all. */
function finishVxlan({ data, creating, session }: State): void {
  const multicast = [data['group'], data['group6']].some(address => address !== undefined && isMulticast(address))
  if (multicast && data['link'] === undefined)
    throw new CommandError(USER, "vxlan: 'group' requires 'dev' to be specified")
  if (data['external'] && data['id'] !== undefined)
    throw new CommandError(USER, "vxlan: both 'external' and vni cannot be specified")
  if (data['gpe'] && data['port'] === undefined) data['port'] = 4790
  if (creating) data['learning'] ??= !data['external']
  if (creating && data['port'] === undefined)
    session.host.err(
      'vxlan: destination port not specified\n' +
        'Will use Linux kernel default (non-standard value)\n' +
        "Use 'dstport 4789' to get the IANA assigned value\n" +
        "Use 'dstport 0' to get default and quiet this message\n",
    )
  if (data['port'] === 0) delete data['port']
}

// ── vlan, vrf ──────────────────────────────────────────────────────────────

const vlanFlag = (flag: string): Option =>
  short((words, { data }) => {
    const on = onOff(words, words.last)
    const { flags = [], mask = [] } = data['flags'] ?? {}
    data['flags'] = { flags: on ? [...flags, flag] : flags, mask: [...mask, flag] }
  })
const qosMap = (key: string): Option =>
  short((words, { data }) => {
    const mappings: { from: number; to: number }[] = []
    while (/^\d+:\d+$/.test(words.next ?? '')) {
      const [from = 0, to = 0] = words.take().split(':').map(Number)
      mappings.push({ from, to })
    }
    data[key] = { mappings }
  })

const VLAN: Options = {
  protocol: word('protocol', ['802.1Q', '802.1ad']),
  id: number('id', U16),
  reorder_hdr: vlanFlag('reorder_hdr'),
  gvrp: vlanFlag('gvrp'),
  mvrp: vlanFlag('mvrp'),
  loose_binding: vlanFlag('loose_binding'),
  bridge_binding: vlanFlag('bridge_binding'),
  'ingress-qos-map': qosMap('ingressQos'),
  'egress-qos-map': qosMap('egressQos'),
}
const VRF: Options = { table: number('table') }

// ── the tables ─────────────────────────────────────────────────────────────

const KINDS: Readonly<Record<string, Options>> = {
  bridge: BRIDGE,
  bridge_slave: BRIDGE_PORT,
  macvlan: MACVLAN,
  macvtap: MACVLAN,
  vxlan: VXLAN,
  vlan: VLAN,
  vrf: VRF,
}
/** Kinds that take no options; ip ignores what is written behind some of them. */
const BARE = new Set(['dummy', 'ifb', 'nlmon', 'vcan', 'team', 'wireguard', 'netdevsim'])
/** Made in twos. */
const PAIRS = new Set(['veth', 'vxcan', 'netkit'])

/** The words that could stand behind a kind. */
export const kindWords = (kind: string): string[] => (PAIRS.has(kind) ? ['peer'] : Object.keys(KINDS[kind] ?? {}))

/** Reads the words behind `type KIND`. */
export function readKind(words: Words, link: LinkWords, creating: boolean): KindWords {
  const kind = link.kind!
  if (PAIRS.has(kind)) return readPeer(words, kind, link)
  const table = KINDS[kind]
  if (!table) return bare(words, kind)
  const state: State = { session: link.session, data: {}, creating, help: link.help }
  readAll(words, { ...table, help: short<State>((_, { help }) => help()) }, state, () => {
    words.take()
    throw words.fail(`${kind}: unknown command "${words.last}"?`, expected(words.last, Object.keys(table)))
  })
  if (kind === 'vxlan') finishVxlan(state)
  const data = state.data as LinkDataInput<LinkKindName>
  if (!kind.endsWith('_slave')) return { kind, ...(Object.keys(state.data).length > 0 && { data }) }
  return { port: { kind: kind.slice(0, -'_slave'.length) as LinkKindName, data: data as PortDataInput<LinkKindName> } }
}

function bare(words: Words, kind: string): KindWords {
  if (words.done) return { kind }
  const word = words.take()
  const known = BARE.has(kind) ? `${kind} takes no options` : `netloom does not know the options of ${kind} yet`
  throw words.fail(`Garbage instead of arguments "${word} ...". Try "${words.all[0]} link help".`, known)
}

/** The other end of a pair: `peer name NAME netns NS …`, in the words of a link. */
function readPeer(words: Words, kind: string, { session, help }: LinkWords): KindWords {
  if (words.done) return { kind }
  const first = words.take()
  if (first !== 'peer') throw words.fail(`${kind}: unknown command "${first}"?`, expected(first, ['peer']))
  const other = readSettings(words, { session, options: {}, extra: {}, help })
  const { name, dev, options } = other
  const foreign = (['kind', 'index', 'lower', 'txQueues', 'rxQueues'] as const).find(key => other[key] !== undefined)
  if (foreign !== undefined || Object.keys(other.extra).length > 0)
    throw words.fail(`"${foreign ?? Object.keys(other.extra)[0]}" of a peer is not there yet in netloom.`)
  const called = name ?? dev
  return { kind, peer: { ...(called !== undefined && { name: called }), ...options } }
}
