// sfb: flows that do not react are held to a rate.
import { Digits } from '../../json.ts'
import type { Keywords } from '../../words.ts'
import type { QdiscKind } from '../kind.ts'
import { general, timeText } from '../text.ts'
import { decimal, exact, type Found, readOptions, unsigned } from '../values.ts'

const WORDS: Keywords<Found> = {
  rehash: exact('rehashInterval', unsigned()),
  db: exact('warmupTime', unsigned()),
  limit: exact('limit', unsigned()),
  max: exact('max', unsigned()),
  target: exact('binSize', unsigned()),
  increment: exact('increment', decimal),
  decrement: exact('decrement', decimal),
  penalty_rate: exact('penaltyRate', unsigned()),
  penalty_burst: exact('penaltyBurst', unsigned()),
}
export const sfb: QdiscKind = {
  help: `Usage: … sfb [ rehash MILLISECONDS ] [ db MILLISECONDS ] [ limit PACKETS ] [ max PACKETS ] [ target PACKETS ]
	[ increment FLOAT ] [ decrement FLOAT ] [ penalty_rate PPS ] [ penalty_burst PACKETS ]\n`,
  read: words => readOptions(words, WORDS),
  print(sheet, { parameters }) {
    if (!parameters) return
    const { rehashInterval, warmupTime, limit, max, binSize, increment, decrement, penaltyRate, penaltyBurst } =
      parameters
    sheet.add('rehash', 1000 * rehashInterval, `rehash ${timeText(1000 * rehashInterval)} `)
    sheet.add('db', 1000 * warmupTime, `db ${timeText(1000 * warmupTime)} `)
    sheet.add('limit', limit, `limit ${limit}p `)
    sheet.add('max', max, `max ${max}p `)
    sheet.add('target', binSize, `target ${binSize}p `)
    const share = (value: number): string => general(value / 65535)
    sheet.add('increment', new Digits(share(increment)), `increment ${share(increment)} `)
    sheet.add('decrement', new Digits(share(decrement)), `decrement ${share(decrement)} `)
    sheet.add('penalty_rate', penaltyRate, `penalty_rate ${penaltyRate}pps `)
    sheet.add('penalty_burst', penaltyBurst, `penalty_burst ${penaltyBurst}p `)
  },
  printStats(sheet, stats) {
    sheet.add('earlydrop', stats.earlyDrop, `  earlydrop ${stats.earlyDrop}`)
    for (const [key, word] of [
      ['penaltyDrop', 'penaltydrop'],
      ['bucketDrop', 'bucketdrop'],
      ['queueDrop', 'queuedrop'],
      ['childDrop', 'childdrop'],
      ['marked', 'marked'],
    ] as const)
      sheet.add(word, stats[key], ` ${word} ${stats[key]}`)
    sheet.add('maxqlen', stats.maxQueueLength, `${sheet.newline}  maxqlen ${stats.maxQueueLength}`)
    for (const [key, word] of [
      ['maxProbability', 'maxprob'],
      ['averageProbability', 'avgprob'],
    ] as const) {
      const share = general(stats[key] / 65535)
      sheet.add(word, new Digits(share), ` ${word} ${share}`)
    }
  },
}
