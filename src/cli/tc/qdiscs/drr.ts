// drr and qfq: classes by turns, with a quantum or a weight.
import { CLASS_MEASURES } from '../../../ops/tc/measures.ts'
import type { QdiscKind } from '../kind.ts'
import { sizeText } from '../text.ts'
import { inUnit, readOptions, unsigned, value } from '../values.ts'

export const drr: QdiscKind = {
  help: `Usage: … qdisc add … drr
       … class add … drr [ quantum BYTES ]\n`,
  read: words => (words.done ? undefined : readOptions(words, {})),
  readClass: words => readOptions(words, { quantum: inUnit(CLASS_MEASURES.drr, 'quantum') }),
  printClass(sheet, { quantum }) {
    if (quantum !== undefined) sheet.add('quantum', quantum, `quantum ${sizeText(quantum)} `)
  },
  printStats: (sheet, { deficit }) => sheet.add('deficit', deficit, ` deficit ${sizeText(deficit)} `),
}

export const qfq: QdiscKind = {
  help: `Usage: … qdisc add … qfq
       … class add … qfq [ weight NUMBER ] [ maxpkt BYTES ]\n`,
  read: words => (words.done ? undefined : readOptions(words, {})),
  readClass: words =>
    readOptions(words, { weight: value('weight', unsigned(10)), maxpkt: value('maxPacket', unsigned(10)) }),
  printClass(sheet, { weight, maxPacket }) {
    if (weight !== undefined) sheet.add('weight', weight)
    if (maxPacket !== undefined) sheet.add('maxpkt', maxPacket)
  },
}
