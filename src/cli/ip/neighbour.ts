// `ip neighbour`: add, change, replace, delete, get, show, flush, in iproute2's grammar.
import type { Request } from '../../netlink/request.ts'
import { flagsValue, wordValue } from '../../netlink/words.ts'
import * as neighbourOps from '../../ops/neighbour.ts'
import { type Neighbour, NUD } from '../../route/neighbour.ts'
import { RTPROT } from '../../route/routing-words.ts'
import { CommandError, isKernelError, USAGE, USER } from '../errors.ts'
import { readCommand } from '../grammar.ts'
import { usage } from '../help.ts'
import { type Family, type Prefix, readHost, readPrefix, within } from '../prefix.ts'
import type { Session } from '../session.ts'
import { finish } from '../sheet.ts'
import {
  duplicate,
  expected,
  garbage,
  type Keywords,
  matching,
  oneDevice,
  parseInteger,
  readAll,
  short,
  type Words,
  whole,
} from '../words.ts'
import { hardwareAddress } from './link-words.ts'
import { neighbourSheet } from './print-neighbour.ts'
import { readProtocol } from './routing-values.ts'

export const HELP = `Usage: % neigh { add | change | replace | delete }
		{ ADDR [ lladdr LLADDR ] [ nud STATE ] | proxy ADDR }
		[ dev DEV ] [ router ] [ use ] [ managed ] [ extern_learn ]
		[ protocol PROTO ]
       % neigh { show | flush } [ proxy ] [ to PREFIX ] [ dev DEV ] [ nud STATE ]
		[ vrf NAME ] [ master DEV | nomaster ] [ protocol PROTO ] [ unused ]
       % neigh get { ADDR | proxy ADDR } dev DEV
STATE := { delay | failed | incomplete | noarp | none |
	permanent | probe | reachable | stale | all }
`

/** In iproute2's order: `a` is `add`. */
const COMMANDS = ['add', 'change', 'chg', 'replace', 'delete', 'get', 'show', 'lst', 'list', 'flush', 'help']

/** Runs `ip neighbour …`; answers the exit status. */
export function neighbourCommand(words: Words, session: Session): number {
  const command = words.done ? 'show' : readCommand(words, 'neigh', COMMANDS)
  const run: Readonly<Record<string, () => void>> = {
    add: () => modify(words, session, 'add'),
    change: () => modify(words, session, 'change'),
    chg: () => modify(words, session, 'change'),
    replace: () => modify(words, session, 'replace'),
    delete: () => modify(words, session, 'delete'),
    get: () => get(words, session),
    flush: () => flush(words, session),
    help: () => help(words)(),
  }
  ;(run[command] ?? (() => show(words, session)))()
  return 0
}

const help = (words: Words) => (): never => {
  throw usage(words, HELP)
}

// ── states and protocols ───────────────────────────────────────────────────

/** Those that iproute2 lets one abbreviate; the others are written in full. */
const SHORT_STATES = ['permanent', 'reachable', 'failed']
const STATES = ['none', ...NUD.byWord.keys()]

/** Reads a state, by name or as its bit; undefined: it is none. */
function stateOf(word: string): number | undefined {
  const name = STATES.includes(word) ? word : matching(word, SHORT_STATES)
  if (name !== undefined) return name === 'none' ? 0 : NUD.byWord.get(name)!
  const value = parseInteger(word)
  return value !== undefined && value < 0x100 && (value & (value - 1)) === 0 ? value : undefined
}

const badState = (words: Words): CommandError => words.wrong('nud state is bad', expected(words.last, STATES))

// ── add, change, replace, delete ───────────────────────────────────────────

interface NeighbourWords {
  readonly family: Family
  readonly help: () => never
  dev?: string
  address?: string
  proxy?: boolean
  linkLayerAddress?: string
  state?: number
  protocol?: number
  readonly flags: neighbourOps.NeighbourFlag[]
}

const flag = (name: neighbourOps.NeighbourFlag) => (_: Words, state: NeighbourWords) => void state.flags.push(name)
const isHelp = (words: Words): boolean => words.next !== undefined && matching(words.next, ['help']) !== undefined

