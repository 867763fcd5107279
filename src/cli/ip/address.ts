// `ip address`: add, change, replace, delete, flush, show, in iproute2's grammar.
import { NLM_F_CREATE } from '../../netlink/message.ts'
import type { ListRequest, Request } from '../../netlink/request.ts'
import { ipBytes, isIPv4 } from '../../netlink/text.ts'
import * as addressOps from '../../ops/address.ts'
import * as linkOps from '../../ops/link.ts'
import { ADDRESS, type Address, type AddressFlag, addressMessage, IFA_F, IFAPROT } from '../../route/address.ts'
import { type Link, linkMessage } from '../../route/link.ts'
import { echoOf } from '../echo.ts'
import { CommandError, isKernelError, USAGE, USER } from '../errors.ts'
import { readCommand } from '../grammar.ts'
import { usage } from '../help.ts'
import { type Family, type Prefix, prefixText, readPrefix, readScope, within } from '../prefix.ts'
import type { Echo, Session } from '../session.ts'
import { finish } from '../sheet.ts'
import { expected, integer, type Keywords, parseInteger, readAll, short, type Words, whole } from '../words.ts'
import { chosenDevice, LINK_CHOICE, type LinkChoice, shownDevice } from './link.ts'
import { linksWith, noticeSheet, printAddresses, printDump } from './print-address.ts'
import { readSaved, SAVED_ADDRESSES, save } from './saved.ts'

export const HELP = `Usage: % address { add | change | replace } IFADDR dev DEVICE [ LIFETIME ] [ FLAGS ]
       % address delete IFADDR dev DEVICE
       % address flush CHOICE
       % address [ show CHOICE ]
       % address save CHOICE >FILE
       % address { restore | showdump } <FILE
IFADDR := PREFIX | ADDRESS peer PREFIX [ broadcast { ADDRESS | + | - } ]
	[ label LABEL ] [ scope SCOPE ] [ metric METRIC ] [ proto PROTO ]
CHOICE := [ [ dev ] DEVICE ] [ up ] [ scope SCOPE ] [ to PREFIX ] [ label PATTERN ]
	[ master DEVICE | nomaster ] [ type KIND ] [ group GROUP ] [ proto PROTO ]
	[ [-]FLAG ]
SCOPE := { host | link | site | global | NUMBER }
LIFETIME := [ valid_lft LFT ] [ preferred_lft LFT ]
LFT := { forever | SECONDS }
PROTO := { kernel_lo | kernel_ra | kernel_ll | NUMBER }
FLAGS := [ nodad ] [ optimistic ] [ home ] [ mngtmpaddr ] [ noprefixroute ] [ autojoin ]
`

/** In iproute2's order: `a` is `add`, `s` is `show`. */
const COMMANDS = [
  'add',
  'change',
  'chg',
  'replace',
  'delete',
  'show',
  'lst',
  'list',
  'flush',
  'save',
  'showdump',
  'restore',
  'help',
]

/** Runs `ip address …`; answers the exit status. */
export function addressCommand(words: Words, session: Session): number {
  const command = words.done ? 'show' : readCommand(words, 'address', COMMANDS)
  const run: Readonly<Record<string, () => void>> = {
    add: () => modify(words, session, addressOps.add),
    change: () => modify(words, session, addressOps.change),
    chg: () => modify(words, session, addressOps.change),
    replace: () => modify(words, session, addressOps.replace),
    delete: () => remove(words, session),
    flush: () => flush(words, session),
    save: () => saveChosen(words, session),
    showdump: () => showDump(session),
    restore: () => restore(session),
    help: () => help(words)(),
  }
  ;(run[command] ?? (() => show(words, session)))()
  return 0
}

const help = (words: Words) => (): never => {
  throw usage(words, HELP)
}

// ── add, change, replace, delete ───────────────────────────────────────────

interface AddressWords {
  family: Family
  dev?: string
  local?: Prefix
  peer?: Prefix
  /** `+`: all host bits set; `-`: none. */
  broadcast?: string
  anycast?: string
  label?: string
  scope?: addressOps.Scope
  metric?: number
  /** Who added it (IFA_PROTO, since Linux 5.18). */
  proto?: Protocol
  valid?: number
  preferred?: number
  readonly flags: AddressFlag[]
  readonly warn: (text: string) => void
  readonly help: () => never
}

const flag = (name: AddressFlag) => whole<AddressWords>((_, state) => void state.flags.push(name))
/** Of IPv6 alone: left out elsewhere, which is said. */
const flagOfInet6 = (name: AddressFlag) =>
  whole<AddressWords>((_, state) => {
    if (state.family === 'inet6') state.flags.push(name)
    else state.warn(`${name} option can be set only for IPv6 addresses`)
  })
