// red, choke, gred: packets are dropped by a probability that follows the average queue. What they share is here too.
import { InvalidValueError } from '../../../netlink/table.ts'
import {
  BurstError,
  type ChokeOptions,
  choke as chokeForm,
  type GredQueueOptions,
  gred as gredForm,
  RED_FLAGS,
  type RedFlag,
  type RedOptions,
  red as redForm,
} from '../../../ops/tc/random-early.ts'
import type { CommandError } from '../../errors.ts'
import { Digits } from '../../json.ts'
import type { Sheet } from '../../sheet.ts'
import { type Keyword, type Keywords, type Words, whole } from '../../words.ts'
import type { QdiscKind, View } from '../kind.ts'
import { general, sizeText } from '../text.ts'
import { decimal, exact, type Found, rate, readOptions, size, unsigned } from '../values.ts'

export const flag = (name: RedFlag): Keyword<Found> =>
  whole((_, found) => void (found['flags'] = [...(found['flags'] ?? []), name]))
const allFlags = (found: Found): RedFlag[] => RED_FLAGS.filter(name => found['flags']?.includes(name))

/** Bits a second, as the library has rates. */
export const bits = (words: Words, name: string): number => 8 * (rate(words, name) as number)

/** What the reckoning refuses, in tc's words. `head` stands before what it says of thresholds. */
export function reckoned<T>(words: Words, kind: string, head: string, reckon: () => T): T {
  try {
    return reckon()
  } catch (error) {
    if (error instanceof BurstError)
      throw words.fail(
        `tc_red_eval_ewma() burst ${error.burst} is too small ? Try burst ${error.least}`,
        `${kind}: the average of burst ${error.burst} does not reach min`,
      )
    if (!(error instanceof InvalidValueError)) throw error
    const [key] = error.path
    if (key === 'max') throw words.fail(`${head}"max" is larger than "limit"`)
    if (key === 'min') throw words.fail(`${head}"min" is not smaller than "max"`)
    throw words.fail(`${kind}: failed to calculate probability.`, 'max must be more than min')
  }
}

export function addFlags(sheet: Sheet, flags: readonly unknown[]): void {
  for (const name of RED_FLAGS) sheet.add(name, flags.includes(name), flags.includes(name) ? `${name} ` : '')
}

/** Under `-d`: what the kernel reckons with. */
function addReckoning(sheet: Sheet, { wlog, plog, cellLog }: any, maxProbability: number | undefined): void {
  sheet.add('ewma', wlog)
  if (maxProbability) addProbability(sheet, maxProbability)
  else sheet.add('Plog', plog, `Plog ${plog} `)
  sheet.add('Scell_log', cellLog, `Scell_log ${cellLog}`)
}
export function addProbability(sheet: Sheet, part: number): void {
  const text = general(part / 2 ** 32)
  sheet.add('probability', new Digits(text), `probability ${text} `)
}

function addCounts(sheet: Sheet, stats: any): void {
  sheet.add('marked', stats.marked, `  marked ${stats.marked}`)
  sheet.add('early', stats.early, ` early ${stats.early}`)
  sheet.add('pdrop', stats.overLimit, ` pdrop ${stats.overLimit}`)
  sheet.add('other', stats.other, ` other ${stats.other} `)
}

// ── red ────────────────────────────────────────────────────────────────────

const QEVENTS: Readonly<Record<string, string>> = { early_drop: 'earlyDropBlock', mark: 'markBlock' }

const qevent: Keyword<Found> = whole((words, found) => {
  const key = QEVENTS[words.take(`one of: ${Object.keys(QEVENTS).join(', ')}`)]
  if (key === undefined) throw words.fail('Unknown qevent', Object.keys(QEVENTS).join(', '))
  if (words.take('block') !== 'block') throw words.fail('Malformed qevent', 'here belongs block')
  found[key] = unsigned()(words, 'block')
})

const RED: Keywords<Found> = {
  limit: exact('limit', size),
  min: exact('min', size),
  max: exact('max', size),
  burst: exact('burst', unsigned()),
  avpkt: exact('averagePacket', size),
  probability: exact('probability', decimal),
  bandwidth: exact('rate', bits),
  ecn: flag('ecn'),
  harddrop: flag('harddrop'),
  nodrop: flag('nodrop'),
  adaptative: flag('adaptive'),
  adaptive: flag('adaptive'),
  qevent,
}

