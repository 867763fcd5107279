// taprio: gates of traffic classes that open and close by the clock.
import type { JsonObject } from '../../json.ts'
import type { Sheet } from '../../sheet.ts'
import { type Keyword, type Keywords, whole } from '../../words.ts'
import type { QdiscKind } from '../kind.ts'
import { hexOrZero } from '../text.ts'
import { exact, type Found, parseNumber, readOptions, unsigned } from '../values.ts'
import { addPreemption, CLASSES, series } from './mqprio.ts'
import { clock } from './timed.ts'

const once = (key: string, word: string): Keyword<Found> =>
  whole((words, found) => {
    if (found[key]) throw words.fail(`taprio: duplicate "${word}" specification`)
    found[key] = unsigned(word === 'flags' || word === 'txtime-delay' ? 0 : 10, Number.MAX_SAFE_INTEGER)(words, word)
  })

const ENTRY = 'Usage: ... taprio ... sched-entry <cmd> <gate mask> <interval>'

const WORDS: Keywords<Found> = {
  ...CLASSES,
  'max-sdu': whole((words, found) => {
    found['maxSdu'] = series(words, text => parseNumber(text, 10))
  }),
  'sched-entry': whole((words, found) => {
    const command = words.take('S')
    if (command !== 'S') throw words.fail(ENTRY, 'the command is S')
    const gateMask = parseNumber(words.take('a mask of classes, in hexadecimal digits'), 16)
    if (gateMask === undefined) throw words.fail(ENTRY, 'a mask of classes, in hexadecimal digits')
    const interval = parseNumber(words.take('nanoseconds'))
    if (interval === undefined) throw words.fail(ENTRY, 'nanoseconds')
    found['entries'] = [...(found['entries'] ?? []), { command, gateMask, interval }]
  }),
  'base-time': exact('baseTime', unsigned(10, Number.MAX_SAFE_INTEGER)),
  'cycle-time': once('cycleTime', 'cycle-time'),
  'cycle-time-extension': once('cycleTimeExtension', 'cycle-time-extension'),
  clockid: whole((words, found) => {
    if (found['clock'] !== undefined) throw words.fail('taprio: duplicate "clockid" specification')
    found['clock'] = clock(words, 'taprio')
  }),
  flags: once('flags', 'flags'),
  'txtime-delay': once('txtimeDelay', 'txtime-delay'),
}

export const taprio: QdiscKind = {
  help: `Usage: … taprio clockid CLOCKID [ num_tc NUMBER ] [ map P0 P1 … ] [ queues COUNT@OFFSET … ]
	[ sched-entry S GATE_MASK INTERVAL ] … [ base-time TIME ] [ cycle-time TIME ] [ cycle-time-extension TIME ]
	[ txtime-delay DELAY ] [ flags FLAGS ] [ max-sdu BYTES … ]
	(times in nanoseconds; a gate mask has a bit a class, in hexadecimal digits)\n`,
  read(words) {
    const found = readOptions(words, WORDS, { voice: { unknown: () => 'Unknown argument' } })
    const { classes, priorityToClass, counts, offsets, entries = [], maxSdu } = found
    const said = (key: string): unknown => found[key] || undefined
    return {
      clock: found['clock'],
      flags: said('flags') === undefined ? undefined : flagsOf(found['flags']),
      priomap: classes ? { classes, priorityToClass, counts, offsets } : undefined,
      txtimeDelay: said('txtimeDelay'),
      baseTime: said('baseTime'),
      cycleTime: said('cycleTime'),
      cycleTimeExtension: said('cycleTimeExtension'),
      classes: maxSdu?.map((bytes: number, index: number) => ({ index, maxSdu: bytes })),
      schedule: { entries },
    }
  },
  print(sheet, options) {
    const { priomap, clock: clockId, flags, txtimeDelay, admin, classes } = options
    if (!priomap) return
    sheet.add('tc', priomap.classes)
    sheet.add('map', priomap.priorityToClass, `map${priomap.priorityToClass.map((to: number) => ` ${to}`).join('')}`)
    const queues = Array.from({ length: priomap.classes }, (_, i) => ({
      offset: priomap.offsets[i],
      count: priomap.counts[i],
    }))
    const text = queues.map(({ offset, count }) => ` offset ${offset} count ${count}`).join('')
    sheet.add('queues', queues, `${sheet.newline}queues${text}${sheet.newline}`)
    if (clockId !== undefined) sheet.add('clockid', clockId, `clockid ${clockId === 'INVALID' ? 'invalid' : clockId}`)
    if (flags !== undefined) {
      const bits = hexOrZero(bitsOf(flags))
      sheet.add('flags', bits, ` flags ${bits}`)
    }
    if (txtimeDelay !== undefined) sheet.add('txtime_delay', txtimeDelay, ` txtime delay ${txtimeDelay}`)
    addSchedule(sheet, options)
    if (admin) sheet.inside('admin', () => addSchedule(sheet, admin))
    const sizes = classes?.filter(({ maxSdu }: any) => maxSdu !== undefined).map(({ maxSdu }: any) => maxSdu) ?? []
    if (sizes.length > 0)
      sheet.add('max-sdu', sizes, `max-sdu${sizes.map((bytes: number) => ` ${bytes}`).join('')}${sheet.newline}`)
    addPreemption(sheet, classes, 'fp')
  },
}

const FLAGS: readonly string[] = ['txtime_assist', 'full_offload']
const flagsOf = (bits: number): (string | number)[] => {
  const rest = bits & ~3
  return [...FLAGS.filter((_, i) => bits & (1 << i)), ...(rest ? [rest] : [])]
}
const bitsOf = (flags: readonly (string | number)[]): number =>
  flags.reduce<number>((all, flag) => all | (typeof flag === 'number' ? flag : 1 << FLAGS.indexOf(flag)), 0)

function addSchedule(sheet: Sheet, { baseTime = 0n, cycleTime = 0n, cycleTimeExtension = 0n, schedule }: any): void {
  sheet.add('base_time', baseTime, `\tbase-time ${baseTime}`)
  sheet.add('cycle_time', cycleTime, ` cycle-time ${cycleTime}`)
  sheet.add('cycle_time_extension', cycleTimeExtension, ` cycle-time-extension ${cycleTimeExtension}`)
  if (!schedule) return
  const entries: JsonObject[] = (schedule.entries ?? []).map(
    ({ index = 0, command = 'S', gateMask = 0, interval = 0 }: any) => ({
      index,
      cmd: typeof command === 'number' ? 'Invalid' : command,
      gatemask: hexOrZero(gateMask),
      interval,
    }),
  )
  const lines = entries.map(
    ({ index, cmd, gatemask, interval }) =>
      `\tindex ${index} cmd ${cmd} gatemask ${gatemask} interval ${interval}${sheet.newline}`,
  )
  sheet.add('schedule', entries, `${sheet.newline}${lines.join('')}`)
}
