// cake: shaping, fair queueing and priorities in one.
import { QDISC_MEASURES } from '../../../ops/tc/measures.ts'
import type { Sheet } from '../../sheet.ts'
import { duplicate, type Keyword, type Keywords, type Words, whole } from '../../words.ts'
import type { QdiscKind, View } from '../kind.ts'
import { hex, rateText, sizeText, timeText } from '../text.ts'
import {
  exact,
  type Found,
  inOrder,
  inUnit,
  isExactly,
  parseNumber,
  rate,
  readOptions,
  time,
  unsigned,
} from '../values.ts'

/** Round-trip times by the network's reach: how long a packet may wait, and over how long that is looked at. */
const PRESETS: Readonly<Record<string, readonly [target: number, rtt: number]>> = {
  datacentre: [5, 100],
  lan: [50, 1000],
  metro: [500, 10_000],
  regional: [1500, 30_000],
  internet: [5000, 100_000],
  oceanic: [15_000, 300_000],
  satellite: [50_000, 1_000_000],
  interplanetary: [50_000_000, 1_000_000_000],
}
const DIFFSERV = ['besteffort', 'precedence', 'diffserv8', 'diffserv4', 'diffserv3']
const FLOWS = ['flowblind', 'srchost', 'dsthost', 'hosts', 'flows', 'dual-srchost', 'dual-dsthost', 'triple-isolate']
/** What goes around each packet on the wire: its ATM or PTM framing, and bytes. */
const FRAMINGS: Readonly<Record<string, readonly [atm: string | undefined, bytes: number, mpu?: number]>> = {
  'ipoa-vcmux': ['atm', 8],
  'ipoa-llcsnap': ['atm', 16],
  'bridged-vcmux': ['atm', 24],
  'bridged-llcsnap': ['atm', 32],
  'pppoa-vcmux': ['atm', 10],
  'pppoa-llc': ['atm', 14],
  'pppoe-vcmux': ['atm', 32],
  'pppoe-llcsnap': ['atm', 40],
  'pppoe-ptm': ['ptm', 30],
  'bridged-ptm': ['ptm', 22],
  ethernet: [undefined, 38, 84],
  'ether-vlan': [undefined, 4],
  docsis: ['noatm', 18, 64],
}

const set = (change: (found: Found, words: Words) => void): Keyword<Found> =>
  whole((words, found) => change(found, words))
const within = (words: Words, name: string, least: number, most: number): number => {
  const text = words.take('a number')
  const found = (text.startsWith('-') ? -1 : 1) * (parseNumber(text.replace(/^-/, ''), 10) ?? Number.NaN)
  if (!(found >= least && found <= most))
    throw words.fail(`Illegal "${name}", valid range is ${least} to ${most}`, `a number from ${least} to ${most}`)
  return found
}
const all = (names: readonly string[], make: (name: string) => Keyword<Found>): Keywords<Found> =>
  Object.fromEntries(names.map(name => [name, make(name)]))

const WORDS: Keywords<Found> = {
  bandwidth: set((found, words) => {
    found['bandwidth'] = rate(words, 'bandwidth')
    found['autorate'] = 0
  }),
  unlimited: set(found => Object.assign(found, { bandwidth: 0, autorate: 0 })),
  'autorate-ingress': isExactly('autorate', 1),
  rtt: set((found, words) => {
    found['rtt'] = time(words, 'rtt')
    found['target'] = Math.max(1, Math.trunc(found['rtt'] / 20))
  }),
  ...all(Object.keys(PRESETS), name =>
    set((found, words) => {
      if (found['preset'] !== undefined) throw duplicate(words, found['preset'])
      const [target, rtt] = PRESETS[name]!
      Object.assign(found, { preset: name, target, rtt })
    }),
  ),
  ...all(DIFFSERV, name => isExactly('diffserv', name)),
  diffserv: isExactly('diffserv', 'diffserv4'),
  nowash: isExactly('wash', 0),
  wash: isExactly('wash', 1),
  'split-gso': isExactly('splitGso', 1),
  'no-split-gso': isExactly('splitGso', 0),
  ...all(FLOWS, name => isExactly('flowMode', name)),
  nat: isExactly('nat', 1),
  nonat: isExactly('nat', 0),
  ptm: isExactly('atm', 'ptm'),
  atm: isExactly('atm', 'atm'),
  noatm: isExactly('atm', 'noatm'),
  raw: set(found => Object.assign(found, { atm: 'noatm', overhead: 0, raw: 0 })),
  conservative: set(found => Object.assign(found, { atm: 'atm', overhead: 48 })),
  ...all(Object.keys(FRAMINGS), name =>
    set(found => {
      const [atm = found['atm'], bytes, mpu = found['minimumPacket']] = FRAMINGS[name]!
      Object.assign(found, { atm, overhead: (found['overhead'] ?? 0) + bytes, minimumPacket: mpu })
    }),
  ),
  'via-ethernet': set(() => {}),
  overhead: set((found, words) => void (found['overhead'] = within(words, 'overhead', -64, 256))),
  mpu: set((found, words) => void (found['minimumPacket'] = within(words, 'mpu', 0, 256))),
  ingress: isExactly('ingress', 1),
  egress: isExactly('ingress', 0),
  'no-ack-filter': isExactly('ackFilter', 'disabled'),
  'ack-filter': isExactly('ackFilter', 'enabled'),
  'ack-filter-aggressive': isExactly('ackFilter', 'aggressive'),
  memlimit: inUnit(QDISC_MEASURES.cake, 'memory'),
  fwmark: exact('fwmark', unsigned()),
}
const ORDER = [
  ...['bandwidth', 'diffserv', 'atm', 'flowMode', 'overhead', 'raw', 'minimumPacket', 'rtt', 'target', 'autorate'],
  ...['memory', 'fwmark', 'nat', 'wash', 'splitGso', 'ingress', 'ackFilter'],
]

