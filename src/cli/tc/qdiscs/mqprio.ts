// mqprio: traffic classes, each with queues of the device; what taprio shares with it.
import { parseRate } from '../../../ops/tc/units.ts'
import type { CommandError } from '../../errors.ts'
import type { Json } from '../../json.ts'
import type { Sheet } from '../../sheet.ts'
import { expected, type Keyword, type Keywords, matching, type Words, whole } from '../../words.ts'
import type { QdiscKind } from '../kind.ts'
import { rateText } from '../text.ts'
import { exact, type Found, parseNumber, readOptions, unsigned } from '../values.ts'

const MOST = 16

/** Values as long as the words are such. */
export function series<T>(words: Words, parse: (text: string) => T | undefined): T[] {
  const found: T[] = []
  while (found.length < MOST && words.next !== undefined) {
    const value = parse(words.next)
    if (value === undefined) break
    words.take()
    found.push(value)
  }
  return found
}
const filled = <T>(list: readonly T[], rest: T): T[] => [...list, ...Array<T>(MOST - list.length).fill(rest)]

/** `COUNT@OFFSET` */
function queues(text: string): { count: number; offset: number } | undefined {
  const [, count, offset] = /^(\d+)@(\d+)$/.exec(text) ?? []
  return count === undefined ? undefined : { count: Number(count), offset: Number(offset) }
}

/** The words of classes and queues, kept under `classes`, `priorityToClass`, `counts`, `offsets`. */
export const CLASSES: Keywords<Found> = {
  num_tc: exact('classes', unsigned(10, 255)),
  map: whole((words, found) => {
    found['priorityToClass'] = filled(
      series(words, text => parseNumber(text, 10)),
      0,
    )
  }),
  queues: whole((words, found) => {
    const list = series(words, queues)
    found['pairs'] = (found['pairs'] ?? 0) + list.length
    found['counts'] = filled(
      list.map(({ count }) => count),
      0,
    )
    found['offsets'] = filled(
      list.map(({ offset }) => offset),
      0,
    )
  }),
}

const rates = (key: string): Keyword<Found> =>
  whole((words, found) => {
    const list = series(words, parseRate)
    if (found['shaper'] !== 'bw_rlimit') throw unknown(words)
    if (list.length < (found['classes'] ?? 8) && words.done)
      throw words.fail(`Incomplete arguments, ${key} values expected`, 'a rate for each class')
    found[key] = { rates: filled(list, 0) }
  })
const chosen = (key: string, list: readonly string[]): Keyword<Found> =>
  whole((words, found) => {
    if (found['hardware'] === 0) throw unknown(words)
    const word = words.take(`one of: ${list.join(', ')}`)
    const name = matching(word, list)
    if (name === undefined) throw words.fail(`Illegal ${key} (${word})`, expected(word, list))
    if (key === 'shaper' && name === 'bw_rlimit' && words.done) throw words.fail('Incomplete shaper arguments')
    found[key] = name
  })
const unknown = (words: Words): CommandError => words.wrong('unknown argument')

const WORDS: Keywords<Found> = {
  ...CLASSES,
  hw: exact('hardware', unsigned(10, 255)),
  mode: chosen('mode', ['dcb', 'channel']),
  shaper: chosen('shaper', ['dcb', 'bw_rlimit']),
  min_rate: rates('min_rate'),
  max_rate: rates('max_rate'),
}
const PRIORITIES = [0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 1, 1, 3, 3, 3, 3]

export const mqprio: QdiscKind = {
  help: `Usage: … mqprio [ num_tc NUMBER ] [ map P0 P1 … ] [ queues COUNT@OFFSET … ] [ hw { 0 | 1 } ]
	[ mode { dcb | channel } ] [ shaper { dcb | bw_rlimit [ min_rate RATE … ] [ max_rate RATE … ] } ]\n`,
  read(words) {
    const found = readOptions(words, WORDS, {
      voice: { unknown: word => `Error: argument "${word}" is wrong: unknown argument` },
    })
    const { classes = 8, priorityToClass = PRIORITIES, counts, offsets, hardware = 1, pairs = 0 } = found
    if (pairs > classes)
      throw words.fail(`queues count/offset pair count ${pairs} can not be higher than given num_tc ${classes}`)
    const other = (key: string): string | undefined => (found[key] === 'dcb' ? undefined : found[key])
    return {
      header: { classes, priorityToClass, hardware, ...(counts && { counts, offsets }) },
      attributes: {
        mode: other('mode'),
        shaper: other('shaper'),
        minRates: found['min_rate'],
        maxRates: found['max_rate'],
      },
    }
  },
  print(sheet, { header, attributes }, { show }) {
    const { classes, priorityToClass, counts, offsets } = header
    sheet.add('tc', classes)
    sheet.add('map', priorityToClass, `map ${priorityToClass.map((to: number) => `${to} `).join('')}`)
    const ranges = Array.from({ length: classes }, (_, i) => [offsets[i], offsets[i] + counts[i] - 1])
    const indent = `\n             `
    sheet.add('queues', ranges, `${indent}queues:${ranges.map(([from, to]) => `(${from}:${to}) `).join('')}`)
    if (Object.keys(attributes).length === 0) return
    const { mode = 'dcb', shaper = 'dcb', minRates, maxRates } = attributes
    sheet.add('mode', mode, `${indent}mode:${mode}`)
    sheet.add('shaper', shaper, `${indent}shaper:${shaper}`)
    for (const [key, list] of [
      ['min_rate', minRates],
      ['max_rate', maxRates],
    ] as const) {
      if (!list) continue
      const own = list.rates.slice(0, classes)
      sheet.add(key, own, `\t${key}:${own.map((rate: bigint) => `${rateText(rate, show.iec)} `).join('')}`)
    }
    addPreemption(sheet, attributes.classes, `${indent}fp:`)
  },
}

/** Which classes may be interrupted. */
export function addPreemption(sheet: Sheet, classes: readonly any[] | undefined, title: string): void {
  const known = classes?.filter(({ preemption }) => preemption !== undefined) ?? []
  if (known.length === 0) return
  const letters: Json[] = []
  for (const { index, preemption } of known) letters[index] = preemption === 'preemptible' ? 'P' : 'E'
  sheet.add('fp', letters, `${title}${letters.map(letter => ` ${letter}`).join('')}\n`)
}