const WORDS: Keywords<NeighbourWords> = {
  lladdr: short((words, state) => {
    const given = words.next === 'null' ? words.take() : hardwareAddress(words)
    if (state.linkLayerAddress !== undefined) throw duplicate(words, 'lladdr')
    state.linkLayerAddress = given
  }),
  nud: whole((words, state) => {
    const value = stateOf(words.take('a state'))
    if (value === undefined) throw badState(words)
    state.state = value
  }),
  proxy: short((words, state) => {
    if (isHelp(words)) state.help()
    if (state.address !== undefined) {
      words.take()
      throw duplicate(words, 'address')
    }
    state.address = readHost(words, state.family).address
    state.proxy = true
  }),
  router: whole(flag('router')),
  use: whole(flag('use')),
  managed: whole((_, state) => {
    state.flags.push('managed')
    state.state = 0
  }),
  extern_learn: short(flag('extern_learn')),
  dev: whole((words, state) => void (state.dev = words.take('a device'))),
  protocol: short((words, state) => void (state.protocol = readProtocol(words))),
  to: whole((words, state) => address(words, state)),
  help: short((_, state) => state.help()),
}

function address(words: Words, state: NeighbourWords): void {
  if (state.address !== undefined) {
    words.take('an address')
    throw garbage(words, 'to', Object.keys(WORDS))
  }
  state.address = readHost(words, state.family).address
}

type Verb = 'add' | 'change' | 'replace' | 'delete'

function modify(words: Words, session: Session, verb: Verb): void {
  const state: NeighbourWords = { family: session.show.family, flags: [], help: help(words) }
  readAll(words, WORDS, state, address)
  const { dev, address: dst, proxy } = state
  if (dst === undefined || (dev === undefined && !proxy))
    throw new CommandError(USAGE, 'Device and destination are required arguments.')
  if (dev !== undefined) session.device(dev)
  session.apply(proxy ? proxyRequest(verb, state, dst) : neighbourRequest(verb, state, dst, dev!))
}

function neighbourRequest(verb: Verb, state: NeighbourWords, dst: string, dev: string): Request<void> {
  if (verb === 'delete') return neighbourOps.delete({ dev, address: dst })
  const { linkLayerAddress, state: bits, flags, protocol } = state
  const { add, change, replace } = neighbourOps
  return { add, change, replace }[verb]({
    dev,
    address: dst,
    ...(linkLayerAddress !== 'null' && { linkLayerAddress }),
    ...(bits !== undefined && { state: bits === 0 ? 'none' : NUD.byValue.get(bits)! }),
    flags,
    protocol,
  })
}

/** The kernel adds a proxy or changes the one that is there, whatever the verb (net/core/neighbour.c: neigh_add). */
const proxyRequest = (verb: Verb, { dev, flags, protocol }: NeighbourWords, address: string): Request<void> =>
  verb === 'delete'
    ? neighbourOps.deleteProxy({ dev, address })
    : neighbourOps.addProxy({ dev, address, flags, protocol })

// ── get ────────────────────────────────────────────────────────────────────

const GET_WORDS: Keywords<NeighbourWords> = {
  dev: oneDevice(),
  proxy: WORDS['proxy']!,
  to: WORDS['to']!,
  help: WORDS['help']!,
}

function get(words: Words, session: Session): void {
  const state: NeighbourWords = { family: session.show.family, flags: [], help: help(words) }
  readAll(words, GET_WORDS, state, address)
  const { dev, address: dst, proxy } = state
  if (dst === undefined || (dev === undefined && !proxy))
    throw new CommandError(USER, 'Device and address are required arguments.')
  if (dev !== undefined) session.device(dev)
  const found = session.run(
    proxy ? neighbourOps.getProxy({ dev, address: dst }) : neighbourOps.get({ dev: dev!, address: dst }),
  )
  session.print(finish([neighbourSheet(found, session.show, session)], session.show))
}

// ── show, flush ────────────────────────────────────────────────────────────

/** A state of none, among the bits of states. */
const NO_STATE = 0x100
const ALL_STATES = 0x1ff

interface NeighbourChoice {
  readonly session: Session
  readonly help: () => never
  readonly flushing: boolean
  dev?: string
  /** null: those on what is no port. */
  master?: string | null
  unused?: true
  /** The bits of those that were said. */
  states?: number
  proxy?: true
  protocol?: number
  to?: Prefix
}

const { noarp, permanent } = Object.fromEntries(NUD.byWord) as Record<string, number>

/** The name of a link that must be there. */
function existing(words: Words, session: Session, reason: string): string {
  const name = words.take('a device')
  if (!session.find(name)) throw words.wrong(reason, 'there is no such link here')
  return name
}

