// Ids of namespaces as calls of the library.
import type { Fields } from '../../../netlink/codec.ts'
import * as nsid from '../../../ops/nsid.ts'
import type { Reversal } from './row.ts'

const netnsOf = ({ fd, pid }: Fields): Fields | undefined =>
  fd !== undefined ? { fd } : pid !== undefined ? { pid } : undefined

export const NSIDS: readonly Reversal[] = [
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
