// `ip rule` (and `ip mrule`, multicast routing's): add, delete, show, flush, save and restore, in iproute2's grammar.
import { NetlinkError } from '../../netlink/error.ts'
import type { Request } from '../../netlink/request.ts'
import { ipBytes } from '../../netlink/text.ts'
import { wordValue } from '../../netlink/words.ts'
import * as ruleOps from '../../ops/rule.ts'
import { DSFIELD, RT_TABLE, RTN, RTPROT } from '../../route/routing-words.ts'
import { FR_ACT, RULE, type Rule, ruleMessage } from '../../route/rule.ts'
import { echoOf } from '../echo.ts'
import { CommandError, isKernelError, kernelLine, USAGE, USER } from '../errors.ts'
import { readCommand } from '../grammar.ts'
import { usage } from '../help.ts'
import { DSFIELDS, GROUPS } from '../names.ts'
import { listPen } from '../pen.ts'
import { type Prefix, within } from '../prefix.ts'
import type { Echo, Session } from '../session.ts'
import { expected, integer, type Keywords, parseInteger, readAll, short, type Words, whole } from '../words.ts'
import { putRule, ruleSheet } from './print-rule.ts'
import {
  type RoutePrefix,
  readIpProtocol,
  readProtocol,
  readRealms,
  readRoutePrefix,
  readTable,
  readTos,
  routePrefixText,
  typeOf,
} from './routing-values.ts'
import { readSaved, SAVED_RULES, save } from './saved.ts'

export const HELP = `Usage: % rule { add | del } SELECTOR ACTION
       % rule { flush | save | restore }
       % rule [ list [ SELECTOR ]]
SELECTOR := [ not ] [ from PREFIX ] [ to PREFIX ] [ tos TOS ]
            [ fwmark FWMARK[/MASK] ]
            [ iif STRING ] [ oif STRING ] [ pref NUMBER ] [ l3mdev ]
            [ uidrange NUMBER-NUMBER ]
            [ ipproto PROTOCOL ]
            [ sport [ NUMBER | NUMBER-NUMBER ]
            [ dport [ NUMBER | NUMBER-NUMBER ] ]
            [ tun_id NUMBER ] [ dscp DSCP ]
ACTION := [ table TABLE_ID ]
          [ protocol PROTO ]
          [ nat ADDRESS ]
          [ realms [SRCREALM/]DSTREALM ]
          [ goto NUMBER ] | nop | blackhole | unreachable | prohibit
          SUPPRESSOR
SUPPRESSOR := [ suppress_prefixlength NUMBER ]
              [ suppress_ifgroup DEVGROUP ]
TABLE_ID := [ local | main | default | NUMBER ]
`

/** In iproute2's order. */
const COMMANDS = ['list', 'lst', 'show', 'save', 'restore', 'add', 'delete', 'flush', 'help']

type RuleFamily = 'inet' | 'inet6' | 'ipmr' | 'ip6mr'

/** Runs `ip rule …`; answers the exit status. */
export const ruleCommand = (words: Words, session: Session): number => run(words, session, 'rule')
/** Runs `ip mrule …`. */
export const multicastRuleCommand = (words: Words, session: Session): number => run(words, session, 'mrule')

const echo = (session: Session): Echo =>
  echoOf(session, ruleMessage, ruleMessage.types.RTM_DELRULE, (rule, deleted) => ruleSheet(rule, session.show, deleted))

function run(words: Words, session: Session, object: 'rule' | 'mrule'): number {
  const command = words.done ? 'show' : readCommand(words, object, COMMANDS)
  const multicast = object === 'mrule'
  const runs: Readonly<Record<string, () => void>> = {
    add: () => session.apply(readRule(words, session, multicast, 'add'), echo(session)),
    delete: () => session.apply(readRule(words, session, multicast, 'del'), echo(session)),
    flush: () => flush(words, session, multicast),
    save: () => saveAll(words, session, multicast),
    restore: () => restore(session),
    help: () => help(words)(),
  }
  ;(runs[command] ?? (() => show(words, session, multicast)))()
  return 0
}

const help = (words: Words) => (): never => {
  throw usage(words, HELP)
}

/** IPv4's, unless IPv6's are asked for. */
function familyOf({ show: { family } }: Session, multicast: boolean): RuleFamily {
  if (family === 'inet6') return multicast ? 'ip6mr' : 'inet6'
  return multicast ? 'ipmr' : 'inet'
}

// ── values ─────────────────────────────────────────────────────────────────

const preference = (words: Words): number => integer(words, 'preference value is invalid')

