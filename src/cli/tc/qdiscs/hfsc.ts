// hfsc: service curves, of two slopes each.
import type { Sheet } from '../../sheet.ts'
import { type Keywords, matching, short, type Words } from '../../words.ts'
import type { QdiscKind, View } from '../kind.ts'
import { rateOrShare } from '../speed.ts'
import { rateText, timeText } from '../text.ts'
import { type Found, illegal, readOptions, size, time, unsigned, type Voice, value } from '../values.ts'

const VOICE: Voice = {
  illegal: name => `HFSC: Illegal "${name}"`,
  unknown: word => `HFSC: What is "${word}" ?`,
}

interface Curve {
  readonly m1: number
  readonly d: number
  readonly m2: number
}

/** `m1 RATE d TIME m2 RATE`, or `umax BYTES dmax TIME rate RATE`. */
const curveOf =
  (rate: ReturnType<typeof rateOrShare>) =>
  (words: Words, name: string): Curve => {
    const found: Record<string, number> = {}
    const take = (key: string, read: (words: Words, key: string) => unknown): boolean => {
      if (words.next === undefined || matching(words.next, [key]) === undefined) return false
      words.take()
      found[key] = read(words, key) as number
      return true
    }
    if (words.done) words.take('a curve: m1 RATE d TIME m2 RATE')
    const slopes = take('m1', rate)
    if (take('d', time) || slopes || matching(words.next ?? '', ['m2'])) {
      if (!take('m2', rate)) throw illegal(words, name, 'm2 RATE is missing')
      return whole(words, { m1: found['m1'] ?? 0, d: found['d'] ?? 0, m2: found['m2']! })
    }
    take('umax', size)
    take('dmax', time)
    if (!take('rate', rate)) throw illegal(words, name, 'm2 RATE or rate RATE is missing')
    return whole(words, fromWork(words, found))
  }

/** The curve that serves `umax` bytes within `dmax`. */
function fromWork(words: Words, { umax = 0, dmax = 0, rate: m2 = 0 }: Record<string, number>): Curve {
  if (umax !== 0 && dmax === 0) throw words.fail('HFSC: umax given but dmax is zero.')
  const m1 = dmax === 0 ? 0 : Math.ceil((umax * 1e6) / dmax)
  if (m1 > m2) return { m1, d: dmax, m2 }
  return { m1: 0, d: m2 === 0 ? dmax : Math.ceil(dmax - (umax * 1e6) / m2), m2 }
}

function whole(words: Words, found: Curve): Curve {
  if (found.m1 === 0 && found.m2 === 0) throw words.fail('HFSC: Service Curve has two zero slopes')
  return found
}

const classWords = (curve: ReturnType<typeof curveOf>): Keywords<Found> => ({
  rt: value('realTime', curve),
  ls: value('linkShare', curve),
  sc: short((words, found) => {
    found['realTime'] = found['linkShare'] = curve(words, 'sc')
  }),
  ul: value('upperLimit', curve),
})

export const hfsc: QdiscKind = {
  help: `Usage: … qdisc add … hfsc [ default MINOR ]
       … class add … hfsc [ rt SC ] [ ls SC ] [ sc SC ] [ ul SC ]
SC := [ m1 RATE ] [ d TIME ] m2 RATE | [ umax BYTES ] [ dmax TIME ] rate RATE
	rt    real time; ls: sharing what is left; sc: both; ul: no more than this (with ls or sc)\n`,
  read: words =>
    readOptions(
      words,
      { default: value('defaultClass', unsigned(16, 0xffff)) },
      { voice: VOICE, found: { defaultClass: 0 } },
    ),
  readClass(words, reading) {
    const table = classWords(curveOf(rateOrShare(reading)))
    const { realTime, linkShare, upperLimit } = readOptions(words, table, { voice: VOICE })
    if (!(realTime || linkShare || upperLimit)) throw words.fail('HFSC: no parameters given', 'sc rate 1mbit')
    if (upperLimit && !linkShare)
      throw words.fail('HFSC: Upper-limit Service Curve without Link-Share Service Curve', 'give ls, or sc')
    return { realTime, linkShare, upperLimit }
  },
  print(sheet, { defaultClass }) {
    if (defaultClass) sheet.add('default', `0x${defaultClass.toString(16)}`, `default ${defaultClass.toString(16)} `)
  },
  printClass(sheet, { realTime, linkShare, upperLimit }, view) {
    if (realTime && linkShare && same(realTime, linkShare)) addCurve(sheet, 'sc', realTime, view)
    else {
      if (realTime) addCurve(sheet, 'rt', realTime, view)
      if (linkShare) addCurve(sheet, 'ls', linkShare, view)
    }
    if (upperLimit) addCurve(sheet, 'ul', upperLimit, view)
  },
  printStats(sheet, { period, work, realTimeWork, level }) {
    sheet.add('period', period, ` period ${period} `)
    if (work) sheet.add('work', work, `work ${work} bytes `)
    if (realTimeWork) sheet.add('rtwork', realTimeWork, `rtwork ${realTimeWork} bytes `)
    sheet.add('level', level, `level ${level} \n`)
  },
}
const same = (a: Curve, b: Curve): boolean => a.m1 === b.m1 && a.d === b.d && a.m2 === b.m2

function addCurve(sheet: Sheet, name: string, { m1, d, m2 }: Curve, { show }: View): void {
  sheet.say(`${name} m1 ${rateText(m1, show.iec)} d ${timeText(d)} m2 ${rateText(m2, show.iec)} `)
  sheet.note(name, { m1, d, m2 })
}
