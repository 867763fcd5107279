// cbq: classes that share a link, measured by how long it idles. Linux has it no more (removed in 6.3).
import { cbqMaxIdle, cbqMinIdle, cbqOffTime } from '../../../ops/tc/cbq.ts'
import { microsecondsOf, rateTable, transmissionTime } from '../../../ops/tc/psched.ts'
import type { Sheet } from '../../sheet.ts'
import { type Keywords, short, type Words, whole } from '../../words.ts'
import type { QdiscKind, View } from '../kind.ts'
import { classText, hex8, linkLayerText, rateText, sizeText, timeText } from '../text.ts'
import { type Found, illegal, is, linkLayer, parseHandle, rate, readOptions, size, u16, u32, value } from '../values.ts'

const HELP = `Usage: … qdisc add … cbq bandwidth RATE avpkt BYTES [ mpu BYTES ] [ cell BYTES ] [ ewma LOG ] [ allot BYTES ]
	[ overhead BYTES ] [ linklayer TYPE ]
       … class add … cbq rate RATE avpkt BYTES [ bandwidth RATE ] [ maxburst PACKETS ] [ minburst PACKETS ]
	[ minidle TICKS ] [ bounded | borrow ] [ isolated | sharing ] [ prio NUMBER ] [ weight SIZE ]
	[ allot BYTES ] [ mpu BYTES ] [ cell BYTES ] [ ewma LOG ] [ split CLASSID ] [ defmap MASK/CHANGE ]
	[ overhead BYTES ] [ linklayer TYPE ]
	bandwidth  of the link; a class needs it for maxburst and minburst
	avpkt      an average packet
	ewma       log2 of how slowly the average follows {5}
	(Linux has it until 6.2)
`
const EWMA_LOG = 5
const LOWEST_PRIORITY = 8
const MOST_EWMA_LOG = 31

const rate32 = (words: Words, name: string): number => {
  const found = rate(words, name) as number
  if (found > 0xffffffff) throw illegal(words, name, 'a rate of 32 bits: less than 34gbit')
  return found
}

/** What a qdisc and a class have in common. */
const COMMON: Keywords<Found> = {
  ewma: short((words, found) => {
    const log = u32(words, 'ewma') as number
    if (log > MOST_EWMA_LOG) throw words.fail('ewma_log must be < 32', 'a whole number from 0 to 31 is expected')
    found['ewmaLog'] = log
  }),
  cell: short((words, found) => {
    const log = Math.log2(size(words, 'cell') as number)
    if (!Number.isInteger(log)) throw words.fail('cell must be 2^n', 'a power of 2 is expected: 8')
    found['cellLog'] = log
  }),
  avpkt: value('averagePacket', size),
  mpu: value('minimumPacket', size),
  allot: value('allot', size),
  overhead: value('overhead', u16),
  linklayer: value('linkLayer', linkLayer),
}
const QDISC: Keywords<Found> = { bandwidth: value('rate', rate32, 'rate'), ...COMMON }

const CLASS: Keywords<Found> = {
  bandwidth: value('bandwidth', rate32),
  rate: value('rate', rate32),
  minidle: value('minIdle', u32),
  minburst: value('minBurst', u32),
  maxburst: value('maxBurst', u32),
  bounded: is('bounded', true),
  borrow: is('bounded', false),
  isolated: is('isolated', true),
  sharing: is('isolated', false),
  ...COMMON,
  prio: short((words, found) => {
    const priority = u32(words, 'prio') as number
    if (priority > LOWEST_PRIORITY)
      throw words.fail('"prio" must be number in the range 1...8', 'the first is served first')
    found['priority'] = priority
  }),
  weight: value('weight', size),
  split: short((words, found) => {
    const id = parseHandle(words.take('a class (1:10)'))
    if (id === undefined) throw words.fail('Invalid split node ID.', 'a class, like 1:10, is expected')
    found['split'] = id
  }),
  defmap: whole((words, found) => {
    const [, map, change] = /^(?:0x)?([\da-f]{1,8})(?:\/(?:0x)?([\da-f]{0,8}))?$/i.exec(words.take('a mask')) ?? []
    if (map === undefined) throw words.fail('Invalid defmap, should be MASK32[/MASK]', 'hexadecimal digits: ff/ff')
    found['defMap'] = Number.parseInt(map, 16)
    found['defChange'] = change ? Number.parseInt(change, 16) : 0xffffffff
  }),
}