function readMark(words: Words): { readonly mark: number; readonly mask: number | undefined } {
  const text = words.take('a mark')
  const [markText = '', maskText] = text.split('/')
  const mark = parseInteger(markText)
  if (mark === undefined || mark > 0xffffffff) throw words.wrong('fwmark value is invalid', 'MARK or MARK/MASK')
  const mask = maskText === undefined ? undefined : parseInteger(maskText)
  if (maskText !== undefined && (mask === undefined || mask > 0xffffffff))
    throw words.fail(`Error: argument "${maskText}" is wrong: fwmask value is invalid`, 'MARK/MASK', USAGE)
  return { mark, mask }
}

function readLinkName(words: Words, said: string): string {
  const name = words.take('a device')
  if (name !== '' && Buffer.byteLength(name) <= 15 && !/[/\s]/.test(name)) return name
  throw words.wrong(`${said} not a valid ifname`, 'at most 15 bytes, no slash and no white space')
}

interface Range {
  readonly start: number
  readonly end: number
}

function readRange(words: Words, reason: string, most: number, alone: boolean): Range {
  const text = words.take('a number, or FROM-TO')
  const [, from = '', to] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? []
  const range = { start: Number(from), end: Number(to ?? from) }
  if (from === '' || (to === undefined && !alone) || range.start > most || range.end > most)
    throw words.wrong(reason, alone ? `a number up to ${most}, or FROM-TO` : 'FROM-TO')
  return range
}

const uidRange = (words: Words): Range => readRange(words, 'invalid UID range', 0xffffffff, false)
const ports = (reason: string) => (words: Words) => readRange(words, reason, 0xffff, true)
const sourcePorts = ports('invalid port range')
const destinationPorts = ports('invalid dport range')

function tunnelId(words: Words): bigint {
  const text = words.take('a number')
  if (/^(0x[0-9a-f]+|\d+)$/i.test(text) && BigInt(text) < 2n ** 64n) return BigInt(text)
  throw words.wrong('"tun_id" value is invalid', 'a whole number of 64 bits')
}

/** A DSCP: a number, or the name of a DS field. */
function dscp(words: Words): number {
  const word = words.take('a DSCP')
  const value = parseInteger(word) ?? (DSFIELDS.value(word, 16) ?? Number.NaN) >> 2
  if (!(value < 64)) throw words.wrong('invalid dscp', expected(word, DSFIELDS.words))
  return value
}

// ── add, delete ────────────────────────────────────────────────────────────

interface RuleWords {
  readonly session: Session
  readonly options: { -readonly [K in keyof ruleOps.RuleAdd]: ruleOps.RuleAdd[K] }
  readonly help: () => never
  /** Route NAT. */
  nat?: string
}

const priority = short<RuleWords>((words, { options }) => void (options.priority = preference(words)))
const table = (words: Words, { options }: RuleWords): void =>
  void (options.table = readTable(words, 'invalid table ID'))
const nat = (words: Words, state: RuleWords): void => {
  const address = words.take('an address')
  if (ipBytes(address)?.length !== 4)
    throw words.fail(`Error: an IP address is expected rather than "${address}"`, 'an IPv4 address')
  state.session.host.err('Warning: route NAT is deprecated\n')
  state.nat = address
}

/** In iproute2's order. */
const WORDS: Keywords<RuleWords> = {
  not: whole((_, { options }) => void (options.not = true)),
  from: whole((words, state) => void (state.options.from = side(words, state))),
  to: whole((words, state) => void (state.options.to = side(words, state))),
  preference: priority,
  order: priority,
  priority,
  tos: whole((words, { options }) => void (options.tos = readTos(words, 'TOS value is invalid'))),
  dsfield: short((words, { options }) => void (options.tos = readTos(words, 'TOS value is invalid'))),
  fwmark: whole((words, { options }) => {
    const { mark, mask } = readMark(words)
    options.fwmark = mark
    if (mask !== undefined) options.fwmask = mask
  }),
  realms: short((words, { options }) => void (options.realms = readRealms(words, 'invalid realms'))),
  protocol: short((words, { options }) => void (options.protocol = readProtocol(words))),
  tun_id: short((words, { options }) => void (options.tunnelId = tunnelId(words))),
  table: short(table),
  lookup: whole(table),
  suppress_prefixlength: short(
    (words, { options }) =>
      void (options.suppressPrefixLength = integer(words, 'suppress_prefixlength value is invalid', 0x7fffffff)),
    'sup_pl',
  ),
  suppress_ifgroup: short((words, { options }) => {
    const word = words.take('a group')
    const group = GROUPS.value(word)
    if (group === undefined) throw words.wrong('Invalid "suppress_ifgroup" value', expected(word, GROUPS.words))
    options.suppressIfgroup = group
  }, 'sup_group'),
  iif: whole((words, { options }) => void (options.iif = readLinkName(words, '"iif"/"dev"')), 'dev'),
  oif: whole((words, { options }) => void (options.oif = readLinkName(words, '"oif"'))),
  l3mdev: whole((_, { options }) => void (options.l3mdev = true)),
  uidrange: whole((words, { options }) => void (options.uidRange = uidRange(words))),
  nat: whole(nat),
  'map-to': short(nat),
  ipproto: whole((words, { options }) => void (options.ipProtocol = readIpProtocol(words))),
  sport: whole((words, { options }) => void (options.sourcePorts = sourcePorts(words))),
  dport: whole((words, { options }) => void (options.destinationPorts = destinationPorts(words))),
  dscp: whole((words, { options }) => void (options.dscp = dscp(words))),
}

