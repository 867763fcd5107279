// Routes, rules and nexthops as calls of the library.
import type { Fields } from '../../../netlink/codec.ts'
import * as nexthop from '../../../ops/nexthop.ts'
import * as route from '../../../ops/route.ts'
import * as rule from '../../../ops/rule.ts'
import { hasFlags, type Mappings, optionsOf, prefix, type Reversal, row, same, silent } from './row.ts'

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

const ROUTE_QUESTION: Mappings = {
  ...same('iif', 'mark', 'uid', 'ipProtocol', 'sourcePort', 'destinationPort', 'flowLabel'),
  dst: prefix('dst', 'dstLength'),
  src: prefix('from', 'srcLength'),
  oif: 'dev',
}
const ROUTE_QUESTION_HEADER: Mappings = {
  ...same('tos'),
  ...silent('family', 'dstLength', 'srcLength'),
  flags: (flags: readonly unknown[]) => ({ fibMatch: flags.includes('fib_match'), notify: flags.includes('notify') }),
}
const NEXTHOPS: Mappings = {
  ...same('master'),
  oif: 'dev',
  groups: () => ({ groups: true }),
  fdb: () => ({ fdb: true }),
  opFlags: () => ({ statistics: true }),
}

export const ROUTING: readonly Reversal[] = [
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
  row('route.get', route.get, ['RTM_GETROUTE', ''], ROUTE_QUESTION, ROUTE_QUESTION_HEADER),
  row('nexthop.list', nexthop.list, ['RTM_GETNEXTHOP', 'dump'], NEXTHOPS, same('family')),
  {
    ...{ call: 'nexthop.listBuckets', type: 'RTM_GETNEXTHOPBUCKET', flags: 'dump', make: nexthop.listBuckets },
    arguments({ attributes: { id, oif, master, resilientBucket } }) {
      const { nhId: nexthopId } = (resilientBucket ?? {}) as Fields
      return [{ id, nexthopId, dev: oif, master }]
    },
  },
  {
    ...{ call: 'nexthop.getBucket', type: 'RTM_GETNEXTHOPBUCKET', flags: '', make: nexthop.getBucket },
    arguments: ({ attributes: { id, resilientBucket } }) => [id, (resilientBucket as Fields | undefined)?.['index']],
  },
]
