// codel and fq_codel: packets that wait too long are dropped, per queue or per flow.
import { QDISC_MEASURES } from '../../../ops/tc/measures.ts'
import type { Sheet } from '../../sheet.ts'
import { type Keywords, type Words, whole } from '../../words.ts'
import type { QdiscKind } from '../kind.ts'
import { hex, sizeText, timeText } from '../text.ts'
import {
  exact,
  type Found,
  illegal,
  inOrder,
  inUnit,
  isExactly,
  parseNumber,
  parsePair,
  readOptions,
  UNITS,
  unsigned,
  value,
} from '../values.ts'

const OF = QDISC_MEASURES.codel

const COMMON: Keywords<Found> = {
  limit: value('limit', unsigned()),
  target: value('target', UNITS[OF.target]),
  ce_threshold: inUnit(OF, 'ceThreshold'),
  interval: value('interval', UNITS[OF.interval]),
  ecn: isExactly('ecn', 1),
  noecn: isExactly('ecn', 0),
}

export const codel: QdiscKind = {
  help: `Usage: … codel [ limit PACKETS ] [ target TIME ] [ interval TIME ] [ ecn | noecn ] [ ce_threshold TIME ]\n`,
  read: words => inOrder(readOptions(words, COMMON), 'limit', 'interval', 'target', 'ecn', 'ceThreshold'),
  print(sheet, options) {
    addCommon(sheet, options, () => {})
  },
  printStats(sheet, stats) {
    const { count, lastCount, maxPacket, ecnMark, dropOverlimit, ceMark } = stats
    sheet.add('count', count, `  count ${count}`)
    sheet.add('lastcount', lastCount, ` lastcount ${lastCount}`)
    addDelay(sheet, stats)
    sheet.say(sheet.newline)
    sheet.add('maxpacket', maxPacket, `  maxpacket ${maxPacket}`)
    sheet.add('ecn_mark', ecnMark, ` ecn_mark ${ecnMark}`)
    sheet.add('drop_overlimit', dropOverlimit, ` drop_overlimit ${dropOverlimit}`)
    if (ceMark) sheet.add('ce_mark', ceMark, ` ce_mark ${ceMark}`)
  },
}

function addDelay(sheet: Sheet, { delay, dropping, dropNext }: Record<string, number>): void {
  sheet.add('ldelay', delay!, ` ldelay ${timeText(delay!)}`)
  if (dropping) sheet.add('dropping', true, ' dropping')
  sheet.add('drop_next', dropNext!, ` drop_next ${dropNext! < 0 ? '-' : ''}${timeText(Math.abs(dropNext!))}`)
}

function addCommon(sheet: Sheet, options: any, between: () => void): void {
  const { limit, target, ceThreshold, interval, ecn } = options
  if (limit !== undefined) sheet.add('limit', limit, `limit ${limit}p `)
  between()
  if (target !== undefined) sheet.add('target', target, `target ${timeText(target)} `)
  if (ceThreshold !== undefined) sheet.add('ce_threshold', ceThreshold, `ce_threshold ${timeText(ceThreshold)} `)
  const { ceThresholdSelector: selector, ceThresholdMask: mask } = options
  if (mask) {
    sheet.add('ce_threshold_selector', selector, `ce_threshold_selector ${hex(selector)}`)
    sheet.add('ce_threshold_mask', mask, `/${hex(mask)} `)
  }
  if (interval !== undefined) sheet.add('interval', interval, `interval ${timeText(interval)} `)
  if (options.memoryLimit !== undefined)
    sheet.add('memory_limit', options.memoryLimit, `memory_limit ${sizeText(options.memoryLimit)} `)
  if (ecn) sheet.add('ecn', true, 'ecn ')
  if (options.dropBatch !== undefined) sheet.add('drop_batch', options.dropBatch)
}

/** `0x2/0x3`: a DSCP and its mask. */
function selector(words: Words, found: Found): void {
  const pair = parsePair(words.take('a value and its mask (0x2/0x3)'), text => parseNumber(text))
  if (!pair?.mask || pair.value > 255 || pair.mask > 255)
    throw illegal(words, 'ce_threshold_selector', 'a value and its mask, like 0x2/0x3, are expected')
  found['ceThresholdSelector'] = pair.value
  found['ceThresholdMask'] = pair.mask
}

const FQ_CODEL: Keywords<Found> = {
  ...COMMON,
  flows: value('flows', unsigned()),
  quantum: value('quantum', unsigned()),
  ce_threshold_selector: whole(selector),
  memory_limit: inUnit(QDISC_MEASURES.fq_codel, 'memoryLimit'),
  drop_batch: exact('dropBatch', unsigned()),
}

export const fqCodel: QdiscKind = {
  help: `Usage: … fq_codel [ limit PACKETS ] [ flows NUMBER ] [ memory_limit BYTES ] [ target TIME ] [ interval TIME ]
	[ quantum BYTES ] [ ecn | noecn ] [ ce_threshold TIME ] [ ce_threshold_selector VALUE/MASK ] [ drop_batch SIZE ]\n`,
  read: words =>
    inOrder(
      readOptions(words, FQ_CODEL),
      ...['limit', 'flows', 'quantum', 'interval', 'target', 'ecn', 'ceThreshold', 'ceThresholdMask'],
      ...['ceThresholdSelector', 'memoryLimit', 'dropBatch'],
    ),
  print(sheet, options) {
    const { flows, quantum } = options
    addCommon(sheet, options, () => {
      if (flows !== undefined) sheet.add('flows', flows)
      if (quantum !== undefined) sheet.add('quantum', quantum)
    })
  },
  printStats(sheet, stats) {
    if (stats.type === 'class') {
      sheet.add('deficit', stats.deficit, `  deficit ${stats.deficit}`)
      sheet.add('count', stats.count, ` count ${stats.count}`)
      sheet.add('lastcount', stats.lastCount, ` lastcount ${stats.lastCount}`)
      sheet.add('ldelay', stats.delay, ` ldelay ${timeText(stats.delay)}`)
      if (stats.dropping) {
        sheet.add('dropping', true, ' dropping')
        const late = stats.dropNext < 0
        sheet.add('drop_next', stats.dropNext, ` drop_next ${late ? '-' : ''}${timeText(Math.abs(stats.dropNext))}`)
      }
      return
    }
    sheet.add('maxpacket', stats.maxPacket, `  maxpacket ${stats.maxPacket}`)
    sheet.add('drop_overlimit', stats.dropOverlimit, ` drop_overlimit ${stats.dropOverlimit}`)
    sheet.add('new_flow_count', stats.newFlowCount, ` new_flow_count ${stats.newFlowCount}`)
    sheet.add('ecn_mark', stats.ecnMark, ` ecn_mark ${stats.ecnMark}`)
    if (stats.ceMark) sheet.add('ce_mark', stats.ceMark, ` ce_mark ${stats.ceMark}`)
    if (stats.memoryUsage) sheet.add('memory_used', stats.memoryUsage, ` memory_used ${stats.memoryUsage}`)
    if (stats.dropOvermemory)
      sheet.add('drop_overmemory', stats.dropOvermemory, ` drop_overmemory ${stats.dropOvermemory}`)
    sheet.say(sheet.newline)
    sheet.add('new_flows_len', stats.newFlowsLength, `  new_flows_len ${stats.newFlowsLength}`)
    sheet.add('old_flows_len', stats.oldFlowsLength, ` old_flows_len ${stats.oldFlowsLength}`)
  },
}
