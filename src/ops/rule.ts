// Requests about policy rules: `ip rule add | delete | show` as values. No I/O: a connection runs them.
import { NLM_F_CREATE, NLM_F_EXCL } from '../netlink/message.ts'
import type { ListRequest, Request } from '../netlink/request.ts'
import { type AttributesInput, InvalidValueError } from '../netlink/table.ts'
import { wordValue } from '../netlink/words.ts'
import { RT_TABLE } from '../route/routing-words.ts'
import { fibRuleHdr, type RULE, type Rule, ruleMessage } from '../route/rule.ts'
import { type InetFamily, parsePrefix } from './inet.ts'
import { checkKeys } from './options.ts'
import { Parts, type Writers, writeOptions } from './parts.ts'
import { checkLinkName } from './reference.ts'
import type { Realms } from './route.ts'
import { changeOf, listOf } from './shapes.ts'
import { narrow, type RouteTable } from './table.ts'

/** A number, or those from `start` to `end`. */
export type Range = number | { readonly start: number; readonly end: number }

export interface RuleAdd {
  /** Needed where no address tells it (else IPv4); ipmr and ip6mr are the rules of multicast routing. */
  readonly family?: InetFamily | 'ipmr' | 'ip6mr' | undefined
  /** Rules are tried from the lowest on; left out, the kernel puts it before the others. */
  readonly priority?: number | undefined
  /** Only for packets that what follows does not fit. */
  readonly not?: boolean | undefined
  /** Packets from this prefix; `all` are any. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  /** The name of the link that they come in on, whether it is there or not; `lo`: what this host sends. */
  readonly iif?: string | undefined
  /** The link that a socket is bound to. */
  readonly oif?: string | undefined
  readonly tos?: Rule['tos'] | undefined
  readonly fwmark?: number | undefined
  /** Which bits of the mark count; left out, all. */
  readonly fwmask?: number | undefined
  readonly uidRange?: { readonly start: number; readonly end: number } | undefined
  /** The number of an IP protocol. */
  readonly ipProtocol?: number | undefined
  readonly sourcePorts?: Range | undefined
  readonly destinationPorts?: Range | undefined
  /** The key of the tunnel that the packet came by. */
  readonly tunnelId?: number | bigint | undefined
  /** 0 to 63 (since Linux 6.12). */
  readonly dscp?: number | undefined
  readonly dscpMask?: number | undefined
  /** IPv6's flow label (since Linux 6.14). */
  readonly flowLabel?: number | undefined
  readonly flowLabelMask?: number | undefined
  /** Look in this table. */
  readonly table?: RouteTable | undefined
  /** Look in the table of the VRF that the packet's link belongs to. */
  readonly l3mdev?: boolean | undefined
  /** What else than a look-up: `blackhole`, `unreachable`, `prohibit`, `nop`. */
  readonly action?: Rule['action'] | undefined
  /** Go on at the rule of this priority. */
  readonly goto?: number | undefined
  /** A route whose prefix is no longer than this is not good enough. */
  readonly suppressPrefixLength?: number | undefined
  /** Nor is one over a link of this group. */
  readonly suppressIfgroup?: number | undefined
  readonly realms?: Realms | undefined
  /** Who made it. */
  readonly protocol?: NonNullable<Rule['protocol']> | undefined
}
/** What is given must be that of the rule; what is not chooses nothing. */
export type RuleDelete = RuleAdd

export interface RuleFilter {
  /** Left out: IPv4's and IPv6's. */
  readonly family?: InetFamily | 'ipmr' | 'ip6mr' | undefined
  /** What follows is chosen here: the kernel knows no such filter. */
  readonly table?: RouteTable | undefined
  readonly priority?: number | undefined
}

const KEYS = [
  ...['family', 'priority', 'not', 'from', 'to', 'iif', 'oif', 'tos', 'fwmark', 'fwmask', 'uidRange', 'ipProtocol'],
  ...['sourcePorts', 'destinationPorts', 'tunnelId', 'dscp', 'dscpMask', 'flowLabel', 'flowLabelMask', 'table'],
  ...['l3mdev', 'action', 'goto', 'suppressPrefixLength', 'suppressIfgroup', 'realms', 'protocol'],
]
const FILTER_KEYS = ['family', 'table', 'priority']