/** What the kernel alone says of an address: saved ones may have it. */
const told = (name: string) =>
  whole<AddressWords>((_, state) => state.warn(`${name} option is not mutable from userspace`))

/** Lifetimes are seconds, or for ever. */
function lifetime(words: Words, name: string): number {
  if (words.next !== 'forever') return integer(words, `${name} value`)
  words.take()
  return FOREVER
}
const FOREVER = 0xffffffff

type Protocol = NonNullable<Address['proto']>

/** Reads who added an address: newer iproute2's word. */
function protocol(words: Words): Protocol {
  const text = words.take('a protocol')
  const value = parseInteger(text)
  if (!IFAPROT.byWord.has(text) && (value === undefined || value > 255))
    throw words.wrong('"proto" value is invalid', expected(text, [...IFAPROT.byWord.keys()]))
  return (value === undefined ? text : (IFAPROT.byValue.get(value) ?? value)) as Protocol
}

const TOLD = ['secondary', 'temporary', 'dadfailed', 'deprecated', 'tentative', 'permanent', 'stable-privacy']

const WORDS: Keywords<AddressWords> = {
  peer: whole((words, state) => void (state.peer = prefix(words, state)), 'remote'),
  broadcast: short((words, state) => {
    const text = words.take('an address')
    if (state.broadcast !== undefined) throw duplicate(words, 'broadcast')
    const fits = ipBytes(text) && (state.family !== 'inet' || isIPv4(text))
    if (text !== '+' && text !== '-' && !fits)
      throw words.fail(`Error: inet address is expected rather than "${text}".`, 'an address, or + or -')
    state.broadcast = text
  }, 'brd'),
  anycast: whole((words, state) => {
    const text = words.take('an address')
    if (!ipBytes(text)) throw words.fail(`Error: inet address is expected rather than "${text}".`, 'an address')
    state.anycast = text
  }),
  scope: whole((words, state) => void (state.scope = readScope(words, 'invalid scope value.')!)),
  dev: whole((words, state) => void (state.dev = words.take('a device'))),
  label: whole((words, state) => void (state.label = words.take('a label'))),
  metric: short(
    (words, state) => void (state.metric = integer(words, '"metric" value is invalid')),
    'priority',
    'preference',
  ),
  proto: whole((words, state) => void (state.proto = protocol(words))),
  valid_lft: short((words, state) => {
    if (state.valid !== undefined) throw duplicate(words, 'valid_lft')
    state.valid = lifetime(words, 'valid_lft')
  }),
  preferred_lft: short((words, state) => {
    if (state.preferred !== undefined) throw duplicate(words, 'preferred_lft')
    state.preferred = lifetime(words, 'preferred_lft')
  }),
  home: flagOfInet6('home'),
  nodad: flagOfInet6('nodad'),
  optimistic: flagOfInet6('optimistic'),
  mngtmpaddr: flagOfInet6('mngtmpaddr'),
  noprefixroute: flag('noprefixroute'),
  autojoin: flag('autojoin'),
  ...Object.fromEntries(TOLD.map(name => [name, told(name)])),
  local: whole((words, state) => {
    if (state.local) throw garbageOf(words, words.take('an address'))
    state.local = prefix(words, state)
  }),
  help: short((_, state) => state.help()),
}

function prefix(words: Words, state: AddressWords): Prefix {
  const found = readPrefix(words, state.family)
  state.family = found.family
  return found
}

const duplicate = (words: Words, name: string): CommandError =>
  words.fail(`Error: duplicate "${name}": "${words.last}" is the second value.`, undefined, USAGE)

const garbageOf = (words: Words, word: string): CommandError =>
  words.fail(
    `Error: either "local" is duplicate, or "${word}" is a garbage.`,
    Object.hasOwn(WORDS, word)
      ? 'an address belongs behind "local"'
      : expected(
          word,
          Object.keys(WORDS).filter(name => !TOLD.includes(name)),
        ),
    USAGE,
  )

function readAddress(words: Words, session: Session): AddressWords {
  const warn = (text: string): void => session.host.err(`Warning: ${text}\n`)
  const state: AddressWords = { family: session.show.family, flags: [], warn, help: help(words) }
  readAll(words, WORDS, state, () => {
    if (state.local) throw garbageOf(words, words.take())
    state.local = prefix(words, state)
  })
  if (state.dev === undefined) throw new CommandError(USER, 'Not enough information: "dev" argument is required.')
  return state
}