/** The rate and its table, of packets up to `mtu`. */
function table({ rate: bytes, cellLog, minimumPacket, overhead, linkLayer: layer }: Found, mtu: number | undefined) {
  if (!bytes) return {}
  const { spec, table: times } = rateTable({ rate: bytes, cellLog, mtu, minimumPacket, overhead, linkLayer: layer })
  return { rate: spec, rateTable: times }
}
const enough = (averagePacket = 0): number => Math.trunc((averagePacket * 3) / 2)

export const cbq: QdiscKind = {
  help: HELP,
  read(words) {
    const found = readOptions(words, QDISC)
    const { rate: bytes, averagePacket, ewmaLog = EWMA_LOG, allot = 0 } = found
    if (!bytes) throw words.fail('CBQ: bandwidth is required parameter.', 'bandwidth 10mbit avpkt 1000')
    if (!averagePacket) throw words.fail('CBQ: "avpkt" is required.', 'avpkt 1000')
    const { rate: spec, rateTable: times } = table(found, Math.max(allot, enough(averagePacket)))
    const maxIdle = transmissionTime(bytes, averagePacket)
    return {
      rate: spec,
      linkSharing: { change: ['ewma', 'maxidle', 'avpkt'], flags: [], ewmaLog, maxIdle, averagePacket },
      rateTable: times,
    }
  },
  readClass(words, { fresh }) {
    const found = readOptions(words, CLASS)
    // What is new has its place in the turns; a class that is there keeps it unless it is told.
    const told = found['priority'] !== undefined || found['weight'] !== undefined
    const turns = told || fresh ? roundRobin(words, found, fresh === true) : undefined
    return {
      linkSharing: linkSharing(words, found),
      roundRobin: turns,
      filter: split(found),
      ...table(found, found['allot']),
    }
  },
  print(sheet, options, view) {
    const { rate: spec, linkSharing: sharing, roundRobin: turns, filter } = options
    if (spec) printRate(sheet, spec, view)
    if (sharing?.flags.length > 0) {
      sheet.say(`(${sharing.flags.join(',')}) `)
      for (const name of sharing.flags) sheet.note(name, true)
    }
    if (turns) printTurns(sheet, turns, view)
    if (sharing && view.show.details) printSharing(sheet, sharing, view)
    if (filter && view.show.details) {
      const at = classText(filter.split, view.show)
      sheet.add('split', at, `\nsplit ${at} `)
      if (filter.defMap) sheet.add('defmap', hex8(filter.defMap), `defmap ${hex8(filter.defMap)}`)
    }
  },
  printStats(sheet, { borrows, overactions, averageIdle, underTime }) {
    sheet.add('borrowed', borrows, `  borrowed ${borrows} `)
    sheet.add('overactions', overactions)
    sheet.add('avgidle', averageIdle)
    sheet.add('undertime', underTime, `undertime ${underTime}`)
  },
}

