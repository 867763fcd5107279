// What links have beside links: netconf, tokens and statistics as calls of the library.
import type { Fields } from '../../../netlink/codec.ts'
import * as netconf from '../../../ops/netconf.ts'
import * as stats from '../../../ops/stats.ts'
import * as token from '../../../ops/token.ts'
import { type Mappings, type Reversal, row, same, silent } from './row.ts'

const NO_TOKEN = '::'

const tokenOf = (attributes: Fields): unknown =>
  (attributes['afSpec'] as { readonly inet6?: { readonly token?: unknown } } | undefined)?.inet6?.token

const STATS_HEADER: Mappings = { index: 'dev', filter: 'groups' }
const STATS_PARTS: Mappings = { filters: ({ offload }: Fields) => ({ offload }) }

export const SETTINGS: readonly Reversal[] = [
  {
    ...{ call: 'netconf.get', type: 'RTM_GETNETCONF', flags: '', make: netconf.get },
    arguments({ header, attributes: { index } }) {
      const dev = typeof index === 'string' ? { [index]: true } : index
      return [{ family: header['family'], dev }]
    },
  },
  row('netconf.list', netconf.list, ['RTM_GETNETCONF', 'dump'], {}, same('family')),
  {
    ...{ call: 'token.delete', type: 'RTM_SETLINK', flags: '', make: token.delete },
    arguments: ({ header, attributes }) => (tokenOf(attributes) === NO_TOKEN ? [header['index']] : undefined),
  },
  {
    ...{ call: 'token.set', type: 'RTM_SETLINK', flags: '', make: token.set },
    arguments: ({ header, attributes }) => [{ dev: header['index'], token: tokenOf(attributes) }],
  },
  {
    ...{ call: 'token.get', type: 'RTM_GETLINK', flags: '', make: token.get },
    arguments: ({ header }) => [header['index']],
  },
  row('token.list', token.list, ['RTM_GETLINK', 'dump'], {}, silent('family')),
  row('stats.get', stats.get, ['RTM_GETSTATS', ''], STATS_PARTS, STATS_HEADER),
  row('stats.list', stats.list, ['RTM_GETSTATS', 'dump'], STATS_PARTS, STATS_HEADER),
  row('stats.set', stats.set, ['RTM_SETSTATS', ''], { l3: (on: unknown) => ({ l3: Boolean(on) }) }, STATS_HEADER),
]