export const cake: QdiscKind = {
  help: `Usage: … cake [ bandwidth RATE | unlimited* | autorate-ingress ]
	[ rtt TIME | ${Object.keys(PRESETS).join(' | ')} ]   (internet*)
	[ besteffort | diffserv8 | diffserv4 | diffserv3* ] [ ${FLOWS.join(' | ')}* ]
	[ nat | nonat* ] [ wash | nowash* ] [ split-gso* | no-split-gso ]
	[ ack-filter | ack-filter-aggressive | no-ack-filter* ] [ memlimit BYTES ] [ fwmark MASK ]
	[ ptm | atm | noatm* ] [ overhead N | conservative | raw* ] [ mpu N ] [ ingress | egress* ]
	[ ${Object.keys(FRAMINGS).join(' | ')} ]
	(* where nothing is said)\n`,
  read: words => inOrder(readOptions(words, WORDS), ...ORDER),
  print: printOptions,
  printStats,
}

function printOptions(sheet: Sheet, options: any, { show }: View): void {
  const { bandwidth, autorate, diffserv, flowMode, nat, wash, ingress, ackFilter, splitGso, rtt } = options
  if (bandwidth) sheet.add('bandwidth', bandwidth, `bandwidth ${rateText(bandwidth, show.iec)} `)
  else if (bandwidth !== undefined) sheet.add('bandwidth', 'unlimited')
  if (autorate) sheet.add('autorate', 'autorate-ingress', 'autorate-ingress ')
  if (diffserv !== undefined) sheet.add('diffserv', diffserv, `${diffserv} `)
  if (typeof flowMode === 'string') sheet.add('flowmode', flowMode, `${flowMode} `)
  else if (flowMode !== undefined) sheet.add('flowmode', '(?flowmode?)', '(?flowmode?)')
  sheet.add('nat', Boolean(nat), nat ? 'nat ' : 'nonat ')
  sheet.add('wash', Boolean(wash), wash ? 'wash ' : 'nowash ')
  sheet.add('ingress', Boolean(ingress), ingress ? 'ingress ' : '')
  const filter = ackFilter ?? 'disabled'
  const words: Readonly<Record<string, string>> = { aggressive: 'ack-filter-aggressive', enabled: 'ack-filter' }
  sheet.add('ack-filter', filter, `${words[filter] ?? 'no-ack-filter'} `)
  sheet.add('split_gso', Boolean(splitGso), splitGso ? 'split-gso ' : 'no-split-gso ')
  if (rtt) sheet.add('rtt', rtt, `rtt ${timeText(rtt)} `)
  const raw = options.raw !== undefined
  sheet.add('raw', raw, raw ? 'raw ' : '')
  const { atm = 'noatm', overhead = 0, minimumPacket, memory, fwmark } = options
  if (atm !== 'noatm' || !raw) sheet.add('atm', atm, `${atm} `)
  sheet.add('overhead', overhead)
  if (minimumPacket) sheet.add('mpu', minimumPacket)
  if (memory) sheet.add('memlimit', memory, `memlimit ${sizeText(memory)} `)
  if (fwmark) sheet.add('fwmark', hex(fwmark), `fwmark ${hex(fwmark)} `)
}

