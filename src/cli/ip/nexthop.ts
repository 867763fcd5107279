// `ip nexthop`: add, replace, delete, get, show, flush and the buckets of resilient groups, in iproute2's grammar.
import * as nexthopOps from '../../ops/nexthop.ts'
import { type Nexthop, type NexthopBucket, nexthopMessage } from '../../route/nexthop.ts'
import { echoOf } from '../echo.ts'
import { CommandError, isKernelError, kernelLine, USER } from '../errors.ts'
import { readCommand, unknownCommand } from '../grammar.ts'
import { usage } from '../help.ts'
import { listPen } from '../pen.ts'
import type { Family } from '../prefix.ts'
import type { Echo, Session } from '../session.ts'
import { finish } from '../sheet.ts'
import {
  expected,
  integer,
  type Keywords,
  matching,
  onOff,
  parseInteger,
  readAll,
  short,
  type Words,
  whole,
} from '../words.ts'
import { readEncap } from './encap-words.ts'
import { Lookups } from './lookups.ts'
import { bucketSheet, nexthopSheet, putBucket, putNexthop } from './print-nexthop.ts'
import { readProtocol, readVia, readVrf } from './routing-values.ts'

export const HELP = `Usage: % nexthop { list | flush } [ protocol ID ] SELECTOR
       % nexthop { add | replace } id ID NH [ protocol ID ]
       % nexthop { get | del } id ID
       % nexthop bucket list BUCKET_SELECTOR
       % nexthop bucket get id ID index INDEX
SELECTOR := [ id ID ] [ dev DEV ] [ vrf NAME ] [ master DEV ]
            [ groups ] [ fdb ]
BUCKET_SELECTOR := SELECTOR | [ nhid ID ]
NH := { blackhole | [ via ADDRESS ] [ dev DEV ] [ onlink ]
        [ encap ENCAPTYPE ENCAPHDR ] |
        group GROUP [ fdb ] [ type TYPE [ TYPE_ARGS ] ] [ hw_stats { on | off } ] }
GROUP := [ <id[,weight]>/<id[,weight]>/... ]
TYPE := { mpath | resilient }
TYPE_ARGS := [ RESILIENT_ARGS ]
RESILIENT_ARGS := [ buckets BUCKETS ] [ idle_timer IDLE ]
                  [ unbalanced_timer UNBALANCED ]
ENCAPTYPE := [ mpls | ip | ip6 | seg6 | … ]   (see: % route help)
`

const echo = (session: Session): Echo =>
  echoOf(session, nexthopMessage, nexthopMessage.types.RTM_DELNEXTHOP, (nexthop, deleted) =>
    nexthopSheet(nexthop, session.show, session, deleted),
  )

/** In iproute2's order. */
const COMMANDS = ['add', 'replace', 'delete', 'list', 'show', 'lst', 'get', 'flush', 'bucket', 'help']
const BUCKET_COMMANDS = ['list', 'show', 'lst', 'get', 'help']

/** Runs `ip nexthop …`; answers the exit status. */
export function nexthopCommand(words: Words, session: Session): number {
  const command = words.done ? 'show' : readCommand(words, 'nexthop', COMMANDS)
  const run: Readonly<Record<string, () => void>> = {
    add: () => session.apply(nexthopOps.add(readNexthop(words, session)), echo(session)),
    replace: () => session.apply(nexthopOps.replace(readNexthop(words, session)), echo(session)),
    delete: () => remove(words, session),
    get: () => get(words, session),
    flush: () => flush(words, session),
    bucket: () => bucket(words, session),
    help: () => help(words)(),
  }
  ;(run[command] ?? (() => show(words, session)))()
  return 0
}

const help = (words: Words) => (): never => {
  throw usage(words, HELP)
}

/** What is no keyword is wrong, without a reason, as in iproute2. */
const garbage = (words: Words, table: Keywords<any>): never => {
  const word = words.take()
  throw words.wrong('', expected(word, Object.keys(table)))
}

const id = (words: Words): number => integer(words, 'invalid id value')

/** A device that must be there. */
function device(words: Words, session: Session): number {
  const name = words.take('a device')
  const found = session.find(name)
  if (found) return found.index
  throw words.wrong('Device does not exist', session.absent(name).replace('netloom: ', ''))
}

// ── add, replace, delete ───────────────────────────────────────────────────

interface NexthopWords {
  family: Family
  readonly options: { -readonly [K in keyof nexthopOps.NexthopAdd]: nexthopOps.NexthopAdd[K] }
  readonly session: Session
  readonly help: () => never
}

const MOST_BUCKETS = 0xffff
const GROUP_TYPES = ['mpath', 'resilient'] as const

