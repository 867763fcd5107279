// police: packets above a rate meet another verdict. Filters of the older kinds take it without `action`, too.
import { microsecondsOf } from '../../../ops/tc/psched.ts'
import type { PoliceOptions } from '../../../ops/tc/shaping.ts'
import type { Sheet } from '../../sheet.ts'
import { type Keyword, type Keywords, keyword, short, type Words, whole } from '../../words.ts'
import type { ActionKind, View } from '../kind.ts'
import { linkLayerText, rateText, sizeText } from '../text.ts'
import { exact, type Found, linkLayer, rate, size, sizeAndCell, unsigned, value } from '../values.ts'
import { addTimes, addVerdict, isVerdict, type Verdict, verdict } from './verdict.ts'

const bits = (key: string): Keyword<Found> =>
  short((words, found) => {
    const name = words.last
    if (found[key] !== undefined) throw words.fail(`Double "${name}" spec`)
    found[key] = 8 * (rate(words, name) as number)
  })
const sized =
  (key: string, cell: string, name: string): Keyword<Found>['read'] =>
  (words, found) => {
    if (found[key] !== undefined) throw words.fail(`Double "${name}" spec`)
    const { size: bytes, cellLog } = sizeAndCell(words, words.last)
    found[key] = bytes
    found[cell] = cellLog
  }

/** `drop/pipe`: above the rate, and within it. */
function conformExceed(words: Words, found: Found): void {
  const [exceed = '', conform, ...rest] = words.take('verdicts: drop/pipe').split('/')
  const read = (word: string): Verdict | undefined =>
    isVerdict(word) ? verdict(inner(words, word)) : /^\d+$/.test(word) ? Number(word) : undefined
  found['exceed'] = read(exceed)
  if (conform !== undefined) found['conform'] = read(conform)
  const wrong = found['exceed'] === undefined || (conform !== undefined && found['conform'] === undefined)
  if (wrong || rest.length > 0) throw words.fail('Illegal "conform-exceed"', 'verdicts: drop, or drop/pipe')
}
/** A single word as a command line of its own, whose errors point at the real one. */
function inner(words: Words, word: string): Words {
  const own = Object.create(words, { all: { value: [word] }, at: { value: 0, writable: true } }) as Words
  return own
}

const WORDS: Keywords<Found> = {
  index: value('index', unsigned(10)),
  burst: short(sized('burst', 'cellLog', 'buffer/burst'), 'buffer', 'maxburst'),
  mtu: whole(sized('mtu', 'peakCellLog', 'mtu/minburst'), 'minburst'),
  mpu: exact('minimumPacket', size),
  rate: bits('rate'),
  avrate: bits('averageRate'),
  peakrate: bits('peakRate'),
  pkts_rate: value('packetRate', unsigned()),
  pkts_burst: value('packetBurst', unsigned()),
  'conform-exceed': short(conformExceed, 'action'),
  overhead: value('overhead', unsigned(10, 0xffff)),
  linklayer: value('linkLayer', linkLayer),
}

/** Reads as far as its words go. */
export function readPolice(words: Words): PoliceOptions {
  if (words.done) words.take('rate RATE burst BYTES')
  const found: Found = {}
  while (!words.done) {
    const name = words.next === 'action' ? undefined : keyword(WORDS, words)
    if (name !== undefined) {
      words.take()
      WORDS[name]!.read(words, found)
    } else if (isVerdict(words.next) && found['exceed'] === undefined) found['exceed'] = verdict(words)
    else break
  }
  const { rate: own, averageRate, packetRate, packetBurst, burst, peakRate, mtu } = found
  if (!own && !averageRate && !packetRate && found['index'] === undefined && mtu === undefined)
    throw words.fail("'rate' or 'avrate' or 'mtu' or 'pkts_rate' MUST be specified.", 'rate 1mbit burst 10k')
  if (own && !burst) throw words.fail("'burst' requires 'rate'.", 'a rate needs a burst: burst 10k')
  if (peakRate && !mtu) throw words.fail(`'mtu' is required, if 'peakrate' is requested.`, 'mtu 2kb')
  if (packetRate && !packetBurst) throw words.fail("'pkts_burst' is required, if 'pkts_rate' is requested.")
  return found
}

export const police: ActionKind = {
  help: `Usage: … action police [ rate RATE burst BYTES[/CELL] ] [ mtu BYTES[/CELL] ] [ peakrate RATE ] [ avrate RATE ]
	[ pkts_rate RATE pkts_burst PACKETS ] [ mpu BYTES ] [ overhead BYTES ] [ linklayer TYPE ]
	[ conform-exceed EXCEED[/CONFORM] ] [ index INDEX ]
	EXCEED     the verdict for packets above the rate {reclassify}, CONFORM for those within it {pass}\n`,
  read: readPolice,
  print: printPolice,
}

export function printPolice(sheet: Sheet, options: any, { show }: View): void {
  const { parameters, rate64, peakRate64, averageRate, packetRate, packetBurst, result, times } = options
  if (!parameters) return
  const { index, action, mtu, burst, rate: spec, peakRate: peakSpec, references, bindings } = parameters
  const own = Number(rate64 ?? spec.rate)
  sheet.add('kind', 'police', ' police ')
  sheet.add('index', index, `0x${index.toString(16)} `)
  sheet.add('rate', own, `rate ${rateText(own, show.iec)} `)
  const bytes = (own * microsecondsOf(burst)) / 1e6
  sheet.add('burst', Math.trunc(bytes), `burst ${sizeText(bytes)} `)
  sheet.add('mtu', mtu, `mtu ${sizeText(mtu)} `)
  if (show.raw) sheet.say(`[${burst.toString(16).padStart(8, '0')}] `)
  const peak = Number(peakRate64 ?? peakSpec.rate)
  if (peak) sheet.add('peakrate', peak, `peakrate ${rateText(peak, show.iec)} `)
  if (averageRate) sheet.add('avrate', averageRate, `avrate ${rateText(averageRate, show.iec)} `)
  if (packetRate) {
    sheet.add('pkts_rate', packetRate)
    const packets = BigInt(Math.trunc((Number(packetRate) * microsecondsOf(Number(packetBurst ?? 0))) / 1e6))
    sheet.add('pkts_burst', packets)
  }
  addVerdict(sheet, action, 'action ')
  if (result !== undefined) addVerdict(sheet, result, '/', ' ', 'conform_action')
  else sheet.say(' ')
  sheet.add('overhead', spec.overhead, `overhead ${sizeText(spec.overhead)} `)
  if (show.details || spec.linkLayer === 'atm') sheet.add('linklayer', linkLayerText(spec.linkLayer))
  sheet.add('ref', references, `${sheet.newline}\tref ${references} `)
  sheet.add('bind', bindings)
  addTimes(sheet, times)
  sheet.say(sheet.newline)
}
