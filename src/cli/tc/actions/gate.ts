// gate: packets pass while a gate is open, by the clock.
import { parseTime64 } from '../../../ops/tc/units.ts'
import type { JsonObject } from '../../json.ts'
import { type Keywords, matching, short, type Words, whole } from '../../words.ts'
import type { ActionKind } from '../kind.ts'
import { clock } from '../qdiscs/timed.ts'
import { hexOrZero, time64Text } from '../text.ts'
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
    const { parameters, priority, clock: clockId, flags, baseTime, cycleTime, cycleTimeExtension, schedule } = options
    if (!parameters) return
    sheet.add('kind', 'gate', 'gate ')
    if (priority !== undefined)
      sheet.add(
        'priority',
        priority === -1 ? 'wildcard' : priority,
        `${sheet.newline}\tpriority ${priority === -1 ? 'wildcard' : priority}`,
      )
    if (clockId !== undefined) sheet.add('clockid', clockId, `\tclockid ${clockId}`)
    if (flags !== undefined) sheet.add('flags', hexOrZero(flags), `\tflags ${hexOrZero(flags)}`)
    if (baseTime !== undefined) sheet.add('base_time', baseTime, `${sheet.newline}\tbase-time ${time64Text(baseTime)}`)
    if (cycleTime !== undefined) sheet.add('cycle_time', cycleTime, `\t cycle-time ${time64Text(cycleTime)}`)
    if (cycleTimeExtension !== undefined)
      sheet.add('cycle_time_ext', cycleTimeExtension, `\t cycle-time-ext ${time64Text(cycleTimeExtension)}`)
    const entries: JsonObject[] = (schedule?.entries ?? []).map((one: any, number: number) => ({
      number: one.index ?? number,
      gate_state: one.open ? 'open' : 'close',
      interval: one.interval,
      ipv: one.internalPriority === -1 ? 'wildcard' : one.internalPriority,
      max_octets: one.maxOctets === -1 ? 'wildcard' : one.maxOctets,
    }))
    for (const { number, gate_state, interval, ipv, max_octets } of entries)
      sheet.say(
        `${sheet.newline}\t number ${String(number).padStart(4)}\tgate-state ${gate_state}\tinterval ${time64Text(interval as number)}\t ipv ${ipv}\t max-octets ${max_octets}`,
      )
    if (entries.length > 0) sheet.note('schedule', entries)
    sheet.say(`${sheet.newline}\t`)
    addVerdict(sheet, parameters.action)
    addEnd(sheet, parameters, options.times)
  },
}