const { RTM_NEWRULE, RTM_DELRULE, RTM_GETRULE } = ruleMessage.types
type RuleInput = AttributesInput<typeof RULE.rows>
type Header = NonNullable<Parameters<typeof ruleMessage.encode>[1]['header']>

// ── options → header and attributes ────────────────────────────────────────

const isAll = (prefix: string): boolean => prefix === 'all' || prefix === 'default'

/** The prefix that is meant; undefined: all. */
const prefixOf = (text: string | undefined, key: string) =>
  text === undefined || isAll(text) ? undefined : parsePrefix(text, key)

const range = (value: Range) => (typeof value === 'number' ? { start: value, end: value } : value)

const OPTIONS: Writers<RuleAdd, RuleInput, undefined> = {
  priority: (parts, priority) => parts.add({ priority }),
  from: (parts, from) => parts.add({ src: prefixOf(from, 'from')?.address }),
  to: (parts, to) => parts.add({ dst: prefixOf(to, 'to')?.address }),
  iif: (parts, iif) => parts.add({ iif: checkLinkName(iif, 'iif') }),
  oif: (parts, oif) => parts.add({ oif: checkLinkName(oif, 'oif') }),
  fwmark: (parts, fwmark) => parts.add({ fwmark }),
  fwmask: (parts, fwmask) => parts.add({ fwmask }),
  uidRange: (parts, uidRange) => parts.add({ uidRange }),
  ipProtocol: (parts, ipProtocol) => parts.add({ ipProtocol }),
  sourcePorts: (parts, ports) => parts.add({ sourcePorts: range(ports) }),
  destinationPorts: (parts, ports) => parts.add({ destinationPorts: range(ports) }),
  tunnelId: (parts, tunnelId) => parts.add({ tunnelId }),
  dscp: (parts, dscp) => parts.add({ dscp }),
  dscpMask: (parts, dscpMask) => parts.add({ dscpMask }),
  flowLabel: (parts, flowLabel) => parts.add({ flowLabel }),
  flowLabelMask: (parts, flowLabelMask) => parts.add({ flowLabelMask }),
  table: (parts, table) => parts.add(narrow(table) === 'unspec' ? { table } : {}),
  l3mdev: (parts, on) => parts.add({ l3mdev: on ? 1 : undefined }),
  goto: (parts, goto) => parts.add({ goto }),
  suppressPrefixLength: (parts, suppressPrefixLength) => parts.add({ suppressPrefixLength }),
  suppressIfgroup: (parts, suppressIfgroup) => parts.add({ suppressIfgroup }),
  realms: (parts, flow) => parts.add({ flow }),
  protocol: (parts, protocol) => parts.add({ protocol }),
}

function headerOf(options: RuleAdd, action: Rule['action']): Header {
  const src = prefixOf(options.from, 'from')
  const dst = prefixOf(options.to, 'to')
  const family = options.family ?? src?.family ?? dst?.family ?? 'inet'
  for (const [key, prefix] of Object.entries({ from: src, to: dst }))
    if (prefix && prefix.family !== family)
      throw new InvalidValueError([key], `'${prefix.address}' is an address of ${prefix.family}, not of ${family}`)
  const { table = 'unspec' } = options
  return {
    family,
    srcLength: src?.length,
    dstLength: dst?.length,
    tos: options.tos,
    table: narrow(table),
    action,
    flags: options.not ? ['not'] : [],
  }
}

// ── the requests ───────────────────────────────────────────────────────────

/**
 * Adds a rule: `ip rule add from PREFIX table TABLE …`. Fails with EEXIST when there is one like it.
 *
 * @example
 * ```ts
 * await host.run(rule.add({ priority: 100, from: '192.0.2.0/24', table: 7 }))
 * ```
 */
export function add(options: RuleAdd): Request<void> {
  const { table, goto, l3mdev } = options
  const action = options.action ?? (goto === undefined ? 'to_tbl' : 'goto')
  // iproute2's table where none is said.
  const complete =
    action === 'to_tbl' && table === undefined && !l3mdev ? { ...options, table: 'main' as const } : options
  return modify('add', complete, action)
}

/**
 * Deletes the first rule that is as described: `ip rule delete …`. Fails with ENOENT when there is none.
 *
 * @example
 * ```ts
 * await host.run(rule.add({ priority: 100, fwmark: 1, table: 7 }))
 * await host.run(rule.delete({ priority: 100, fwmark: 1, table: 7 }))
 * ```
 */
