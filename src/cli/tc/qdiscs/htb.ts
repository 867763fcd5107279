// htb: classes with a rate that they are sure of and a ceiling to which they borrow.
import { microsecondsOf } from '../../../ops/tc/psched.ts'
import type { HtbClassOptions } from '../../../ops/tc/shaping.ts'
import type { Sheet } from '../../sheet.ts'
import { type Keyword, short, whole } from '../../words.ts'
import type { QdiscKind, View } from '../kind.ts'
import { rateOrShare } from '../speed.ts'
import { hexOrZero, linkLayerText, rateText, sizeText } from '../text.ts'
import { type Found, is, linkLayer, readOptions, sizeAndCell, unsigned, value } from '../values.ts'

const HELP = `Usage: … qdisc add … htb [ default N ] [ r2q N ] [ direct_qlen P ] [ offload ]
	default      the minor number of the class for what no filter places {0: it is not shaped}
	r2q          a class's quantum is its rate in bytes a second divided by this {10}
	direct_qlen  packets in the queue for what is not shaped
	offload      in hardware
       … class add … htb rate R1 [ ceil R2 ] [ burst B1 ] [ cburst B2 ] [ prio P ] [ quantum Q ]
	[ mtu BYTES ] [ mpu BYTES ] [ overhead BYTES ] [ linklayer TYPE ]
	rate         what it is sure of: 10mbit, or a share of the device's speed: 25%
	ceil         what it may have when others leave it {rate}
	burst        bytes that may go at once after a pause {computed}, cburst the same up to the ceiling
	prio         lower ones are served first {0}
	quantum      bytes served in a turn {from r2q}
	mtu          the largest packet {1600}
`

const QDISC = {
  r2q: value('rateToQuantum', unsigned(10)),
  default: value('defaultClass', unsigned(16)),
  debug: short<Found>((words, found) => {
    const levels = /^[0-3]{0,16}/.exec(words.take('digits from 0 to 3'))![0]
    found['debug'] = [...levels].reduce((all, level, i) => all + Number(level) * 4 ** i, 0)
  }),
  direct_qlen: value('directQueueLength', unsigned(10)),
  offload: is('offload', true),
}

const once = (key: string, rate: ReturnType<typeof rateOrShare>): Keyword<Found> =>
  whole((words, found) => {
    const name = words.last
    const bytes = rate(words, name)
    if (found[key] !== undefined) throw words.fail(`Double "${name}" spec`)
    found[key] = 8 * bytes
  })
const burst = (key: string, cell: string, ...also: string[]): Keyword<Found> =>
  short(
    (words, found) => {
      const { size, cellLog } = sizeAndCell(words, words.last)
      found[key] = size
      found[cell] = cellLog
    },
    ...also,
  )

const classWords = (rate: ReturnType<typeof rateOrShare>) => ({
  prio: value('priority', unsigned(10)),
  mtu: value('mtu', unsigned(10)),
  mpu: value('minimumPacket', unsigned(10, 0xffff)),
  overhead: value('overhead', unsigned(10, 0xffff)),
  linklayer: value('linkLayer', linkLayer),
  quantum: value('quantum', unsigned(10)),
  burst: burst('burst', 'cellLog', 'buffer', 'maxburst'),
  cburst: burst('ceilBurst', 'ceilCellLog', 'cbuffer', 'cmaxburst'),
  ceil: once('ceil', rate),
  rate: once('rate', rate),
})

export const htb: QdiscKind = {
  help: HELP,
  read: words => readOptions(words, QDISC),
  readClass(words, reading): HtbClassOptions {
    const found = readOptions(words, classWords(rateOrShare(reading)))
    if (!found['rate']) throw words.fail('"rate" is required.', 'a class of htb has a rate: rate 10mbit')
    return found as HtbClassOptions
  },
  print(sheet, options, view) {
    if (options.parameters) printClass(sheet, options, view)
    if (options.init) printQdisc(sheet, options, view)
  },
  printStats(sheet, { lends, borrows, giants, tokens, ceilTokens }) {
    sheet.add('lended', lends, ` lended: ${lends} `)
    sheet.add('borrowed', borrows, `borrowed: ${borrows} `)
    sheet.add('giants', giants, `giants: ${giants}\n`)
    sheet.add('tokens', tokens, ` tokens: ${tokens} `)
    sheet.add('ctokens', ceilTokens, `ctokens: ${ceilTokens}\n`)
  },
}

function printQdisc(sheet: Sheet, { init, directQueueLength, offload }: any, { show }: View): void {
  const { rateToQuantum, defaultClass, directPackets, version } = init
  sheet.add('r2q', rateToQuantum, `r2q ${rateToQuantum}`)
  sheet.add('default', hexOrZero(defaultClass), ` default ${hexOrZero(defaultClass)}`)
  sheet.add('direct_packets_stat', directPackets, ` direct_packets_stat ${directPackets}`)
  if (show.details) {
    const text = `${version >>> 16}.${version & 0xffff}`
    sheet.add('ver', text, ` ver ${text}`)
  }
  if (directQueueLength !== undefined) sheet.add('direct_qlen', directQueueLength, ` direct_qlen ${directQueueLength}`)
  if (offload) sheet.add('offload', null, ' offload')
}

function printClass(sheet: Sheet, { parameters, rate64, ceil64 }: any, { show }: View): void {
  const { rate: spec, ceil: most, buffer, ceilBuffer, level, priority, quantum } = parameters
  const [own, ceiling] = [Number(rate64 ?? spec.rate), Number(ceil64 ?? most.rate)]
  const size = (bytes: number, ticks: number): number => Math.trunc((bytes * microsecondsOf(ticks)) / 1e6)
  if (level === 0) {
    sheet.add('prio', priority)
    if (show.details) sheet.add('quantum', quantum)
  }
  sheet.add('rate', own, `rate ${rateText(own, show.iec)} `)
  if (spec.overhead) sheet.add('overhead', spec.overhead)
  sheet.add('ceil', ceiling, `ceil ${rateText(ceiling, show.iec)} `)
  const layer = spec.linkLayer
  if (show.details || layer === 'atm') sheet.add('linklayer', linkLayerText(layer))
  const [bytes, most2] = [size(own, buffer), size(ceiling, ceilBuffer)]
  if (!show.details) {
    sheet.add('burst', bytes, `burst ${sizeText(bytes)} `)
    sheet.add('cburst', most2, `cburst ${sizeText(most2)} `)
  } else {
    sheet.add('burst', bytes, `burst ${sizeText(bytes)}/`)
    sheet.add('burst_cell', 2 ** spec.cellLog, `${2 ** spec.cellLog} `)
    sheet.add('mpu_rate', spec.minimumPacket, `mpu ${sizeText(spec.minimumPacket)} `)
    sheet.add('cburst', most2, `cburst ${sizeText(most2)}/`)
    sheet.add('cburst_cell', 2 ** most.cellLog, `${2 ** most.cellLog} `)
    sheet.add('mpu_ceil', most.minimumPacket, `mpu ${sizeText(most.minimumPacket)} `)
    sheet.add('level', level)
  }
  if (show.raw) sheet.say(`buffer [${raw(buffer)}] cbuffer [${raw(ceilBuffer)}] `)
}
const raw = (ticks: number): string => ticks.toString(16).padStart(8, '0')