const WORDS: Keywords<NexthopWords> = {
  id: whole((words, { options }) => void (options.id = id(words))),
  dev: whole((words, state) => {
    state.options.dev = device(words, state.session)
    if (state.family === 'unspec') state.family = 'inet'
  }),
  via: whole((words, state) => {
    const { family, address } = readVia(words, state.family)
    if (state.family === 'unspec') state.family = family as Family
    else if (state.family !== family) throw words.wrong('address family mismatch', `it is an address of ${family}`)
    state.options.via = address
  }),
  encap: whole((words, { options, session }) => void (options.encap = readEncap(words, session))),
  blackhole: whole((_, state) => {
    state.options.blackhole = true
    if (state.family === 'unspec') state.family = 'inet'
  }),
  fdb: whole((_, { options }) => void (options.fdb = true)),
  onlink: whole((_, { options }) => void (options.onlink = true)),
  group: whole((words, { options }) => void (options.group = readGroup(words))),
  type: whole((words, { options }) => {
    const word = words.take('a type')
    const type = GROUP_TYPES.find(one => one === word)
    if (type === undefined) throw words.wrong('"type" value is invalid', expected(word, GROUP_TYPES))
    options.type = type
    if (type === 'resilient')
      readAll(
        words,
        RESILIENT,
        options,
        () => {},
        () => !RESILIENT_WORDS.includes(words.next!),
      )
  }),
  protocol: short((words, { options }) => void (options.protocol = readProtocol(words))),
  hw_stats: whole((words, { options }) => void (options.hardwareStatistics = onOff(words, 'hw_stats'))),
  help: whole((_, state) => state.help()),
}

const timer = (name: string) => (words: Words) => integer(words, `invalid ${name} timer value`, 0x28f5c28)
const idle = timer('idle')
const unbalanced = timer('unbalanced')

const RESILIENT: Keywords<NexthopWords['options']> = {
  buckets: whole((words, options) => void (options.buckets = integer(words, 'invalid buckets value', MOST_BUCKETS))),
  idle_timer: whole((words, options) => void (options.idleTimer = idle(words))),
  unbalanced_timer: whole((words, options) => void (options.unbalancedTimer = unbalanced(words))),
}
const RESILIENT_WORDS = Object.keys(RESILIENT)

/** iproute2 6.1 sends 8 bits of a weight; newer kernels take 16. */
const HEAVIEST = 256

/** `ID[,WEIGHT]/ID[,WEIGHT]/…` */
function readGroup(words: Words): nexthopOps.GroupMember[] {
  const text = words.take('ID[,WEIGHT]/…')
  return text.split('/').map(member => {
    const [idText = '', weightText, ...rest] = member.split(',')
    const memberId = parseInteger(idText)
    if (memberId === undefined || rest.length > 0)
      throw words.wrong('"group" value is invalid', 'ID[,WEIGHT]/ID[,WEIGHT]/…')
    if (weightText === undefined) return { id: memberId }
    const weight = parseInteger(weightText) ?? 0
    if (weight >= 1 && weight <= HEAVIEST) return { id: memberId, weight }
    throw words.fail(
      `Error: argument "${weightText}" is wrong: "weight" is invalid`,
      `a whole number from 1 to ${HEAVIEST} is expected`,
      255,
    )
  })
}

function readNexthop(words: Words, session: Session): nexthopOps.NexthopAdd {
  const state: NexthopWords = { family: session.show.family, options: {}, session, help: help(words) }
  readAll(words, WORDS, state, () => garbage(words, WORDS))
  const family = state.family === 'inet' || state.family === 'inet6' ? { family: state.family } : {}
  return { ...state.options, ...family }
}

function remove(words: Words, session: Session): void {
  const { options } = { options: readNexthop(words, session) }
  session.apply(nexthopOps.delete(options.id ?? 0), echo(session))
}

// ── get, show, flush ───────────────────────────────────────────────────────

function get(words: Words, session: Session): void {
  let wanted = 0
  readAll(words, { id: whole(() => void (wanted = id(words))) }, undefined, help(words))
  if (wanted === 0) help(words)()
  printOne(session, session.run(nexthopOps.get(wanted)))
}

const printOne = (session: Session, nexthop: Nexthop): void =>
  session.print(finish([nexthopSheet(nexthop, session.show, session)], session.show))

interface NexthopChoice {
  readonly session: Session
  readonly filter: { -readonly [K in keyof nexthopOps.NexthopFilter]: nexthopOps.NexthopFilter[K] }
  readonly buckets: { -readonly [K in keyof nexthopOps.BucketFilter]: nexthopOps.BucketFilter[K] }
  readonly help: () => never
  id?: number
}

/** What `list` and `bucket list` have in common. */
const ON_LINKS: Keywords<NexthopChoice> = {
  dev: short((words, { filter, session }) => void (filter.dev = device(words, session))),
  master: short((words, { filter, session }) => void (filter.master = device(words, session))),
  vrf: short((words, { filter, session }) => void (filter.master = session.device(readVrf(words, session).name).index)),
  id: whole((words, choice) => void (choice.id = id(words))),
}