const side = (words: Words, { session }: RuleWords): string =>
  routePrefixText(readRoutePrefix(words, session.show.family))

const beginning = (word: string | undefined, name: string): boolean =>
  word !== undefined && word !== '' && name.startsWith(word)

/** `[ type ] { goto NUMBER | nop | TYPE }` */
function readAction(words: Words, { options, help: showHelp }: RuleWords): void {
  if (words.next === 'type') words.take()
  if (beginning(words.next, 'help')) showHelp()
  const word = words.take('an action')
  if (beginning(word, 'goto')) {
    options.goto = integer(words, 'invalid target')
    return
  }
  if (beginning(word, 'nop')) {
    options.action = 'nop'
    return
  }
  const type = typeOf(word)
  const value = type === undefined ? parseInteger(word) : wordValue(RTN, type)
  if (value === undefined || value > 255)
    throw words.wrong('Failed to parse rule type', expected(word, [...Object.keys(WORDS), 'goto', 'nop', 'blackhole']))
  options.action = FR_ACT.byValue.get(value) ?? value
}

function readRule(words: Words, session: Session, multicast: boolean, verb: 'add' | 'del'): Request<void> {
  if (words.done) throw new CommandError(USER, `"ip rule ${verb}" requires arguments.`)
  const state: RuleWords = { session, options: {}, help: help(words) }
  readAll(words, WORDS, state, readAction)
  const { options } = state
  if (options.l3mdev && options.table !== undefined && options.table !== 0)
    throw new CommandError(22, 'table can not be specified for l3mdev rules')
  const op = verb === 'add' ? ruleOps.add : ruleOps.delete
  const family = familyOf(session, multicast)
  const whose = multicast || session.show.family === 'inet6' ? { ...options, family } : options
  return state.nat === undefined ? op(whose) : withNat(op({ ...whose, action: NAT }), state.nat)
}

const NAT = 10
const RTA_GATEWAY = 5

/** The request with route NAT's address, which has no name among the attributes of rules any more. */
const withNat = (request: Request<void>, address: string): Request<void> => ({
  ...request,
  encode(w, resolved) {
    request.encode(w, resolved)
    RULE.encode(w, { unknown: [{ type: RTA_GATEWAY, bytes: ipBytes(address)! }] }, {})
  },
})

// ── show, flush, save ──────────────────────────────────────────────────────

type Test = (rule: Rule) => boolean

interface RuleChoice {
  readonly session: Session
  readonly tests: Test[]
  /** `flush` alone looks at it. */
  protocol?: number
}

const chooses =
  <T>(read: (words: Words, choice: RuleChoice) => T, test: (rule: Rule, value: T) => boolean) =>
  (words: Words, choice: RuleChoice): void => {
    const value = read(words, choice)
    choice.tests.push(rule => test(rule, value))
  }

const prefixOf = (words: Words, { session }: RuleChoice): RoutePrefix =>
  readRoutePrefix(words, familyOf(session, false) as 'inet')
/** A rule's prefix is in the one that is wanted. */
const liesIn = (rule: Rule, address: string | undefined, length: number, prefix: RoutePrefix): boolean =>
  rule.family === prefix.family &&
  length >= prefix.length &&
  (address === undefined ? prefix.length === 0 : within(address, prefix as Prefix))

const byPriority = short(chooses(preference, (rule, wanted) => (rule.priority ?? 0) === wanted))
const byTos = whole(
  chooses(
    words => readTos(words, 'TOS value is invalid'),
    (rule, wanted) => wordValue(DSFIELD, rule.tos) === wanted,
  ),
)
const byTable = short(
  chooses(
    words => readTable(words, 'table id value is invalid'),
    (rule, wanted) => wanted === 0 || wordValue(RT_TABLE, rule.table ?? 0) === wanted,
  ),
)
const bySource = short(chooses(prefixOf, (rule, wanted) => liesIn(rule, rule.src, rule.srcLength, wanted)))
const byDestination = short(chooses(prefixOf, (rule, wanted) => liesIn(rule, rule.dst, rule.dstLength, wanted)))
const samePorts = (found: Range | undefined, wanted: Range): boolean =>
  wanted.start === 0 || (found?.start === wanted.start && found.end === wanted.end)

