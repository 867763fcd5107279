// fq: a queue a flow, paced at its rate.
import { QDISC_MEASURES } from '../../../ops/tc/measures.ts'
import { type Keyword, type Keywords, whole } from '../../words.ts'
import type { QdiscKind, Reading } from '../kind.ts'
import { rateOrShare } from '../speed.ts'
import { rateText, sizeText, time64Text, timeText } from '../text.ts'
import { exact, type Found, illegal, inOrder, inUnit, isExactly, readOptions, unsigned } from '../values.ts'

const OF = QDISC_MEASURES.fq

const buckets: Keyword<Found> = whole((words, found) => {
  const log = Math.log2(unsigned()(words, 'buckets') as number)
  if (log < 0) throw illegal(words, 'buckets')
  found['bucketsLog'] = Math.floor(log)
})
const WORDS: Keywords<Found> = {
  limit: exact('limit', unsigned()),
  flow_limit: exact('flowLimit', unsigned()),
  buckets,
  ce_threshold: inUnit(OF, 'ceThreshold'),
  timer_slack: inUnit(OF, 'timerSlack'),
  horizon_drop: isExactly('horizonDrop', true),
  horizon_cap: isExactly('horizonDrop', false),
  horizon: inUnit(OF, 'horizon'),
  quantum: exact('quantum', unsigned()),
  initial_quantum: exact('initialQuantum', unsigned()),
  orphan_mask: exact('orphanMask', unsigned()),
  refill_delay: inUnit(OF, 'flowRefillDelay'),
  pacing: isExactly('pacing', 1),
  nopacing: isExactly('pacing', 0),
}
/** Rates may be shares of the device's speed. */
const ratesOf = (reading: Reading): Keywords<Found> => ({
  maxrate: exact('flowMaxRate', rateOrShare(reading)),
  low_rate_threshold: exact('lowRateThreshold', rateOrShare(reading)),
  defrate: exact('flowDefaultRate', rateOrShare(reading)),
})
const ORDER = [
  ...['bucketsLog', 'limit', 'flowLimit', 'quantum', 'initialQuantum', 'pacing', 'flowMaxRate', 'lowRateThreshold'],
  ...['flowDefaultRate', 'flowRefillDelay', 'orphanMask', 'ceThreshold', 'timerSlack', 'horizon', 'horizonDrop'],
]
const NONE = 0xffffffff

export const fq: QdiscKind = {
  help: `Usage: … fq [ limit PACKETS ] [ flow_limit PACKETS ] [ quantum BYTES ] [ initial_quantum BYTES ] [ maxrate RATE ]
	[ buckets NUMBER ] [ [no]pacing ] [ refill_delay TIME ] [ low_rate_threshold RATE ] [ orphan_mask MASK ]
	[ timer_slack TIME ] [ ce_threshold TIME ] [ horizon TIME ] [ horizon_cap | horizon_drop ]\n`,
  read: (words, reading) => inOrder(readOptions(words, { ...WORDS, ...ratesOf(reading) }), ...ORDER),
  print(sheet, options, { show }) {
    const { limit, flowLimit, bucketsLog, orphanMask, pacing, quantum, initialQuantum } = options
    const { flowMaxRate, flowDefaultRate, lowRateThreshold, flowRefillDelay, ceThreshold, timerSlack } = options
    if (limit !== undefined) sheet.add('limit', limit, `limit ${limit}p `)
    if (flowLimit !== undefined) sheet.add('flow_limit', flowLimit, `flow_limit ${flowLimit}p `)
    if (bucketsLog !== undefined) sheet.add('buckets', 2 ** bucketsLog)
    if (orphanMask !== undefined) sheet.add('orphan_mask', orphanMask)
    if (pacing === 0) sheet.add('pacing', false, 'nopacing ')
    if (quantum !== undefined) sheet.add('quantum', quantum, `quantum ${sizeText(quantum)} `)
    if (initialQuantum !== undefined)
      sheet.add('initial_quantum', initialQuantum, `initial_quantum ${sizeText(initialQuantum)} `)
    if (flowMaxRate !== undefined && flowMaxRate !== NONE)
      sheet.add('maxrate', flowMaxRate, `maxrate ${rateText(flowMaxRate, show.iec)} `)
    if (flowDefaultRate) sheet.add('defrate', flowDefaultRate, `defrate ${rateText(flowDefaultRate, show.iec)} `)
    if (lowRateThreshold)
      sheet.add('low_rate_threshold', lowRateThreshold, `low_rate_threshold ${rateText(lowRateThreshold, show.iec)} `)
    if (flowRefillDelay !== undefined)
      sheet.add('refill_delay', flowRefillDelay, `refill_delay ${timeText(flowRefillDelay)} `)
    if (ceThreshold !== undefined && ceThreshold !== NONE)
      sheet.add('ce_threshold', ceThreshold, `ce_threshold ${timeText(ceThreshold)} `)
    if (timerSlack !== undefined) sheet.add('timer_slack', timerSlack, `timer_slack ${time64Text(timerSlack)} `)
    if (options.horizon !== undefined) sheet.add('horizon', options.horizon, `horizon ${timeText(options.horizon)} `)
    if (options.horizonDrop !== undefined) {
      const word = options.horizonDrop ? 'horizon_drop' : 'horizon_cap'
      sheet.add(word, null, `${word} `)
    }
  },
  printStats(sheet, stats) {
    sheet.add('flows', stats.flows, `  flows ${stats.flows}`)
    sheet.add('inactive', stats.inactiveFlows, ` (inactive ${stats.inactiveFlows}`)
    sheet.say(` throttled ${stats.throttledFlows})`)
    const { timeNextDelayedFlow: next } = stats
    if (next > 0n) sheet.add('next_packet_delay', next, ` next_packet_delay ${time64Text(next)}`)
    sheet.say(sheet.newline)
    sheet.add('gc', stats.gcFlows, `  gc ${stats.gcFlows}`)
    sheet.add('highprio', stats.highPriorityPackets, ` highprio ${stats.highPriorityPackets}`)
    if (stats.tcpRetransmits) sheet.add('retrans', stats.tcpRetransmits, ` retrans ${stats.tcpRetransmits}`)
    sheet.add('throttled', stats.throttled, ` throttled ${stats.throttled}`)
    const { unthrottleLatency, ceMark, flowsLimit, packetsTooLong, allocationErrors } = stats
    if (unthrottleLatency) sheet.add('latency', unthrottleLatency, ` latency ${time64Text(unthrottleLatency)}`)
    if (ceMark) sheet.add('ce_mark', ceMark, ` ce_mark ${ceMark}`)
    if (flowsLimit) sheet.add('flows_plimit', flowsLimit, ` flows_plimit ${flowsLimit}`)
    const { horizonDrops, horizonCaps } = stats
    if (packetsTooLong || allocationErrors || horizonDrops || horizonCaps) sheet.say(sheet.newline)
    if (packetsTooLong) sheet.add('pkts_too_long', packetsTooLong, ` pkts_too_long ${packetsTooLong}`)
    if (allocationErrors) sheet.add('alloc_errors', allocationErrors, ` alloc_errors ${allocationErrors}`)
    if (horizonDrops) sheet.add('horizon_drops', horizonDrops, ` horizon_drops ${horizonDrops}`)
    if (horizonCaps) sheet.add('horizon_caps', horizonCaps, `  horizon_caps ${horizonCaps}`)
  },
}