export const red: QdiscKind = {
  help: `Usage: … red limit BYTES [ min BYTES ] [ max BYTES ] avpkt BYTES [ burst PACKETS ] [ adaptive ] [ probability P ]
	[ bandwidth RATE ] [ ecn ] [ harddrop ] [ nodrop ] [ qevent { early_drop | mark } block INDEX ]\n`,
  read(words, { session }) {
    const found = readOptions(words, RED)
    if (!found['limit'] || !found['averagePacket'])
      throw words.fail('RED: Required parameter (limit, avpkt) is missing', 'limit 400000 avpkt 1000')
    if (found['rate'] === undefined) session.host.err('RED: set bandwidth to 10Mbit\n')
    const options = { ...found, flags: allFlags(found) } as unknown as RedOptions
    return reckoned(words, 'RED', 'RED: ', () => redForm(options))
  },
  print(sheet, options, { show }) {
    const { parameters, maxProbability, earlyDropBlock, markBlock } = options
    if (!parameters) return
    for (const key of ['limit', 'min', 'max'] as const)
      sheet.add(key, parameters[key], `${key} ${sizeText(parameters[key])} `)
    addFlags(sheet, options.flags?.value ?? parameters.flags)
    if (show.details) addReckoning(sheet, parameters, maxProbability)
    const events = [
      { kind: 'early_drop', block: earlyDropBlock },
      { kind: 'mark', block: markBlock },
    ].filter(({ block }) => block)
    if (events.length === 0) return
    sheet.add('qevents', events, events.map(({ kind, block }) => `qevent ${kind} block ${block} `).join(''))
  },
  printStats: addCounts,
}

// ── choke ──────────────────────────────────────────────────────────────────

const CHOKE: Keywords<Found> = {
  limit: exact('limit', unsigned()),
  bandwidth: exact('rate', bits),
  min: exact('min', unsigned()),
  max: exact('max', unsigned()),
  burst: exact('burst', unsigned()),
  avpkt: exact('averagePacket', size),
  probability: exact('probability', decimal),
  ecn: flag('ecn'),
}

export const choke: QdiscKind = {
  help: `Usage: … choke limit PACKETS bandwidth RATE [ ecn ] [ min PACKETS ] [ max PACKETS ] [ burst PACKETS ]\n`,
  read(words) {
    const found = readOptions(words, CHOKE)
    if (!found['limit'] || !found['rate'])
      throw words.fail('Required parameter (bandwidth, limit) is missing', 'limit 100 bandwidth 10mbit')
    const options = { ...found, flags: allFlags(found) } as unknown as ChokeOptions
    return reckoned(words, 'CHOKE', '', () => chokeForm(options))
  },
  print(sheet, { parameters, maxProbability }, { show }) {
    if (!parameters) return
    for (const key of ['limit', 'min', 'max'] as const) sheet.add(key, parameters[key], `${key} ${parameters[key]}p `)
    addFlags(sheet, parameters.flags)
    if (show.details) addReckoning(sheet, parameters, maxProbability)
  },
  printStats(sheet, stats) {
    addCounts(sheet, stats)
    sheet.add('matched', stats.matched, `matched ${stats.matched}`)
  },
}

// ── gred ───────────────────────────────────────────────────────────────────

const count = (words: Words, name: string, most: number): number => {
  const found = unsigned(10)(words, name) as number
  if (found > most) throw words.fail(`GRED: only 16 VQs are currently supported`, `a number to ${most}`)
  return found
}
const SETUP: Keywords<Found> = {
  vqs: whole((words, found) => void (found['count'] = count(words, 'vqs', 16)), 'DPs'),
  default: whole((words, found) => {
    if (!found['count']) throw words.fail('"default" must be defined after "vqs"')
    found['default'] = count(words, 'default', found['count'])
  }),
  grio: whole((_, found) => void (found['grio'] = true)),
  limit: exact('limit', size),
  ecn: flag('ecn'),
  harddrop: flag('harddrop'),
}
const GRED: Keywords<Found> = {
  setup: whole(words => {
    throw words.fail('Illegal "setup"', 'setup comes first')
  }),
  vq: whole((words, found) => void (found['dropPrecedence'] = count(words, 'vq', 16)), 'DP'),
  prio: exact('priority', unsigned(10, 255)),
  limit: exact('limit', size),
  min: exact('min', size),
  max: exact('max', size),
  avpkt: exact('averagePacket', size),
  burst: exact('burst', unsigned()),
  probability: exact('probability', decimal),
  bandwidth: exact('rate', bits),
  ecn: flag('ecn'),
  harddrop: flag('harddrop'),
}

