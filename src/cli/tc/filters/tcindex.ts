// tcindex: by the index that dsmark or an action gave the packet. Linux has it no more (removed in 6.3).
import type { FilterKind } from '../kind.ts'
import { is, readOptions, u16, u32, value } from '../values.ts'
import { actionWords, addFlow, addOutcome, classId, numberHandle } from './common.ts'

const digits = (number: number): string => `0x${number.toString(16).padStart(4, '0')}`

export const tcindex: FilterKind = {
  help: `Usage: … tcindex [ hash SIZE ] [ mask MASK ] [ shift SHIFT ] [ pass_on | fall_through ] [ classid CLASSID ]
	[ action ACTION … ] [ police POLICE ]
	(Linux has it until 6.2)\n`,
  read(words, reading) {
    const handle = numberHandle(words, reading.handle)
    if (words.done) return { handle }
    const options = readOptions(words, {
      hash: value('hash', u32),
      mask: value('mask', u16),
      shift: value('shift', u32),
      fall_through: is('fallThrough', 1),
      pass_on: is('fallThrough', 0),
      classid: classId,
      ...actionWords(reading),
    })
    return { handle, options }
  },
  print(sheet, options, view) {
    const { hash, mask, shift, fallThrough } = options
    if (view.handle !== 0xffffffff) sheet.add('handle', digits(view.handle))
    if (hash !== undefined) sheet.add('hash', hash)
    if (mask !== undefined) sheet.add('mask', digits(mask))
    if (shift !== undefined) sheet.add('shift', shift)
    if (fallThrough !== undefined) {
      const word = fallThrough ? 'fall_through' : 'pass_on'
      sheet.add(word, true, `${word} `)
    }
    addFlow(sheet, options.classId, 'classid')
    addOutcome(sheet, options, view, { police: '\n', actions: '\n' })
  },
}
