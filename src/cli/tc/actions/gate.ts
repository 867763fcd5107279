// gate: packets pass while a gate is open, by the clock.
import { parseTime64 } from '../../../ops/tc/units.ts'
import type { JsonObject } from '../../json.ts'
import type { Sheet } from '../../sheet.ts'
import { type Keywords, matching, short, type Words, whole } from '../../words.ts'
import type { ActionKind } from '../kind.ts'
import { clock } from '../qdiscs/timed.ts'
import { hexOrZero, sizeText, time64Text } from '../text.ts'
import { type Found, parseNumber, unsigned } from '../values.ts'
import { readWhile } from './read.ts'
import { addEnd, addVerdict } from './verdict.ts'

const nanoseconds = (words: Words, name: string): number => {
  const found = parseTime64(words.take('a time, in nanoseconds'))
  if (found === undefined || found < 0) throw words.wrong(`invalid ${name}`, 'nanoseconds, or 10ms')
  return found
}
/** A number from -1, as long as there is one. */
const numberFromMinus1 = (words: Words): number | undefined => {
  if (words.next === '-1') {
    words.take()
    return -1
  }
  const found = words.next === undefined ? undefined : parseNumber(words.next)
  if (found !== undefined) words.take()
  return found
}

function entry(words: Words, found: Found): void {
  const state = matching(words.take('open or close'), ['open', 'close'])
  if (state === undefined) throw words.fail(`gate: bad state ${words.last}`, 'open or close')
  const interval = nanoseconds(words, 'interval')
  const open = state === 'open'
  const priority = numberFromMinus1(words) ?? -1
  const octets = numberFromMinus1(words) ?? -1
  const one = open
    ? { open: true, interval, internalPriority: priority, maxOctets: octets }
    : { interval, internalPriority: -1, maxOctets: -1 }
  found['entries'] = [...(found['entries'] ?? []), one]
}

const WORDS: Keywords<Found> = {
  priority: short((words, found) => {
    const priority = numberFromMinus1(words)
    if (priority === undefined) throw words.wrong('invalid priority', 'a number from -1')
    found['priority'] = priority
  }),
  'base-time': whole((words, found) => void (found['baseTime'] = nanoseconds(words, 'base-time'))),
  'cycle-time-ext': whole((words, found) => void (found['cycleTimeExtension'] = nanoseconds(words, 'cycle-time-ext'))),
  'cycle-time': whole((words, found) => void (found['cycleTime'] = nanoseconds(words, 'cycle-time'))),
  clockid: whole((words, found) => void (found['clock'] = clock(words, 'gate'))),
  flags: whole((words, found) => void (found['flags'] = unsigned()(words, 'flags'))),
  'sched-entry': whole(entry),
}

export const gate: ActionKind = {
  help: `Usage: … action gate [ priority PRIORITY ] [ base-time TIME ] [ cycle-time TIME ] [ cycle-time-ext TIME ]
	[ clockid CLOCKID ] [ flags FLAGS ] [ sched-entry { open INTERVAL [ IPV [ OCTETS ] ] | close INTERVAL } ] …
	[ VERDICT ] [ index INDEX ]       (times in nanoseconds)\n`,
  read(words) {
    const { action, index, entries, clock: clockId, ...found } = readWhile(words, WORDS, 'gate', 'pipe')
    const { priority, flags, baseTime, cycleTime, cycleTimeExtension } = found
    return {
      parameters: { index, action },
      priority,
      flags,
      baseTime,
      cycleTime,
      cycleTimeExtension,
      clock: clockId,
      schedule: entries && { entries },
    }
  },
  print(sheet, options) {
    const { parameters, flags, baseTime = 0n, cycleTime = 0n, cycleTimeExtension = 0n, schedule } = options
    if (!parameters) return
    const { clock = 'invalid', priority = ANY } = options
    const first = wildcard(priority)
    sheet.note('kind', 'gate')
    sheet.add('priority', first, `\n\tpriority ${String(first).padEnd(8)}`)
    sheet.add('clockid', clock, `\tclockid ${clock}`)
    if (flags !== undefined) sheet.add('flags', hexOrZero(flags), `\tflags ${hexOrZero(flags)}`)
    sheet.add('base_time', baseTime, `\n\tbase-time ${time64Text(baseTime)}`)
    sheet.add('cycle_time', cycleTime, `\tcycle-time ${time64Text(cycleTime)}`)
    sheet.add('cycle_time_ext', cycleTimeExtension, `\tcycle-time-ext ${time64Text(cycleTimeExtension)}`)
    if (schedule) addSchedule(sheet, schedule.entries ?? [])
    sheet.say('\t')
    addVerdict(sheet, parameters.action)
    addEnd(sheet, parameters, options.times, '\t ', '\n')
  },
}

/** A number that stands for any. */
const ANY = -1
const wildcard = (value: number): number | string => (value === ANY ? 'wildcard' : value)

function addSchedule(sheet: Sheet, list: readonly any[]): void {
  const entries: JsonObject[] = list.map(({ index = 0, open, interval = 0, internalPriority, maxOctets }) => ({
    number: index,
    gate_state: open ? 'open' : 'close',
    interval,
    ipv: wildcard(internalPriority ?? ANY),
    max_octets: wildcard(maxOctets ?? ANY),
  }))
  const lines = entries.map(({ number, gate_state, interval, ipv, max_octets: most }) => {
    const octets = typeof most === 'number' ? sizeText(most) : most
    return `\t number ${String(number).padStart(4)}\tgate-state ${gate_state} \tinterval ${time64Text(interval as number)}\t ipv ${typeof ipv === 'number' ? String(ipv).padEnd(10) : ipv}\t max-octets ${octets}${sheet.newline}`
  })
  sheet.add('schedule', entries, `${sheet.newline}\tschedule:${sheet.newline}${lines.join('')}`)
}