function linkSharing(words: Words, found: Found) {
  const { bandwidth, rate: bytes, averagePacket, ewmaLog, minIdle, minBurst, maxBurst, bounded, isolated } = found
  if (maxBurst !== undefined || minBurst !== undefined) {
    if (!averagePacket) throw words.fail('CBQ: avpkt is required for max/minburst.', 'avpkt 1000')
    if (!bandwidth || !bytes)
      throw words.fail('CBQ: bandwidth&rate are required for max/minburst.', 'bandwidth 10mbit rate 1mbit')
  }
  const burst = maxBurst !== undefined
  const off = minBurst !== undefined
  const changes = {
    ewma: ewmaLog !== undefined || burst || off || minIdle !== undefined,
    maxidle: burst,
    minidle: minIdle !== undefined,
    offtime: off,
    avpkt: averagePacket !== undefined,
  }
  const change = Object.entries(changes).flatMap(([name, said]) => (said ? [name] : []))
  if (change.length === 0 && bounded === undefined && isolated === undefined) return undefined
  const log = ewmaLog ?? EWMA_LOG
  const measure = { bandwidth, rate: bytes, averagePacket, ewmaLog: log }
  return {
    // The flags go with whatever changes.
    change: ['flags', ...change],
    flags: [...(bounded ? ['bounded'] : []), ...(isolated ? ['isolated'] : [])],
    ewmaLog: log,
    maxIdle: burst ? cbqMaxIdle(measure, maxBurst) : 0,
    minIdle: minIdle === undefined ? 0 : cbqMinIdle(minIdle, log),
    offTime: off ? cbqOffTime(measure, minBurst) : 0,
    averagePacket: averagePacket ?? 0,
  }
}

function roundRobin(words: Words, found: Found, fresh: boolean) {
  const { averagePacket, allot = 0, weight = 0, rate: bytes = 0 } = found
  const priority = found['priority'] || (fresh ? LOWEST_PRIORITY : 0)
  const least = enough(averagePacket)
  const bytesOfTurn = bytes || (fresh && !found['priority'] && !allot) ? Math.max(allot, least) : allot
  if (!bytesOfTurn) throw words.fail('CBQ: "allot" is required to set WRR parameters.', 'allot 1514')
  return { priority, allot: bytesOfTurn, weight: weight || (priority === LOWEST_PRIORITY ? 1 : bytes) }
}

function split({ split: at, defMap, defChange }: Found) {
  return at === undefined && defMap === undefined ? undefined : { split: at ?? 'none', defMap, defChange }
}

// ── show ───────────────────────────────────────────────────────────────────

function printRate(sheet: Sheet, spec: any, { show }: View): void {
  sheet.add('rate', spec.rate, `rate ${rateText(spec.rate, show.iec)} `)
  if (show.details || spec.linkLayer === 'atm') sheet.add('linklayer', linkLayerText(spec.linkLayer))
  if (!show.details) return
  sheet.add('cell', 2 ** spec.cellLog, `cell ${sizeText(2 ** spec.cellLog)} `)
  if (spec.minimumPacket) sheet.add('mpu', spec.minimumPacket, `mpu ${sizeText(spec.minimumPacket)} `)
  if (spec.overhead) sheet.add('overhead', spec.overhead, `overhead ${sizeText(spec.overhead)} `)
}

function printTurns(sheet: Sheet, { priority, childPriority, weight, allot }: any, { show }: View): void {
  const text = priority === LOWEST_PRIORITY ? 'no-transmit' : String(priority)
  sheet.add('prio', priority, `prio ${text}`)
  if (!show.details) return
  sheet.add('cprio', childPriority, `/${childPriority} `)
  sheet.add('weight', weight, weight === 1 ? '' : `weight ${rateText(weight, show.iec)} `)
  sheet.add('allot', allot, `allot ${sizeText(allot)} `)
}

function printSharing(sheet: Sheet, sharing: any, { show }: View): void {
  const { level, ewmaLog, averagePacket, maxIdle, minIdle, offTime } = sharing
  sheet.say('\n')
  sheet.add('level', level)
  sheet.add('ewma', ewmaLog)
  sheet.add('avpkt', averagePacket, `avpkt ${sizeText(averagePacket)} `)
  const time = (name: string, ticks: number, raw: number): void => {
    const microseconds = microsecondsOf(ticks)
    sheet.add(name, microseconds, `${name} ${timeText(microseconds)} ${show.raw ? `[${hex8(raw)}] ` : ''}`)
  }
  if (maxIdle) time('maxidle', maxIdle >>> ewmaLog, maxIdle)
  time('minidle', minIdle >>> ewmaLog, minIdle)
  if (offTime) time('offtime', offTime, offTime)
}
