// Neighbours, their tables and proxies as calls of the library.
import type { Fields } from '../../../netlink/codec.ts'
import * as neighbour from '../../../ops/neighbour.ts'
import * as neighbourTable from '../../../ops/neighbour-table.ts'
import { type Mappings, type Reversal, row, same, silent } from './row.ts'

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

const NEIGHBOUR_PLACE: Mappings = { index: 'dev', ...silent('family', 'type', 'state', 'flags') }
/** Of a list: links that are no ports. */
const NO_MASTER = 0xffffffff

const PROXY: Mappings = {
  ...same('protocol'),
  dst: 'address',
  extFlags: (extFlags, { header }) => ({ flags: [...proxyFlags(header['flags']), ...extFlags] }),
}
const PROXY_HEADER: Mappings = {
  index: 'dev',
  ...silent('family', 'type', 'state'),
  flags: (flags, { attributes }) => (attributes['extFlags'] ? {} : { flags: proxyFlags(flags) }),
}
const PROXIES: Mappings = { ...same('family'), ...silent('flags') }
const proxyFlags = (flags: unknown): unknown[] => (flags as unknown[]).filter(flag => flag !== 'proxy')

const NO_STATE: Fields = { state: 'none' }

export const NEIGHBOURS: readonly Reversal[] = [
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
  row('neighbour.get', neighbour.get, ['RTM_GETNEIGH', ''], { dst: 'address' }, NEIGHBOUR_PLACE),
  row(
    'neighbour.list',
    neighbour.list,
    ['RTM_GETNEIGH', 'dump'],
    { viaIndex: 'dev', master: (index: number) => ({ master: index === NO_MASTER ? null : index }) },
    same('family'),
  ),
  row('neighbour.addProxy', neighbour.addProxy, ['RTM_NEWNEIGH', 'replace|create'], PROXY, PROXY_HEADER),
  row('neighbour.addProxy', neighbour.addProxy, ['RTM_NEWNEIGH', 'excl|create'], PROXY, PROXY_HEADER),
  row('neighbour.deleteProxy', neighbour.deleteProxy, ['RTM_DELNEIGH', ''], { dst: 'address' }, NEIGHBOUR_PLACE),
  row('neighbour.getProxy', neighbour.getProxy, ['RTM_GETNEIGH', ''], { dst: 'address' }, NEIGHBOUR_PLACE),
  row('neighbour.listProxies', neighbour.listProxies, ['RTM_GETNEIGH', 'dump'], { viaIndex: 'dev' }, PROXIES),
  row('neighbourTable.list', neighbourTable.list, ['RTM_GETNEIGHTBL', 'dump'], {}, same('family')),
  {
    ...{ call: 'neighbourTable.set', type: 'RTM_SETNEIGHTBL', flags: 'replace', make: neighbourTable.set },
    arguments({ header, attributes: { parameters, ...table } }) {
      const { index: dev, ...rest } = (parameters ?? {}) as Fields
      return [{ ...table, family: header['family'], dev, ...rest }]
    },
  },
]
