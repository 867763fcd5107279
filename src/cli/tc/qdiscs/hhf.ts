// hhf: heavy flows wait behind the others.
import { QDISC_MEASURES } from '../../../ops/tc/measures.ts'
import type { Keywords } from '../../words.ts'
import type { QdiscKind } from '../kind.ts'
import { sizeText, timeText } from '../text.ts'
import { exact, type Found, inOrder, inUnit, readOptions, unsigned } from '../values.ts'

const OF = QDISC_MEASURES.hhf

const WORDS: Keywords<Found> = {
  limit: exact('limit', unsigned()),
  quantum: exact('quantum', unsigned()),
  hh_limit: exact('heavyFlowsLimit', unsigned()),
  reset_timeout: inUnit(OF, 'resetTimeout'),
  admit_bytes: inUnit(OF, 'admitBytes'),
  evict_timeout: inUnit(OF, 'evictTimeout'),
  non_hh_weight: exact('nonHeavyWeight', unsigned()),
}
const ORDER = ['limit', 'quantum', 'heavyFlowsLimit', 'resetTimeout', 'admitBytes', 'evictTimeout', 'nonHeavyWeight']

export const hhf: QdiscKind = {
  help: `Usage: … hhf [ limit PACKETS ] [ quantum BYTES ] [ hh_limit NUMBER ] [ reset_timeout TIME ] [ admit_bytes BYTES ]
	[ evict_timeout TIME ] [ non_hh_weight NUMBER ]\n`,
  read: words => inOrder(readOptions(words, WORDS), ...ORDER),
  print(sheet, options) {
    const { limit, quantum, heavyFlowsLimit, resetTimeout, admitBytes, evictTimeout, nonHeavyWeight } = options
    if (limit !== undefined) sheet.add('limit', limit, `limit ${limit}p `)
    if (quantum !== undefined) sheet.add('quantum', quantum, `quantum ${sizeText(quantum)} `)
    if (heavyFlowsLimit !== undefined) sheet.add('hh_limit', heavyFlowsLimit)
    if (resetTimeout !== undefined) sheet.add('reset_timeout', resetTimeout, `reset_timeout ${timeText(resetTimeout)} `)
    if (admitBytes !== undefined) sheet.add('admit_bytes', admitBytes, `admit_bytes ${sizeText(admitBytes)} `)
    if (evictTimeout !== undefined) sheet.add('evict_timeout', evictTimeout, `evict_timeout ${timeText(evictTimeout)} `)
    if (nonHeavyWeight !== undefined) sheet.add('non_hh_weight', nonHeavyWeight)
  },
  printStats(sheet, { dropOverlimit, heavyOverlimit, heavyTotal, heavyCurrent }) {
    sheet.add('drop_overlimit', dropOverlimit, `  drop_overlimit ${dropOverlimit}`)
    sheet.add('hh_overlimit', heavyOverlimit, ` hh_overlimit ${heavyOverlimit}`)
    sheet.add('tot_hh', heavyTotal, ` tot_hh ${heavyTotal}`)
    sheet.add('cur_hh', heavyCurrent, ` cur_hh ${heavyCurrent}`)
  },
}