/** In iproute2's order. */
const CHOICE: Keywords<RuleChoice> = {
  preference: byPriority,
  order: byPriority,
  priority: byPriority,
  not: whole((_, { tests }) => void tests.push(rule => rule.flags.includes('not'))),
  tos: byTos,
  dsfield: byTos,
  fwmark: whole(
    chooses(
      readMark,
      (rule, { mark, mask }) => (mark === 0 || (rule.fwmark ?? 0) === mark) && (!mask || (rule.fwmask ?? 0) === mask),
    ),
  ),
  iif: whole(
    chooses(
      words => readLinkName(words, '"iif"/"dev"'),
      (rule, name) => rule.iif === name,
    ),
    'dev',
  ),
  oif: whole(
    chooses(
      words => readLinkName(words, '"oif"'),
      (rule, name) => rule.oif === name,
    ),
  ),
  l3mdev: whole((_, { tests }) => void tests.push(rule => Boolean(rule.l3mdev))),
  uidrange: whole(
    chooses(uidRange, (rule, { start, end }) => rule.uidRange?.start === start && rule.uidRange.end === end),
  ),
  tun_id: short(chooses(tunnelId, (rule, id) => id === 0n || rule.tunnelId === id)),
  lookup: byTable,
  table: byTable,
  from: bySource,
  src: bySource,
  protocol: short((words, choice) => {
    if (words.next === 'all') words.take()
    else choice.protocol = readProtocol(words, 'invalid "protocol"')
  }),
  ipproto: whole(chooses(readIpProtocol, (rule, wanted) => wanted === 0 || rule.ipProtocol === wanted)),
  sport: whole(chooses(sourcePorts, (rule, wanted) => samePorts(rule.sourcePorts, wanted))),
  dport: whole(chooses(destinationPorts, (rule, wanted) => samePorts(rule.destinationPorts, wanted))),
  dscp: whole(chooses(dscp, (rule, wanted) => rule.dscp === wanted)),
  dst: byDestination,
  to: byDestination,
}

function readChoice(words: Words, session: Session): RuleChoice {
  const choice: RuleChoice = { session, tests: [] }
  readAll(words, CHOICE, choice, byDestination.read)
  return choice
}

const isChosen = ({ tests }: RuleChoice, rule: Rule): boolean => tests.every(passes => passes(rule))

/** A list that the kernel refuses ends with 255. */
function listing(work: () => void): void {
  try {
    work()
  } catch (error) {
    if (!(error instanceof NetlinkError)) throw error
    throw new CommandError(USAGE, kernelLine(error), `Dump terminated\nnetloom: ${error.message}`)
  }
}

function show(words: Words, session: Session, multicast: boolean): void {
  const choice = readChoice(words, session)
  const pen = listPen(session.show, text => session.print(text))
  listing(() =>
    session.connection.forEachSync(ruleOps.list({ family: familyOf(session, multicast) }), rule => {
      if (isChosen(choice, rule)) pen.each(rule, one => putRule(pen, one))
    }),
  )
  pen.close()
}

function flush(words: Words, session: Session, multicast: boolean): void {
  const choice = readChoice(words, session)
  const { protocol } = choice
  listing(() => {
    // The rules of priority 0 stay: iproute2 deletes none that the kernel tells without a priority.
    const rules = session
      .run(ruleOps.list({ family: familyOf(session, multicast) }))
      .filter(rule => isChosen(choice, rule) && rule.priority !== undefined)
      .filter(rule => protocol === undefined || wordValue(RTPROT, rule.protocol ?? 0) === protocol)
    for (const rule of rules) session.run(ruleOps.deleteListed(rule))
  })
}

function saveAll(words: Words, session: Session, multicast: boolean): void {
  if (!words.done) throw new CommandError(USER, '"ip rule save" does not take any arguments.')
  listing(() => save(session, SAVED_RULES, ruleOps.list({ family: familyOf(session, multicast) })))
}

function restore(session: Session): void {
  const rules: Rule[] = []
  const { RTM_NEWRULE } = ruleMessage.types
  readSaved(SAVED_RULES, (type, v, b, p, end) => {
    if (type === RTM_NEWRULE) rules.push(ruleMessage.decode(v, b, p, end))
  })
  for (const rule of rules) {
    try {
      session.run(ruleOps.restore(rule))
    } catch (error) {
      // It is there already: that is told and is no failure, as in iproute2.
      if (!isKernelError(error, 'EEXIST')) throw error
      session.host.err(`${kernelLine(error)}\n`)
    }
  }
}