function remove(options: RuleDelete): Request<void> {
  return modify('delete', options, options.action ?? (options.goto === undefined ? 'unspec' : 'goto'))
}

export { remove as delete }

function modify(verb: 'add' | 'delete', options: RuleAdd, action: Rule['action']): Request<void> {
  checkKeys(`rule.${verb}`, options, KEYS)
  const header = headerOf(options, action)
  const parts = new Parts<RuleInput>()
  writeOptions(options, OPTIONS, parts, undefined)
  const which = options.priority === undefined ? 'a rule' : `the rule ${options.priority}`
  return verb === 'add'
    ? request('rule.add', `add ${which}`, RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, header, parts.value(NOTHING))
    : request('rule.delete', `delete ${which}`, RTM_DELRULE, 0, header, parts.value(NOTHING))
}

/** Rules refer to links by name: nothing is to be resolved. */
const NOTHING = {
  get(): never {
    throw new TypeError('a rule refers to nothing')
  },
}

function request(
  op: string,
  what: string,
  type: number,
  flags: number,
  header: Header,
  attributes: RuleInput,
): Request<void> {
  return changeOf(ruleMessage, { op, what, type, flags, body: () => ({ header, attributes }) })
}

/**
 * The rules of a namespace, in the order in which they are tried (IPv4's, then IPv6's): `ip rule show`.
 *
 * @example
 * ```ts
 * const rules = await host.run(rule.list({ family: 'inet' }))
 * console.log(rules[0].table) // local
 * ```
 */
export function list(filter: RuleFilter = {}): ListRequest<Rule> {
  checkKeys('rule.list', filter, FILTER_KEYS)
  const { family, priority } = filter
  const table = filter.table === undefined ? undefined : wordValue(RT_TABLE, filter.table)
  const wanted = (rule: Rule): boolean =>
    (family === undefined || rule.family === family) &&
    (table === undefined || wordValue(RT_TABLE, rule.table!) === table) &&
    (priority === undefined || (rule.priority ?? 0) === priority)
  return listOf(
    ruleMessage,
    [ruleMessage, RTM_NEWRULE],
    { op: 'rule.list', what: 'list rules', type: RTM_GETRULE, body: () => ({ header: { family } }) },
    wanted,
  )
}

// ── listed rules ───────────────────────────────────────────────────────────

const HEADER_KEYS = fibRuleHdr.fields.map(({ key }) => key)

/** A rule as it was listed, to be sent again. */
function sentAgain(rule: Rule): { header: Header; attributes: RuleInput } {
  const { table = 'unspec', ...fields } = { ...rule }
  const header: Record<string, unknown> = { table: narrow(table) }
  const attributes: Record<string, unknown> = { table }
  for (const [key, value] of Object.entries(fields)) (HEADER_KEYS.includes(key) ? header : attributes)[key] = value
  return { header: header as Header, attributes: attributes as RuleInput }
}

/**
 * Deletes exactly this rule of a list: what `ip rule flush` does with each. Fails with ENOENT when it is gone.
 *
 * @example
 * ```ts
 * await host.run(rule.add({ priority: 100, table: 7 }))
 * for (const one of await host.run(rule.list({ priority: 100 }))) await host.run(rule.deleteListed(one))
 * ```
 */
export function deleteListed(rule: Rule): Request<void> {
  const { header, attributes } = sentAgain(rule)
  return request('rule.deleteListed', `delete the rule ${rule.priority ?? 0}`, RTM_DELRULE, 0, header, attributes)
}

/** What the kernel says of a rule and nobody tells it: that a link, or the rule to go on at, is not there. */
const SAID = ['unresolved', 'iif_detached', 'oif_detached']

/**
 * Adds a rule of a list again: `ip rule restore`.
 *
 * @example
 * ```ts
 * const [first] = await host.run(rule.list({ family: 'inet' }))
 * await host.run(rule.deleteListed(first))
 * await host.run(rule.restore(first))
 * ```
 */
export function restore(rule: Rule): Request<void> {
  const { header, attributes } = sentAgain(rule)
  const told = { ...header, flags: rule.flags.filter(flag => !SAID.includes(String(flag))) }
  return request('rule.restore', `add the rule ${rule.priority ?? 0}`, RTM_NEWRULE, NLM_F_CREATE, told, attributes)
}