// ── statistics: a column a tin ─────────────────────────────────────────────

/** What tins are called, by how many there are. */
const TINS: Readonly<Record<number, readonly string[]>> = {
  3: ['Bulk', 'Best Effort', 'Voice'],
  4: ['Bulk', 'Best Effort', 'Video', 'Voice'],
}
type Row = readonly [word: string, json: string, key: string, form?: (value: any) => string]

/** In the order of the text; the JSON has those of `THRESHOLD` and bytes first. */
const rows = (iec: boolean): readonly Row[] => [
  ['thresh', 'threshold_rate', 'thresholdRate', value => rateText(value, iec)],
  ['target', 'target_us', 'target', timeText],
  ['interval', 'interval_us', 'interval', timeText],
  ['pk_delay', 'peak_delay_us', 'peakDelay', timeText],
  ['av_delay', 'avg_delay_us', 'averageDelay', timeText],
  ['sp_delay', 'base_delay_us', 'baseDelay', timeText],
  ['backlog', 'backlog_bytes', 'backlogBytes', sizeText],
  ['pkts', 'sent_packets', 'sentPackets'],
  ['bytes', 'sent_bytes', 'sentBytes'],
  ['way_inds', 'way_indirect_hits', 'wayIndirectHits'],
  ['way_miss', 'way_misses', 'wayMisses'],
  ['way_cols', 'way_collisions', 'wayCollisions'],
  ['drops', 'drops', 'droppedPackets'],
  ['marks', 'ecn_mark', 'ecnMarkedPackets'],
  ['ack_drop', 'ack_drops', 'acksDroppedPackets'],
  ['sp_flows', 'sparse_flows', 'sparseFlows'],
  ['bk_flows', 'bulk_flows', 'bulkFlows'],
  ['un_flows', 'unresponsive_flows', 'unresponsiveFlows'],
  ['max_len', 'max_pkt_len', 'maxPacket'],
  ['quantum', 'flow_quantum', 'flowQuantum'],
]

function printStats(sheet: Sheet, stats: any, { show }: View): void {
  const { memoryUsed, memoryLimit, capacityEstimate, tins = [] } = stats
  if (memoryUsed !== undefined && memoryLimit !== undefined) {
    sheet.add('memory_used', memoryUsed, ` memory used: ${sizeText(memoryUsed)}`)
    sheet.add('memory_limit', memoryLimit, ` of ${sizeText(memoryLimit)}\n`)
  }
  if (capacityEstimate !== undefined)
    sheet.add('capacity_estimate', capacityEstimate, ` capacity estimate: ${rateText(capacityEstimate, show.iec)}\n`)
  addSizes(sheet, stats)
  if (tins.length === 0) return
  const names = TINS[tins.length] ?? tins.map((_: unknown, i: number) => `Tin ${i}`)
  sheet.say(`\n          ${names.map((name: string) => ` ${name.padStart(12)}`).join('')}\n`)
  for (const [word, , key, form = String] of rows(show.iec)) {
    if (tins.every((tin: any) => tin[key] === undefined)) continue
    const cells = tins.map((tin: any) => ` ${form(tin[key] ?? 0).padStart(12)}`)
    sheet.say(`  ${word.padEnd(8)}${cells.join('')}${sheet.newline}`)
  }
  sheet.note(
    'tins',
    tins.map((tin: any) => Object.fromEntries(rows(show.iec).map(([, json, key]) => [json, tin[key] ?? 0]))),
  )
}

const SIZES = [
  ['min_network_size', 'minNetworkLength', 'max_network_size', 'maxNetworkLength', ' min/max network layer size:', 13],
  ['min_adj_size', 'minAdjustedLength', 'max_adj_size', 'maxAdjustedLength', ' min/max overhead-adjusted size:', 9],
] as const

function addSizes(sheet: Sheet, stats: any): void {
  for (const [least, leastKey, most, mostKey, title, width] of SIZES) {
    if (stats[leastKey] === undefined) continue
    sheet.add(least, stats[leastKey], `${title}${String(stats[leastKey]).padStart(width)}`)
    sheet.add(most, stats[mostKey], ` /${String(stats[mostKey]).padStart(8)}\n`)
  }
  const offset = stats.averageNetworkOffset
  if (offset === undefined) return
  sheet.add('avg_hdr_offset', offset, ` average network hdr offset:${String(offset).padStart(13)}\n`)
}
