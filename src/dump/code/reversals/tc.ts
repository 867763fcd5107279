// Traffic control as calls of the library. Options stand in the kernel's own form, which all of these functions take.
import type { Fields } from '../../../netlink/codec.ts'
import * as action from '../../../ops/tc/action.ts'
import * as chain from '../../../ops/tc/chain.ts'
import * as trafficClass from '../../../ops/tc/class.ts'
import * as filter from '../../../ops/tc/filter.ts'
import * as qdisc from '../../../ops/tc/qdisc.ts'
import { type Asked, type Mapping, type Mappings, type Reversal, row, same } from './row.ts'

// ── qdiscs and classes ─────────────────────────────────────────────────────

const QDISC: Mappings = same('kind', 'options', 'ingressBlock', 'egressBlock')
const QDISC_HEADER: Mappings = { index: 'dev', ...same('parent', 'handle') }
/** Left out, they are others than in the message. */
const NOWHERE: Fields = { parent: 'none', handle: 'none' }

const CLASS: Mappings = same('kind', 'options')
const CLASS_HEADER: Mappings = { index: 'dev', handle: 'classId', parent: 'parent' }

// ── filters and chains ─────────────────────────────────────────────────────

const HOOKS: Readonly<Record<string, string>> = { 'ffff:fff2': 'ingress', 'ffff:fff3': 'egress' }

const WHERE: Mappings = {
  index: (index: unknown, { header }: Asked) =>
    index === 'block' ? { block: blockOf(header['parent']) } : { dev: index },
  parent: (parent: unknown, { header }: Asked) =>
    header['index'] === 'block' ? {} : { parent: HOOKS[String(parent)] ?? parent },
}
/** A block's number stands in the place of a handle. */
function blockOf(parent: unknown): unknown {
  const [, major = '', minor = ''] = /^([\da-f]*):([\da-f]*)$/.exec(String(parent)) ?? []
  return typeof parent === 'string'
    ? Number.parseInt(major || '0', 16) * 0x10000 + Number.parseInt(minor || '0', 16)
    : parent
}

const FILTER_PLACE: Mappings = same('chain', 'kind')
const FILTER: Mappings = { ...FILTER_PLACE, options: filterOptions as Mapping }
const FILTER_HEADER: Mappings = { ...WHERE, ...same('protocol', 'priority', 'handle') }

/** The actions apart from the rest, where they are behind it. */
function filterOptions(options: unknown): Fields {
  if (typeof options !== 'object' || options === null || options instanceof Uint8Array) return { options }
  const { actions, ...rest } = options as Fields
  if (actions === undefined || Object.keys(options).at(-1) !== 'actions') return { options }
  return { ...(Object.keys(rest).length > 0 ? { options: rest } : {}), actions }
}
const NO_PROTOCOL: Fields = { protocol: 0 }

const CHAIN: Mappings = same('chain', 'kind', 'options')
const CHAIN_HEADER: Mappings = { ...WHERE, ...same('protocol') }
const NO_CHAIN: Fields = { chain: 0 }

// ── actions ────────────────────────────────────────────────────────────────

const ofActions = (
  call: string,
  make: Reversal['make'],
  [type, flags]: readonly [type: string, flags: string],
): Reversal => ({
  ...{ call, type, flags, make },
  arguments({ attributes }) {
    const { actions } = attributes as { readonly actions?: readonly unknown[] }
    return actions && [actions.length === 1 ? actions[0] : actions]
  },
})
const kindOf = ({ attributes }: Asked): unknown =>
  (attributes as { readonly actions?: readonly Fields[] }).actions?.[0]?.['kind']