export const gred: QdiscKind = {
  help: `Usage: … gred setup vqs NUMBER default DEFAULT_VQ [ grio ] [ limit BYTES ] [ ecn ] [ harddrop ]
       … gred vq VQ [ prio VALUE ] limit BYTES [ min BYTES ] [ max BYTES ] avpkt BYTES [ burst PACKETS ]
	[ probability P ] [ bandwidth RATE ] [ ecn ] [ harddrop ]\n`,
  read(words) {
    if (words.next !== 'setup') return readQueue(words)
    words.take()
    const found = readOptions(words, SETUP)
    if (!found['count'] || found['default'] === undefined)
      throw words.fail('Illegal gred setup parameters', 'setup vqs 4 default 1')
    return {
      setup: { count: found['count'], default: found['default'], grio: found['grio'], flags: allFlags(found) },
      limit: found['limit'],
    }
  },
  print: printGred,
}

function readQueue(words: Words): unknown {
  if (words.done) return undefined
  const found = readOptions(words, GRED)
  if (!found['limit'] || !found['averagePacket']) throw missing(words)
  const options = { ...found, flags: allFlags(found) } as unknown as GredQueueOptions
  return reckoned(words, 'GRED', '', () => gredForm(options))
}
const missing = (words: Words): CommandError =>
  words.fail('Required parameter (vq, limit, avpkt) is missing', 'vq 1 limit 60000 avpkt 1000')

function printGred(sheet: Sheet, options: any, view: View): void {
  const { setup, limit, parameters = [], maxProbabilities = [], virtualQueues } = options
  if (setup) {
    sheet.add('dp_cnt', setup.count, `vqs ${setup.count} `)
    sheet.add('dp_default', setup.default, `default ${setup.default} `)
    sheet.add('grio', Boolean(setup.grio), setup.grio ? 'grio ' : '')
    if (limit !== undefined) sheet.add('limit', limit, `limit ${sizeText(limit)} `)
    addFlags(sheet, setup.flags)
  }
  const entries: any[] = virtualQueues?.entries ?? []
  const queues = parameters
    .filter((queue: any) => queue.dropPrecedence < 16)
    .map((queue: any) => {
      const own = queueSheet(sheet, queue, maxProbabilities[queue.dropPrecedence], view)
      own.note(
        'stats',
        statsOf(
          queue,
          entries.find(entry => entry.dropPrecedence === queue.dropPrecedence),
        ),
      )
      sheet.say(own.text)
      return own.json
    })
  sheet.note('vqs', queues)
}

function queueSheet(parent: Sheet, queue: any, maxProbability: number | undefined, { show }: View): Sheet {
  const sheet = new (parent.constructor as new (show: View['show']) => Sheet)(show)
  sheet.add('vq', queue.dropPrecedence, `\n vq ${queue.dropPrecedence} `)
  sheet.add('prio', queue.priority, `prio ${queue.priority} `)
  for (const key of ['limit', 'min', 'max'] as const) sheet.add(key, queue[key], `${key} ${sizeText(queue[key])} `)
  if (show.details) {
    addReckoning(sheet, queue, maxProbability)
    sheet.say(' ')
  }
  if (show.statistics > 0) {
    const { averageQueue, backlog, forced, early, overLimit, other, packets, bytes } = queue
    sheet.say(`\n  Queue size: average ${sizeText(averageQueue)} current ${sizeText(backlog)} `)
    sheet.say(`\n  Dropped packets: forced ${forced} early ${early} pdrop ${overLimit} other ${other} `)
    sheet.say(`\n  Marked packets: forced 0 early 0 `)
    sheet.say(`\n  Total packets: ${packets} (${sizeText(bytes)}) `)
  }
  return sheet
}
const statsOf = (queue: any, entry: any) => ({
  packets: entry?.packets ?? queue.packets,
  bytes: entry?.bytes ?? queue.bytes,
  backlog: queue.backlog,
  qave: queue.averageQueue,
})