function modify(words: Words, session: Session, op: typeof addressOps.add): void {
  const { dev, local, peer, broadcast, anycast, label, scope, metric, proto, valid, preferred, flags, family } =
    readAddress(words, session)
  if (broadcast !== undefined && family === 'inet6')
    throw new CommandError(USER, 'Broadcast can be set only for IPv4 addresses')
  // iproute2's order: the device before the lifetimes.
  session.device(dev!)
  if (valid === 0) throw new CommandError(USER, 'valid_lft is zero')
  if ((preferred ?? FOREVER) > (valid ?? FOREVER))
    throw new CommandError(USER, 'preferred_lft is greater than valid_lft')
  if (flags.includes('autojoin') && local && !isMulticast(local.address))
    throw new CommandError(USER, 'autojoin needs multicast address')
  if (!local) throw new CommandError(USER, 'Not enough information: an address is required.')
  const request = op({
    dev: dev!,
    address: peer ? local.address : prefixText(local),
    ...(peer && { peer: prefixText(peer) }),
    ...(broadcast !== undefined && { broadcast: broadcastOf(broadcast, peer ?? local) }),
    label,
    scope,
    metric,
    validLifetime: valid,
    preferredLifetime: preferred,
    ...(flags.length > 0 && { flags }),
  })
  const more = { ...(anycast !== undefined && { anycast }), ...(proto !== undefined && { proto }) }
  session.apply(Object.keys(more).length === 0 ? request : withMore(request, more), ECHO(session))
}

/** The request with more attributes behind its own. */
const withMore = (request: Request<void>, more: Parameters<typeof ADDRESS.encode>[1]): Request<void> => ({
  ...request,
  encode(w, resolved) {
    request.encode(w, resolved)
    ADDRESS.encode(w, more, {})
  },
})

const ECHO = (session: Session): Echo =>
  echoOf(session, addressMessage, RTM_DELADDR, (address, deleted) =>
    noticeSheet(address, deleted, session.show, session),
  )
const { RTM_NEWADDR, RTM_DELADDR } = addressMessage.types

const isMulticast = (address: string): boolean =>
  isIPv4(address) ? Number(address.split('.')[0]) >> 4 === 14 : /^ff/i.test(address)

/** `+`: the last address of the prefix, `-`: the first. A /31 or /32 has neither. */
function broadcastOf(text: string, { address, length }: Prefix): string | undefined {
  if (text !== '+' && text !== '-') return text
  if (length > 30) return undefined
  const value = [...ipBytes(address)!].reduce((sum, byte) => sum * 256 + byte, 0)
  const hosts = 2 ** (32 - length)
  const first = Math.floor(value / hosts) * hosts
  const found = text === '+' ? first + hosts - 1 : first
  return [24, 16, 8, 0].map(shift => Math.floor(found / 2 ** shift) % 256).join('.')
}

function remove(words: Words, session: Session): void {
  const { dev, local, peer, label } = readAddress(words, session)
  if (!local) throw new CommandError(USER, 'Not enough information: an address is required.')
  if (!peer && local.family === 'inet' && !local.said)
    session.host.err(
      'Warning: Executing wildcard deletion to stay compatible with old scripts.\n' +
        `         Explicitly specify the prefix length (${local.address}/32) to avoid this warning.\n` +
        '         This special behaviour is likely to disappear in further releases,\n' +
        '         fix your scripts!\n',
    )
  session.device(dev!)
  session.apply(
    addressOps.delete({
      dev: dev!,
      address: peer ? local.address : prefixText(local),
      ...(peer && { peer: prefixText(peer) }),
      label,
    }),
    ECHO(session),
  )
}

// ── show, flush ────────────────────────────────────────────────────────────

interface AddressChoice extends LinkChoice {
  scope?: addressOps.Scope
  label?: string
  to?: Prefix
  proto?: Protocol
  /** Flags that must be set, or not. */
  readonly flags: Map<AddressFlag, boolean>
  /** Whether the words choose among addresses, and not only among links. */
  narrowed: boolean
}

const FLAG_NAMES = [...IFA_F.byWord.keys()] as AddressFlag[]

