// dsmark: DS fields are written by class. Linux has it no more (removed in 6.3).
import type { QdiscKind } from '../kind.ts'
import { inOrder, is, readOptions, u8, u16, value } from '../values.ts'

const digits = (number: number, width: number): string => `0x${number.toString(16).padStart(width, '0')}`

export const dsmark: QdiscKind = {
  help: `Usage: … qdisc add … dsmark indices INDICES [ default_index DEFAULT_INDEX ] [ set_tc_index ]
       … class change … dsmark [ mask MASK ] [ value VALUE ]
	(Linux has it until 6.2)\n`,
  read(words) {
    const found = readOptions(words, {
      indices: value('indices', u16),
      default_index: value('defaultIndex', u16),
      set_tc_index: is('setTcIndex', true),
    })
    if (found['indices'] === undefined) throw words.fail('"indices" not specified or zero', 'indices 64')
    return inOrder(found, 'indices', 'defaultIndex', 'setTcIndex')
  },
  readClass: words => readOptions(words, { mask: value('mask', u8), value: value('value', u8) }),
  print(sheet, { mask, value: content, indices, defaultIndex, setTcIndex }) {
    if (mask !== undefined) sheet.add('mask', digits(mask, 2))
    if (content !== undefined) sheet.add('value', digits(content, 2))
    if (indices !== undefined) sheet.add('indices', digits(indices, 4))
    if (defaultIndex !== undefined) sheet.add('default_index', digits(defaultIndex, 4))
    if (setTcIndex) sheet.add('set_tc_index', true, 'set_tc_index ')
  },
}