export const TRAFFIC: readonly Reversal[] = [
  row('tc.qdisc.add', qdisc.add, ['RTM_NEWQDISC', 'excl|create'], QDISC, QDISC_HEADER, NOWHERE),
  row('tc.qdisc.replace', qdisc.replace, ['RTM_NEWQDISC', 'replace|create'], QDISC, QDISC_HEADER, NOWHERE),
  row('tc.qdisc.change', qdisc.change, ['RTM_NEWQDISC', ''], QDISC, QDISC_HEADER, NOWHERE),
  row('tc.qdisc.link', qdisc.link, ['RTM_NEWQDISC', 'replace'], {}, QDISC_HEADER, NOWHERE),
  row('tc.qdisc.delete', qdisc.delete, ['RTM_DELQDISC', ''], same('kind'), QDISC_HEADER, NOWHERE),
  row('tc.qdisc.get', qdisc.get, ['RTM_GETQDISC', 'echo'], {}, QDISC_HEADER, NOWHERE),
  row('tc.qdisc.list', qdisc.list, ['RTM_GETQDISC', 'dump'], { dumpInvisible: 'invisible' }, { index: 'dev' }),
  row('tc.class.add', trafficClass.add, ['RTM_NEWTCLASS', 'excl|create'], CLASS, CLASS_HEADER),
  row('tc.class.replace', trafficClass.replace, ['RTM_NEWTCLASS', 'create'], CLASS, CLASS_HEADER),
  row('tc.class.change', trafficClass.change, ['RTM_NEWTCLASS', ''], CLASS, CLASS_HEADER),
  row('tc.class.delete', trafficClass.delete, ['RTM_DELTCLASS', ''], {}, CLASS_HEADER),
  row('tc.class.get', trafficClass.get, ['RTM_GETTCLASS', 'echo'], {}, CLASS_HEADER),
  row('tc.class.list', trafficClass.list, ['RTM_GETTCLASS', 'dump'], {}, { index: 'dev', ...same('parent') }),
  row('tc.filter.add', filter.add, ['RTM_NEWTFILTER', 'excl|create'], FILTER, FILTER_HEADER, NO_PROTOCOL),
  row('tc.filter.replace', filter.replace, ['RTM_NEWTFILTER', 'create'], FILTER, FILTER_HEADER, NO_PROTOCOL),
  row('tc.filter.change', filter.change, ['RTM_NEWTFILTER', ''], FILTER, FILTER_HEADER),
  row('tc.filter.delete', filter.delete, ['RTM_DELTFILTER', ''], FILTER_PLACE, FILTER_HEADER),
  row('tc.filter.get', filter.get, ['RTM_GETTFILTER', 'echo'], FILTER_PLACE, FILTER_HEADER),
  row('tc.filter.list', filter.list, ['RTM_GETTFILTER', 'dump'], same('chain'), FILTER_HEADER),
  row('tc.chain.add', chain.add, ['RTM_NEWCHAIN', 'excl|create'], CHAIN, CHAIN_HEADER, NO_CHAIN),
  row('tc.chain.delete', chain.delete, ['RTM_DELCHAIN', ''], CHAIN, CHAIN_HEADER, NO_CHAIN),
  row('tc.chain.get', chain.get, ['RTM_GETCHAIN', 'echo'], CHAIN, CHAIN_HEADER, NO_CHAIN),
  row('tc.chain.list', chain.list, ['RTM_GETCHAIN', 'dump'], same('chain'), CHAIN_HEADER),
  ofActions('tc.action.add', action.add, ['RTM_NEWACTION', 'excl|create']),
  ofActions('tc.action.replace', action.replace, ['RTM_NEWACTION', 'replace|create']),
  ofActions('tc.action.delete', action.delete, ['RTM_DELACTION', '']),
  ofActions('tc.action.get', action.get, ['RTM_GETACTION', '']),
  {
    ...{ call: 'tc.action.list', type: 'RTM_GETACTION', flags: 'dump', make: action.list },
    arguments: asked => [{ kind: kindOf(asked), since: asked.attributes['timeDelta'] }],
  },
  {
    // NLM_F_ROOT is NLM_F_NONREC's bit.
    ...{ call: 'tc.action.flush', type: 'RTM_DELACTION', flags: 'nonrec', make: action.flush },
    arguments: asked => [kindOf(asked)],
  },
]
