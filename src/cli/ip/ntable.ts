// `ip ntable`: the tables of the neighbour code and each device's parameters in them, shown and changed, in iproute2's
// grammar.
import * as neighbourTableOps from '../../ops/neighbour-table.ts'
import type { NeighbourTable } from '../../route/neighbour.ts'
import { CommandError, USAGE } from '../errors.ts'
import { readCommand } from '../grammar.ts'
import { usage } from '../help.ts'
import type { Session } from '../session.ts'
import { finish } from '../sheet.ts'
import { expected, integer, type Keywords, once, parseInteger, readAll, type Words, whole } from '../words.ts'
import { neighbourTableSheet } from './print-ntable.ts'

export const HELP = `Usage: % ntable change name NAME [ dev DEV ]
		[ thresh1 VAL ] [ thresh2 VAL ] [ thresh3 VAL ] [ gc_int MSEC ]
		[ PARMS ]
       % ntable [ show ] [ dev { DEV | none } ] [ name NAME ]
PARMS := [ base_reachable MSEC ] [ retrans MSEC ] [ gc_stale MSEC ]
	[ delay_probe MSEC ] [ queue LEN ]
	[ app_probes VAL ] [ ucast_probes VAL ] [ mcast_probes VAL ]
	[ anycast_delay MSEC ] [ proxy_delay MSEC ] [ proxy_queue LEN ]
	[ locktime MSEC ]
`

const COMMANDS = ['change', 'chg', 'show', 'lst', 'list', 'help']

/** Runs `ip ntable …`; answers the exit status. */
export function ntableCommand(words: Words, session: Session): number {
  const command = words.done ? 'show' : readCommand(words, 'ntable', COMMANDS)
  if (command === 'help') throw usage(words, HELP)
  if (command === 'change' || command === 'chg') change(words, session)
  else show(words, session)
  return 0
}

const inetOf = ({ show: { family } }: Session): 'inet' | 'inet6' | undefined =>
  family === 'inet' || family === 'inet6' ? family : undefined

// ── change ─────────────────────────────────────────────────────────────────

type Setting = Exclude<keyof neighbourTableOps.NeighbourTableSet, 'name' | 'family' | 'dev'>
type Settings = { [K in Setting]?: number | bigint }

interface TableWords {
  readonly session: Session
  name?: string
  dev?: string
  readonly settings: Settings
}

/** Reads a whole number of 64 bits. */
function wide(words: Words, reason: string): bigint {
  const text = words.take('a number')
  const value = parseInteger(text) === undefined ? undefined : BigInt(text.replace(/^0(?=\d)/, '0o'))
  if (value === undefined || value >= 2n ** 64n) throw words.wrong(reason, 'a whole number is expected')
  return value
}

const VALUES: Readonly<
  Record<string, readonly [key: Setting, read: (words: Words, reason: string) => number | bigint]>
> = {
  thresh1: ['threshold1', integer],
  thresh2: ['threshold2', integer],
  thresh3: ['threshold3', integer],
  gc_int: ['gcInterval', wide],
  base_reachable: ['baseReachableTime', wide],
  retrans: ['retransTime', wide],
  gc_stale: ['gcStaleTime', wide],
  delay_probe: ['delayProbeTime', wide],
  queue: ['queueLength', integer],
  app_probes: ['appProbes', integer],
  ucast_probes: ['unicastProbes', integer],
  mcast_probes: ['multicastProbes', integer],
  anycast_delay: ['anycastDelay', wide],
  proxy_delay: ['proxyDelay', wide],
  proxy_queue: ['proxyQueueLength', integer],
  locktime: ['lockTime', wide],
}

const WORDS: Keywords<TableWords> = {
  name: whole(once<TableWords, 'name'>('name', 'NAME', words => words.take('the name of a table'))),
  dev: whole((words, state) => void (state.dev = state.session.device(words.take('a device')).name!)),
  ...(Object.fromEntries(
    Object.entries(VALUES).map(([word, [key, read]]) => [
      word,
      whole<TableWords>((words, { settings }) => void (settings[key] = read(words, `"${word}" value is invalid`))),
    ]),
  ) as Keywords<TableWords>),
}

const unknown = (words: Words, list: readonly string[]): CommandError => {
  const word = words.take()
  return words.wrong('unknown', expected(word, list))
}

function change(words: Words, session: Session): void {
  const state: TableWords = { session, settings: {} }
  readAll(words, WORDS, state, () => {
    throw unknown(words, Object.keys(WORDS))
  })
  const { name, dev, settings } = state
  if (name === undefined) throw new CommandError(USAGE, 'Error: argument "NAME" is required')
  if (Object.keys(settings).length === 0)
    throw new CommandError(USAGE, 'Not enough information: changeable attributes required.')
  const family = inetOf(session)
  session.apply(neighbourTableOps.set({ name, dev, family, ...(settings as object) }))
}

// ── show ───────────────────────────────────────────────────────────────────

interface TableChoice {
  readonly session: Session
  /** An index; 0: what is of no device. */
  index?: number
  name?: string
}

const CHOICE: Keywords<TableChoice> = {
  dev: whole((words, choice) => {
    const name = words.take('a device, or none')
    const found = name === 'none' ? { index: 0 } : choice.session.find(name)
    if (!found) throw words.wrong('"DEV" is invalid', choice.session.absent(name))
    choice.index = found.index
  }),
  name: whole((words, choice) => void (choice.name = words.take('the name of a table'))),
}

function show(words: Words, session: Session): void {
  const choice: TableChoice = { session }
  readAll(words, CHOICE, choice, () => {
    throw unknown(words, Object.keys(CHOICE))
  })
  const { index, name } = choice
  const wanted = (table: NeighbourTable): boolean =>
    (name === undefined || table.name === name) && (index === undefined || (table.parameters?.index ?? 0) === index)
  const tables = session.run(neighbourTableOps.list({ family: inetOf(session) })).filter(wanted)
  session.print(
    finish(
      tables.map(table => neighbourTableSheet(table, session.show, session)),
      session.show,
    ),
  )
}
