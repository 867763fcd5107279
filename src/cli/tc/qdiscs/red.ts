// red, choke, gred: packets are dropped by a probability that follows the average queue. What they share is here too.
import { probability32, redIdleTable, redSlopeLog, redWeightLog } from '../../../ops/tc/psched.ts'
import type { CommandError } from '../../errors.ts'
import { Digits } from '../../json.ts'
import type { Sheet } from '../../sheet.ts'
import { type Keyword, type Keywords, type Words, whole } from '../../words.ts'
import type { QdiscKind, View } from '../kind.ts'
import { general, sizeText } from '../text.ts'
import { decimal, exact, type Found, rate, readOptions, size, unsigned } from '../values.ts'

const FLAGS = ['ecn', 'harddrop', 'adaptive', 'nodrop'] as const
type Flag = (typeof FLAGS)[number]

const flag = (name: Flag): Keyword<Found> =>
  whole((_, found) => void (found['flags'] = [...(found['flags'] ?? []), name]))
const allFlags = (found: Found): Flag[] => FLAGS.filter(name => found['flags']?.includes(name))

/** 10 Mbit a second: the rate of the link where none is said. */
const RATE = 1_250_000

export function weight(words: Words, kind: string, min: number, burst: number, averagePacket: number): number {
  const found = redWeightLog(min, burst, averagePacket)
  if (found !== undefined) return found
  const least = 1 + Math.floor(min / averagePacket)
  throw words.fail(
    `tc_red_eval_ewma() burst ${burst} is too small ? Try burst ${least}`,
    `${kind}: the average of burst ${burst} does not reach min`,
  )
}
export function slope(words: Words, kind: string, min: number, max: number, probability: number): number {
  const found = redSlopeLog(min, max, probability)
  if (found === undefined) throw words.fail(`${kind}: failed to calculate probability.`, 'max must be more than min')
  return found
}

export function addFlags(sheet: Sheet, flags: readonly unknown[]): void {
  for (const name of FLAGS) sheet.add(name, flags.includes(name), flags.includes(name) ? `${name} ` : '')
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
  bandwidth: exact('rate', rate),
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
    const { limit, averagePacket, probability = 0.02 } = found
    if (!limit || !averagePacket)
      throw words.fail('RED: Required parameter (limit, avpkt) is missing', 'limit 400000 avpkt 1000')
    if (found['rate'] === undefined) session.host.err('RED: set bandwidth to 10Mbit\n')
    // Sally Floyd's recommendations, as tc has them.
    const max = found['max'] || Math.trunc(limit / 4)
    const min = found['min'] || Math.trunc(max / 3)
    const burst = found['burst'] || Math.trunc((2 * min + max) / (3 * averagePacket))
    if (max > limit) throw words.fail('RED: "max" is larger than "limit"')
    if (min >= max) throw words.fail('RED: "min" is not smaller than "max"')
    const wlog = weight(words, 'RED', min, burst, averagePacket)
    const plog = slope(words, 'RED', min, max, probability)
    const { cellLog, table } = redIdleTable(wlog, averagePacket, found['rate'] ?? RATE)
    return {
      parameters: { limit, min, max, wlog, plog, cellLog },
      table,
      maxProbability: probability32(probability),
      flags: { value: allFlags(found), selector: FLAGS },
      earlyDropBlock: found['earlyDropBlock'],
      markBlock: found['markBlock'],
    }
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
  bandwidth: exact('rate', rate),
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
    const { limit, averagePacket = 1000, probability = 0.02 } = found
    if (!limit || !found['rate'])
      throw words.fail('Required parameter (bandwidth, limit) is missing', 'limit 100 bandwidth 10mbit')
    const max = found['max'] || Math.trunc(limit / 4)
    const min = found['min'] || Math.trunc(max / 3)
    if (max > limit) throw words.fail('"max" is larger than "limit"')
    if (min >= max) throw words.fail('"min" is not smaller than "max"')
    const burst = found['burst'] || Math.trunc((2 * min + max) / 3)
    const wlog = weight(words, 'CHOKE', min * averagePacket, burst, averagePacket)
    const plog = slope(words, 'CHOKE', min * averagePacket, max * averagePacket, probability)
    const { cellLog, table } = redIdleTable(wlog, averagePacket, found['rate'])
    return {
      parameters: { limit, min, max, wlog, plog, cellLog, flags: allFlags(found) },
      table,
      maxProbability: probability32(probability),
    }
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
  bandwidth: exact('rate', rate),
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
  const { limit, averagePacket, dropPrecedence = 0, priority, probability = 0.02 } = found
  if (!limit || !averagePacket) throw missing(words)
  const max = found['max'] || Math.trunc(limit / 4)
  const min = found['min'] || Math.trunc(max / 3)
  const burst = found['burst'] || Math.trunc((2 * min + max) / (3 * averagePacket))
  const wlog = weight(words, 'GRED', min, burst, averagePacket)
  const plog = slope(words, 'GRED', min, max, probability)
  const { cellLog, table } = redIdleTable(wlog, averagePacket, found['rate'] ?? RATE)
  const part = probability32(probability)
  const flags = allFlags(found)
  return {
    parameters: [{ limit, min, max, dropPrecedence, wlog, plog, cellLog, priority }],
    table,
    maxProbabilities: [part],
    virtualQueues: flags.length > 0 ? { entries: [{ dropPrecedence, flags }] } : undefined,
  }
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
  sheet.add('vq', queue.dropPrecedence, `${sheet.newline} vq ${queue.dropPrecedence} `)
  sheet.add('prio', queue.priority, `prio ${queue.priority} `)
  for (const key of ['limit', 'min', 'max'] as const) sheet.add(key, queue[key], `${key} ${sizeText(queue[key])} `)
  if (show.details) {
    addReckoning(sheet, queue, maxProbability)
    sheet.say(' ')
  }
  if (show.statistics > 0) {
    const { averageQueue, backlog, forced, early, overLimit, other, packets, bytes } = queue
    sheet.say(`${sheet.newline}  Queue size: average ${sizeText(averageQueue)} current ${sizeText(backlog)} `)
    sheet.say(`${sheet.newline}  Dropped packets: forced ${forced} early ${early} pdrop ${overLimit} other ${other} `)
    sheet.say(`${sheet.newline}  Marked packets: forced 0 early 0 `)
    sheet.say(`${sheet.newline}  Total packets: ${packets} (${sizeText(bytes)}) `)
  }
  return sheet
}
const statsOf = (queue: any, entry: any) => ({
  packets: entry?.packets ?? queue.packets,
  bytes: entry?.bytes ?? queue.bytes,
  backlog: queue.backlog,
  qave: queue.averageQueue,
})