const CHOICE: Keywords<NexthopChoice> = {
  dev: ON_LINKS['dev']!,
  groups: short((_, { filter }) => void (filter.groups = true)),
  master: ON_LINKS['master']!,
  vrf: ON_LINKS['vrf']!,
  id: ON_LINKS['id']!,
  protocol: short((words, { filter }) => {
    const protocol = integer(words, 'invalid protocol value')
    if (protocol !== 0) filter.protocol = protocol
  }),
  fdb: short((_, { filter }) => void (filter.fdb = true)),
  help: short((_, choice) => choice.help()),
}

function readChoice(words: Words, session: Session): NexthopChoice {
  const { family, statistics } = session.show
  const choice: NexthopChoice = {
    session,
    filter: {
      ...((family === 'inet' || family === 'inet6') && { family }),
      ...(statistics > 0 && { statistics: true }),
    },
    buckets: {},
    help: help(words),
  }
  // `id ID` is all: what follows is not read.
  readAll(
    words,
    CHOICE,
    choice,
    () => garbage(words, CHOICE),
    () => choice.id !== undefined,
  )
  return choice
}

function show(words: Words, session: Session): void {
  const { id: wanted, filter } = readChoice(words, session)
  if (wanted !== undefined) {
    printOne(session, session.run(nexthopOps.get(wanted)))
    return
  }
  using names = new Lookups(session)
  const pen = listPen(session.show, text => session.print(text))
  session.connection.forEachSync(nexthopOps.list(filter), nexthop => {
    pen.each(nexthop, one => {
      putNexthop(pen, one, names)
      pen.say('\n')
    })
  })
  pen.close()
}

function flush(words: Words, session: Session): void {
  const everything = words.done
  const { id: wanted, filter } = readChoice(words, session)
  if (wanted !== undefined) {
    if (!deleteOne(session, wanted)) throw new CommandError(USER, '', `netloom: nexthop ${wanted} was not deleted`)
    return
  }
  // Groups first: they hold their members.
  const filters = everything ? [{ ...filter, groups: true }, filter] : [filter]
  let flushed = 0
  for (const one of filters) {
    const { statistics: _statistics, ...asked } = one
    for (const { id: found = 0 } of session.run(nexthopOps.list(asked))) if (deleteOne(session, found)) flushed++
  }
  session.print(flushed === 0 ? 'Nothing to flush\n' : `Flushed ${flushed} nexthops\n`)
}

/** Deletes one; that it cannot be deleted is told, and no reason to end. */
function deleteOne(session: Session, wanted: number): boolean {
  try {
    session.run(nexthopOps.delete(wanted))
    return true
  } catch (error) {
    if (!isKernelError(error, 'ENOENT', 'EINVAL', 'EPERM', 'EBUSY')) throw error
    session.host.err(`${kernelLine(error)}\n`)
    return false
  }
}

// ── buckets ────────────────────────────────────────────────────────────────

function bucket(words: Words, session: Session): void {
  const word = words.done ? 'list' : words.take()
  const command = matching(word, BUCKET_COMMANDS)
  if (command === undefined) throw unknownCommand(words, 'nexthop', BUCKET_COMMANDS)
  if (command === 'help') help(words)()
  if (command === 'get') getBucket(words, session)
  else listBuckets(words, session)
}

const BUCKET_CHOICE: Keywords<NexthopChoice> = {
  ...ON_LINKS,
  nhid: whole((words, { buckets }) => void (buckets.nexthopId = id(words))),
  help: short((_, choice) => choice.help()),
}

function listBuckets(words: Words, session: Session): void {
  const choice: NexthopChoice = { session, filter: {}, buckets: {}, help: help(words) }
  readAll(words, BUCKET_CHOICE, choice, () => garbage(words, BUCKET_CHOICE))
  const { filter, buckets, id: wanted } = choice
  const asked = { ...buckets, ...filter, ...(wanted !== undefined && { id: wanted }) }
  const pen = listPen(session.show, text => session.print(text))
  session.connection.forEachSync(nexthopOps.listBuckets(asked), (found: NexthopBucket) =>
    pen.each(found, one => putBucket(pen, one)),
  )
  pen.close()
}

function getBucket(words: Words, session: Session): void {
  const asked: { id?: number; index?: number } = {}
  readAll(
    words,
    {
      id: whole(() => void (asked.id = id(words))),
      index: whole(() => void (asked.index = integer(words, 'invalid bucket index value', MOST_BUCKETS))),
    },
    undefined,
    help(words),
  )
  if (!asked.id || asked.index === undefined) help(words)()
  const found = session.run(nexthopOps.getBucket(asked.id!, asked.index!))
  session.print(finish([bucketSheet(found, session.show)], session.show))
}