const CHOICE: Keywords<NeighbourChoice> = {
  dev: oneDevice(),
  master: whole((words, choice) => void (choice.master = existing(words, choice.session, 'Device does not exist'))),
  vrf: whole((words, choice) => {
    const name = existing(words, choice.session, 'Not a valid VRF name')
    if (choice.session.device(name).kind !== 'vrf')
      throw words.wrong('Not a valid VRF name', 'it is a link of another kind')
    choice.master = name
  }),
  nomaster: whole((_, choice) => void (choice.master = null)),
  unused: whole((_, choice) => void (choice.unused = true)),
  nud: whole((words, choice) => {
    const word = words.take('a state')
    const bits = stateOf(word) ?? (word === 'all' ? ALL_STATES & ~(choice.flushing ? noarp! : 0) : undefined)
    if (bits === undefined) throw badState(words)
    choice.states = (choice.states ?? 0) | (bits === 0 ? NO_STATE : bits)
  }),
  proxy: whole((_, choice) => void (choice.proxy = true)),
  protocol: short((words, choice) => {
    if (words.next === 'all') words.take()
    else choice.protocol = readProtocol(words, 'invalid "protocol"')
  }),
  to: whole((words, choice) => prefix(words, choice)),
  help: short((_, choice) => choice.help()),
}

/** Words that iproute2 has for any address. */
const ANY = ['default', 'any', 'all']

function prefix(words: Words, choice: NeighbourChoice): void {
  if (ANY.includes(words.next ?? '')) words.take()
  else choice.to = readPrefix(words, choice.session.show.family)
}

function readChoice(words: Words, session: Session, flushing: boolean): NeighbourChoice {
  const choice: NeighbourChoice = { session, flushing, help: help(words) }
  readAll(words, CHOICE, choice, prefix)
  if (choice.dev !== undefined) session.device(choice.dev)
  return choice
}

function listed(choice: NeighbourChoice): Neighbour[] {
  const { session, flushing, dev, master, proxy, to } = choice
  const { family } = session.show
  const wanted = family === 'unspec' ? to?.family : family
  const states = choice.states ?? (flushing ? ALL_STATES & ~(permanent! | noarp!) : ALL_STATES & ~NO_STATE & ~noarp!)
  const filter = {
    dev,
    master,
    ...((wanted === 'inet' || wanted === 'inet6') && { family: wanted }),
  }
  const all = session.run(proxy ? neighbourOps.listProxies(filter) : neighbourOps.list(filter))
  return all.filter(neighbour => isChosen(neighbour, choice, states))
}

function isChosen({ state, flags, dst, cacheInfo, protocol }: Neighbour, choice: NeighbourChoice, states: number) {
  const bits = flagsValue(NUD, state)
  // Proxies and what others have learned have no states of their own.
  const inState = (bits === 0 ? NO_STATE : bits) & states || flags.includes('proxy') || flags.includes('extern_learn')
  return (
    Boolean(inState) &&
    (choice.to === undefined || dst === undefined || within(dst, choice.to)) &&
    (!choice.unused || !cacheInfo?.references) &&
    (choice.protocol === undefined || wordValue(RTPROT, protocol ?? 0) === choice.protocol)
  )
}

function show(words: Words, session: Session): void {
  const choice = readChoice(words, session, false)
  const view = { withoutDevice: choice.dev !== undefined }
  const sheets = listed(choice).map(neighbour => neighbourSheet(neighbour, session.show, session, view))
  session.print(finish(sheets, session.show))
}

const MOST_ROUNDS = 10

/** Deletes what is chosen until nothing of it is left. */
function flush(words: Words, session: Session): void {
  if (words.done) throw new CommandError(USER, 'Flush requires arguments.')
  const choice = readChoice(words, session, true)
  const told = session.show.statistics > 0
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const chosen = listed(choice)
    if (chosen.length === 0) {
      const end = `*** Flush is complete after ${round} round${round > 1 ? 's' : ''} ***\n`
      if (told) session.print(round === 0 ? 'Nothing to flush.\n' : end)
      return
    }
    if (session.show.statistics > 1)
      for (const neighbour of chosen)
        session.print(
          neighbourSheet(neighbour, session.show, session, { withoutDevice: choice.dev !== undefined }).text,
        )
    for (const request of neighbourOps.flush(chosen)) flushOne(session, request)
    if (told) session.print(`\n*** Round ${round + 1}, deleting ${chosen.length} entries ***\n`)
  }
  throw new CommandError(USAGE, `*** Flush not complete bailing out after ${MOST_ROUNDS} rounds`)
}

function flushOne(session: Session, request: Request<void>): void {
  try {
    session.run(request)
  } catch (error) {
    // The kernel has forgotten it meanwhile.
    if (!isKernelError(error, 'ENOENT')) throw error
  }
}
