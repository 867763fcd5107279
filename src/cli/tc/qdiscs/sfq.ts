// sfq: flows by turns; with red's words, each by the average of its queue.
import { type SfqOptions, sfq as sfqForm } from '../../../ops/tc/random-early.ts'
import type { Keywords } from '../../words.ts'
import type { QdiscKind } from '../kind.ts'
import { sizeText } from '../text.ts'
import { decimal, exact, type Found, isExactly, readOptions, signed, size, unsigned } from '../values.ts'
import { addFlags, addProbability, flag, reckoned } from './red.ts'

const WORDS: Keywords<Found> = {
  quantum: exact('quantum', size),
  perturb: exact('perturb', signed),
  limit: exact('limit', unsigned()),
  divisor: exact('divisor', unsigned()),
  flows: exact('flows', unsigned()),
  depth: exact('depth', unsigned()),
  headdrop: isExactly('headDrop', 1),
  redflowlimit: exact('redLimit', unsigned()),
  min: exact('min', unsigned()),
  max: exact('max', unsigned()),
  burst: exact('burst', unsigned()),
  avpkt: exact('averagePacket', size),
  probability: exact('probability', decimal),
  ecn: flag('ecn'),
  harddrop: flag('harddrop'),
}
const EARLY = ['redLimit', 'min', 'max', 'burst', 'averagePacket', 'probability', 'flags']

export const sfq: QdiscKind = {
  help: `Usage: … sfq [ limit NUMBER ] [ perturb SECONDS ] [ quantum BYTES ] [ divisor NUMBER ] [ flows NUMBER ]
	[ depth NUMBER ] [ headdrop ] [ redflowlimit BYTES ] [ min BYTES ] [ max BYTES ] [ avpkt BYTES ]
	[ burst PACKETS ] [ probability P ] [ ecn ] [ harddrop ]\n`,
  read(words) {
    if (words.done) return undefined
    const found = readOptions(words, WORDS)
    if (found['limit'] !== undefined && found['limit'] < 2)
      throw words.fail('Illegal "limit", must be > 1', 'two packets at least')
    if (EARLY.some(key => found[key] !== undefined) && !found['redLimit'])
      throw words.fail('Required parameter (redflowlimit) is missing', 'redflowlimit 100000')
    return reckoned(words, 'SFQ', '', () => sfqForm(found as SfqOptions))
  },
  print(sheet, options, { show }) {
    const { limit, quantum, depth, headDrop, flows, divisor, perturb, min, max, wlog, maxProbability, flags } = options
    sheet.add('limit', limit, `limit ${limit}p `)
    sheet.add('quantum', quantum, `quantum ${sizeText(quantum)} `)
    if (depth) sheet.add('depth', depth)
    if (headDrop) sheet.add('headdrop', true, 'headdrop ')
    if (show.details) sheet.add('flows', flows)
    sheet.add('divisor', divisor)
    if (perturb) sheet.add('perturb', perturb, `perturb ${perturb}sec `)
    if (!min) return
    sheet.add('ewma', wlog)
    sheet.add('min', min, `min ${sizeText(min)} `)
    sheet.add('max', max, `max ${sizeText(max)} `)
    addProbability(sheet, maxProbability)
    addFlags(sheet, flags)
    if (show.statistics === 0) return
    const { probabilityMarks, probabilityHeadMarks, probabilityDrops } = options
    const { forcedMarks, forcedHeadMarks, forcedDrops } = options
    sheet.add('prob_mark', probabilityMarks, `${sheet.newline}  prob_mark ${probabilityMarks}`)
    sheet.add('prob_mark_head', probabilityHeadMarks, ` prob_mark_head ${probabilityHeadMarks}`)
    sheet.add('prob_drop', probabilityDrops, ` prob_drop ${probabilityDrops}`)
    sheet.add('forced_mark', forcedMarks, `${sheet.newline}  forced_mark ${forcedMarks}`)
    sheet.add('forced_mark_head', forcedHeadMarks, ` forced_mark_head ${forcedHeadMarks}`)
    sheet.add('forced_drop', forcedDrops, ` forced_drop ${forcedDrops}`)
  },
  printStats: (sheet, { allot }) => sheet.add('allot', allot, `  allot ${allot}`),
}
