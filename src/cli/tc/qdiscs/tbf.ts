// tbf: a token bucket, one rate for all.
import { microsecondsOf } from '../../../ops/tc/psched.ts'
import type { TbfOptions } from '../../../ops/tc/shaping.ts'
import { type Keyword, type Keywords, short, type Words, whole } from '../../words.ts'
import type { QdiscKind } from '../kind.ts'
import { rateOrShare } from '../speed.ts'
import { hex8, linkLayerText, rateText, sizeText, timeText } from '../text.ts'
import { type Found, linkLayer, readOptions, size, sizeAndCell, time, unsigned, value, voiceOf } from '../values.ts'

const HELP = `Usage: … tbf rate RATE burst BYTES[/CELL] { limit BYTES | latency TIME }
	[ peakrate RATE mtu BYTES[/CELL] ] [ mpu BYTES ] [ overhead BYTES ] [ linklayer TYPE ]
	burst      bytes that may go at once after a pause
	limit      bytes that may wait; latency: how long a packet may wait
	peakrate   no faster than this even in a burst; needs mtu, the largest packet
`

type Read = (words: Words, name: string) => unknown
/** What may be said once only. */
const once = (found: Found, words: Words, keys: readonly string[], what: string): void => {
  if (keys.some(key => found[key] !== undefined)) throw words.fail(`tbf: duplicate "${what}" specification`)
}
const single =
  (key: string, read: Read, what = key): Keyword<Found>['read'] =>
  (words, found) => {
    const name = words.last
    const content = read(words, name)
    once(found, words, [key], what)
    found[key] = content
  }
const sized =
  (key: string, cell: string, what: string): Keyword<Found>['read'] =>
  (words, found) => {
    const { size: bytes, cellLog } = sizeAndCell(words, words.last)
    once(found, words, [key], what)
    found[key] = bytes
    found[cell] = cellLog
  }
const wordsOf = (bits: Read): Keywords<Found> => ({
  limit: short(single('limit', size)),
  latency: short(single('latency', time)),
  burst: short(sized('burst', 'cellLog', 'buffer/burst/maxburst'), 'buffer', 'maxburst'),
  mtu: whole(sized('mtu', 'peakCellLog', 'mtu/minburst'), 'minburst'),
  mpu: whole(single('minimumPacket', size, 'mpu')),
  rate: whole(single('rate', bits)),
  peakrate: short(single('peakRate', bits, 'peakrate')),
  overhead: value('overhead', unsigned(10, 0xffff)),
  linklayer: value('linkLayer', linkLayer),
})

export const tbf: QdiscKind = {
  help: HELP,
  read(words, reading): TbfOptions {
    const rate = rateOrShare(reading)
    const found = readOptions(
      words,
      wordsOf((all, name) => 8 * rate(all, name)),
      { voice: voiceOf('tbf') },
    )
    if (found['limit'] !== undefined && found['latency'] !== undefined)
      throw words.fail('tbf: specifying both "limit" and "/latency" is not allowed')
    for (const name of ['rate', 'burst'])
      if (!found[name]) throw words.fail(`tbf: the "${name}" parameter is mandatory.`, 'rate 1mbit burst 10kb')
    if (found['limit'] === undefined && found['latency'] === undefined)
      throw words.fail('tbf: either "limit" or "latency" is required.', 'latency 50ms')
    if (found['peakRate'] && !found['mtu'])
      throw words.fail('tbf: when "peakrate" is specified, "mtu" must also be specified.', 'mtu 1600')
    return found as TbfOptions
  },
  print(sheet, { parameters, rate64, peakRate64 }, { show }) {
    if (!parameters) return
    const { rate: spec, peakRate: peakSpec, limit, buffer, mtu } = parameters
    const [own, peak] = [Number(rate64 ?? spec.rate), Number(peakRate64 ?? peakSpec.rate)]
    const bytes = (perSecond: number, ticks: number): number => (perSecond * microsecondsOf(ticks)) / 1e6
    const cell = (amount: number, log: number): string => `${sizeText(amount)}/${2 ** log}`
    sheet.add('rate', own, `rate ${rateText(own, show.iec)} `)
    const burst = bytes(own, buffer)
    if (show.details) {
      sheet.add('burst', cell(burst, spec.cellLog))
      sheet.add('mpu', spec.minimumPacket, `mpu ${sizeText(spec.minimumPacket)} `)
    } else sheet.add('burst', Math.trunc(burst), `burst ${sizeText(burst)} `)
    if (show.raw) sheet.add('burst_raw', `[${hex8(buffer)}]`, `[${hex8(buffer)}] `)
    if (peak) {
      sheet.add('peakrate', peak, `peakrate ${rateText(peak, show.iec)} `)
      if (mtu || peakSpec.minimumPacket) {
        const least = bytes(peak, mtu)
        if (show.details) {
          sheet.add('mtu', cell(least, peakSpec.cellLog))
          sheet.add('mpu', peakSpec.minimumPacket, `mpu ${sizeText(peakSpec.minimumPacket)} `)
        } else sheet.add('minburst', Math.trunc(least), `minburst ${sizeText(least)} `)
        if (show.raw) sheet.add('mtu_raw', `[${hex8(mtu)}]`, `[${hex8(mtu)}] `)
      }
    }
    const waits = (perSecond: number, ticks: number): number => 1e6 * (limit / perSecond) - microsecondsOf(ticks)
    const latency = Math.max(waits(own, buffer), peak ? waits(peak, mtu) : Number.NEGATIVE_INFINITY)
    if (latency >= 0) sheet.add('lat', Math.trunc(latency), `lat ${timeText(latency)} `)
    if (show.raw || latency < 0) sheet.add('limit', limit, `limit ${sizeText(limit)} `)
    if (spec.overhead) sheet.add('overhead', spec.overhead)
    if (spec.linkLayer === 'atm' || show.details) sheet.add('linklayer', linkLayerText(spec.linkLayer))
  },
}
