// pie and fq_pie: packets are dropped by a probability that follows the delay.
import { QDISC_MEASURES } from '../../../ops/tc/measures.ts'
import { Digits } from '../../json.ts'
import type { Sheet } from '../../sheet.ts'
import type { Keywords } from '../../words.ts'
import type { QdiscKind } from '../kind.ts'
import { general, sizeText, timeText } from '../text.ts'
import { exact, type Found, inOrder, inUnit, isExactly, readOptions, unsigned } from '../values.ts'

const COMMON: Keywords<Found> = {
  limit: exact('limit', unsigned()),
  target: inUnit(QDISC_MEASURES.pie, 'target'),
  tupdate: inUnit(QDISC_MEASURES.pie, 'updateInterval'),
  alpha: exact('alpha', unsigned(0, 32)),
  beta: exact('beta', unsigned(0, 32)),
  ecn: isExactly('ecn', 1),
  noecn: isExactly('ecn', 0),
  bytemode: isExactly('byteMode', 1),
  nobytemode: isExactly('byteMode', 0),
  dq_rate_estimator: isExactly('dequeueRateEstimator', 1),
  no_dq_rate_estimator: isExactly('dequeueRateEstimator', 0),
}
const FLAGS = ['ecn', 'byteMode', 'dequeueRateEstimator']
const MODES = '[ [no]ecn ] [ [no]bytemode ] [ [no_]dq_rate_estimator ]'

export const pie: QdiscKind = {
  help: `Usage: … pie [ limit PACKETS ] [ target TIME ] [ tupdate TIME ] [ alpha ALPHA ] [ beta BETA ]\n	${MODES}\n`,
  read: words => inOrder(readOptions(words, COMMON), 'limit', 'updateInterval', 'target', 'alpha', 'beta', ...FLAGS),
  print(sheet, options) {
    addHead(sheet, options, () => {})
    addTimes(sheet, options)
    addFlags(sheet, options)
  },
  printStats(sheet, stats) {
    const probability = general(Number(stats.probability) / 2 ** 64)
    sheet.add('prob', new Digits(probability), `  prob ${probability}`)
    sheet.add('delay', stats.delay, ` delay ${timeText(stats.delay)}`)
    if (stats.dequeueRateEstimating)
      sheet.add('avg_dq_rate', stats.averageDequeueRate, ` avg_dq_rate ${stats.averageDequeueRate}`)
    sheet.say(sheet.newline)
    sheet.add('pkts_in', stats.packetsIn, `  pkts_in ${stats.packetsIn}`)
    for (const [key, word] of [
      ['overlimit', 'overlimit'],
      ['dropped', 'dropped'],
      ['maxQueue', 'maxq'],
      ['ecnMark', 'ecn_mark'],
    ] as const)
      sheet.add(word, stats[key], ` ${word} ${stats[key]}`)
  },
}

function addHead(sheet: Sheet, { limit }: any, between: () => void): void {
  if (limit !== undefined) sheet.add('limit', limit, `limit ${limit}p `)
  between()
}
function addTimes(sheet: Sheet, { target, updateInterval, alpha, beta }: any): void {
  if (target !== undefined) sheet.add('target', target, `target ${timeText(target)} `)
  if (updateInterval !== undefined) sheet.add('tupdate', updateInterval, `tupdate ${timeText(updateInterval)} `)
  if (alpha !== undefined) sheet.add('alpha', alpha)
  if (beta !== undefined) sheet.add('beta', beta)
}
function addFlags(sheet: Sheet, { ecn, byteMode, dequeueRateEstimator }: any): void {
  if (ecn) sheet.add('ecn', true, 'ecn ')
  if (byteMode) sheet.add('bytemode', true, 'bytemode ')
  if (dequeueRateEstimator) sheet.add('dq_rate_estimator', true, 'dq_rate_estimator ')
}

const FQ_PIE: Keywords<Found> = {
  ...COMMON,
  flows: exact('flows', unsigned()),
  quantum: inUnit(QDISC_MEASURES.fq_pie, 'quantum'),
  memory_limit: inUnit(QDISC_MEASURES.fq_pie, 'memoryLimit'),
  ecn_prob: exact('ecnProbability', unsigned(0, 100)),
}

export const fqPie: QdiscKind = {
  help: `Usage: … fq_pie [ limit PACKETS ] [ flows NUMBER ] [ target TIME ] [ tupdate TIME ] [ alpha ALPHA ] [ beta BETA ]
	[ quantum BYTES ] [ memory_limit BYTES ] [ ecn_prob PERCENTAGE ]\n	${MODES}\n`,
  read: words =>
    inOrder(
      readOptions(words, FQ_PIE),
      ...['limit', 'flows', 'target', 'updateInterval', 'alpha', 'beta', 'quantum', 'memoryLimit', 'ecnProbability'],
      ...FLAGS,
    ),
  print(sheet, options) {
    const { flows, quantum, memoryLimit, ecnProbability } = options
    addHead(sheet, options, () => {
      if (flows !== undefined) sheet.add('flows', flows)
    })
    addTimes(sheet, options)
    if (quantum !== undefined) sheet.add('quantum', quantum, `quantum ${sizeText(quantum)} `)
    if (memoryLimit !== undefined) sheet.add('memory_limit', memoryLimit, `memory_limit ${sizeText(memoryLimit)} `)
    if (ecnProbability !== undefined) sheet.add('ecn_prob', ecnProbability)
    addFlags(sheet, options)
  },
  printStats(sheet, stats) {
    sheet.add('pkts_in', stats.packetsIn, `  pkts_in ${stats.packetsIn}`)
    for (const [key, word] of [
      ['overlimit', 'overlimit'],
      ['overmemory', 'overmemory'],
      ['dropped', 'dropped'],
      ['ecnMark', 'ecn_mark'],
    ] as const)
      sheet.add(word, stats[key], ` ${word} ${stats[key]}`)
    sheet.add('new_flow_count', stats.newFlowCount, `${sheet.newline}  new_flow_count ${stats.newFlowCount}`)
    for (const [key, word] of [
      ['newFlowsLength', 'new_flows_len'],
      ['oldFlowsLength', 'old_flows_len'],
      ['memoryUsage', 'memory_used'],
    ] as const)
      sheet.add(word, stats[key], ` ${word} ${stats[key]}`)
  },
}