const CHOICE: Keywords<AddressChoice> = {
  to: whole((words, choice) => {
    choice.to = readPrefix(words, choice.session.show.family)
    choice.narrowed = true
  }),
  scope: whole((words, choice) => {
    const scope = readScope(words, 'invalid "scope"', true)
    if (scope !== undefined) choice.scope = scope
    choice.narrowed = true
  }),
  label: whole((words, choice) => {
    choice.label = words.take('a pattern')
    choice.narrowed = true
  }),
  proto: whole((words, choice) => {
    choice.proto = protocol(words)
    choice.narrowed = true
  }),
  dynamic: whole((_, choice) => void choice.flags.set('permanent', false)),
  primary: whole((_, choice) => void choice.flags.set('secondary', false)),
  ...(Object.fromEntries(
    FLAG_NAMES.flatMap(name => [
      [name, whole<AddressChoice>((_, choice) => void choice.flags.set(name, true))],
      [`-${name}`, whole<AddressChoice>((_, choice) => void choice.flags.set(name, false))],
    ]),
  ) as Keywords<AddressChoice>),
  ...(LINK_CHOICE as Keywords<AddressChoice>),
}

function readChoice(words: Words, session: Session): AddressChoice {
  const choice: AddressChoice = { session, flags: new Map(), narrowed: false, help: help(words) }
  readAll(words, CHOICE, choice, () => {
    words.take()
    chosenDevice(words, choice)
  })
  return choice
}

function show(words: Words, session: Session): void {
  const choice = readChoice(words, session)
  const family: Family = session.show.family === 'unspec' ? (choice.to?.family ?? 'unspec') : session.show.family
  const dev = choice.dev === undefined ? undefined : shownDevice(session, choice.dev)
  // A prefix chooses among addresses: the links are listed as without it.
  const links = listLinks(choice, session.show.family, dev)
  if (family === 'packet') {
    session.print(printAddresses(links, [], session.show, session))
    return
  }
  const all = listAddresses(session, family, dev)
  const shown = all.filter(address => isChosen(address, choice))
  const bare = choice.label !== undefined
  const view = { ...session.show, family, bare }
  const shownLinks = linksWith(links, shown, all, family).filter(
    link => !bare || shown.some(address => address.index === link.index),
  )
  session.print(printAddresses(shownLinks, shown, view, session))
}

/** The links as the kernel tells them to this family: IPv6 has a list of its own, of links that speak it. */
function listLinks(choice: AddressChoice, family: Family, dev: Link | undefined): Link[] {
  const { session, up, master, group, kind } = choice
  const filter = {
    ...(master && { master }),
    ...(kind !== undefined && { kind }),
    statistics: session.show.statistics > 0,
  }
  const all = dev ? [dev] : family === 'inet6' ? inet6Links(session) : session.run(linkOps.list(filter))
  if (family !== 'inet6') session.remember(all)
  return all.filter(
    link =>
      (up === undefined || link.up === up) &&
      (master === undefined || (link.master ?? 0) === master) &&
      (group === undefined || link.group === undefined || link.group === group) &&
      (kind === undefined || link.kind === kind) &&
      (choice.portKind === undefined || link.linkInfo?.slaveKind === choice.portKind),
  )
}

/** IPv6's own list says less of each link; the length of its queue, which `ip` asks by an ioctl, is in the full list. */
function inet6Links(session: Session): Link[] {
  const request: ListRequest<Link> = {
    ...linkOps.list(),
    encode: w => linkMessage.encode(w, { header: { family: 'inet6' } }),
  }
  const full = session.remember(session.run(linkOps.list({ statistics: false })))
  const byIndex = new Map(full.map(link => [link.index, link]))
  return session.run(request).map(link => {
    const { txQueueLength } = byIndex.get(link.index) ?? {}
    return txQueueLength === undefined ? link : Object.assign(link, { txQueueLength })
  })
}

/** Of families that have none, none. */
function listAddresses(session: Session, family: Family, dev: Link | undefined): Address[] {
  if (family === 'bridge' || family === 'mpls') return []
  const only = family === 'inet' || family === 'inet6' ? { family } : {}
  return session.run(addressOps.list({ ...only, ...(dev && { dev: dev.index }) }))
}

function isChosen(address: Address, { session, scope, label, to, proto, flags }: AddressChoice): boolean {
  const local = address.local ?? address.address ?? ''
  return (
    (scope === undefined || address.scope === scope) &&
    (label === undefined || glob(label).test(address.label ?? session.link(address.index)?.name ?? '')) &&
    (to === undefined || within(local, to)) &&
    (proto === undefined || address.proto === proto) &&
    [...flags].every(([name, on]) => hasFlag(address, name) === on)
  )
}

/** `secondary` and `temporary` are one flag, which has a name in each family. */
function hasFlag({ flags = [] }: Address, name: AddressFlag): boolean {
  const bit = IFA_F.byWord.get(name)
  return flags.some(flag => typeof flag === 'string' && IFA_F.byWord.get(flag) === bit)
}

/** Shell patterns, as fnmatch(3): `eth0:*`, `v?`, `[ab]*`. */
function glob(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.')
  return new RegExp(`^${source.replace(/\[!/g, '[^')}$`)
}

/** Deletes what is chosen, and what becomes of it (a secondary address may be promoted), until nothing is left. */
function flush(words: Words, session: Session): void {
  if (words.done) throw new CommandError(USER, 'Flush requires arguments.')
  if (session.show.family === 'packet') throw new CommandError(USER, 'Cannot flush link addresses.')
  const choice = readChoice(words, session)
  const dev = choice.dev === undefined ? undefined : shownDevice(session, choice.dev)
  const links = new Set(listLinks(choice, 'unspec', dev).map(link => link.index))
  const say = (text: string): void => {
    if (session.show.statistics > 0) session.print(text)
  }
  const finished = (rounds: number): void =>
    say(
      rounds === 0
        ? 'Nothing to flush.\n'
        : `*** Flush is complete after ${rounds} round${rounds > 1 ? 's' : ''} ***\n`,
    )
  // Only primary addresses: what is promoted to one was not meant.
  const once = choice.flags.get('secondary') === false
  const most = session.settings.loops || Number.POSITIVE_INFINITY
  for (let rounds = 0; rounds < most; rounds++) {
    const chosen = once && rounds > 0 ? [] : flushable(choice, dev, links)
    if (chosen.length === 0) {
      finished(rounds)
      return
    }
    for (const address of chosen) flushOne(session, address)
    if (session.show.statistics > 1)
      for (const address of chosen)
        session.print(finish([noticeSheet(address, false, session.show, session)], session.show))
    say(`\n*** Round ${rounds + 1}, deleting ${chosen.length} addresses ***\n`)
  }
  throw new CommandError(USER, `*** Flush remains incomplete after ${most} rounds. ***`)
}

const flushable = (choice: AddressChoice, dev: Link | undefined, links: ReadonlySet<number>): Address[] =>
  listAddresses(choice.session, choice.session.show.family, dev).filter(
    address => links.has(address.index) && isChosen(address, choice),
  )

function flushOne(session: Session, { index, local, address, prefixLength, label }: Address): void {
  const own = local ?? address
  if (own === undefined) return
  const peer = address !== undefined && address !== own ? { peer: `${address}/${prefixLength}` } : {}
  try {
    session.run(addressOps.delete({ dev: index, address: `${own}/${prefixLength}`, ...peer, label }))
  } catch (error) {
    // It went with its primary address.
    if (!isKernelError(error, 'EADDRNOTAVAIL')) throw error
  }
}

// ── save, restore, showdump ────────────────────────────────────────────────

/** Writes the chosen addresses as the kernel's own messages, for `restore`. */
function saveChosen(words: Words, session: Session): void {
  const choice = readChoice(words, session)
  const dev = choice.dev === undefined ? undefined : shownDevice(session, choice.dev)
  const links = new Set(listLinks(choice, 'unspec', dev).map(link => link.index))
  const { family } = session.show
  const request = addressOps.list({
    ...(family === 'inet' || family === 'inet6' ? { family } : {}),
    ...(dev && { dev: dev.index }),
  })
  save(session, SAVED_ADDRESSES, request, address => links.has(address.index) && isChosen(address, choice))
}

/** Adds the addresses of a saved dump; those that are there already are left. */
function restore(session: Session): void {
  const requests: Request<void>[] = []
  readSaved(SAVED_ADDRESSES, (type, v, b, p, end) => {
    if (type === RTM_NEWADDR) requests.push(restored(addressMessage.decode(v, b, p, end), b.subarray(p, end)))
  })
  for (const request of requests) {
    try {
      session.run(request)
    } catch (error) {
      if (!isKernelError(error, 'EEXIST')) throw error
    }
  }
}

const restored = ({ local, address = local, prefixLength, index }: Address, payload: Uint8Array): Request<void> => ({
  op: 'address.restore',
  what: `restore address ${local ?? address}/${prefixLength} on link ${index}`,
  mode: 'change',
  type: RTM_NEWADDR,
  flags: NLM_F_CREATE,
  message: addressMessage,
  needs: [],
  encode: w => w.raw(payload),
  finish: () => undefined,
})

function showDump(session: Session): void {
  const addresses: Address[] = []
  readSaved(SAVED_ADDRESSES, (type, v, b, p, end) => {
    if (type === RTM_NEWADDR) addresses.push(addressMessage.decode(v, b, p, end))
  })
  session.print(printDump(addresses, session.show, session))
}
