// skbedit: what the kernel notes beside a packet: its queue, priority, mark, type.
import { expected, type Keywords, type Words, whole } from '../../words.ts'
import type { ActionKind } from '../kind.ts'
import { classText, hex } from '../text.ts'
import { type Found, illegal, parseHandle, parseNumber, parsePair, unsigned, value } from '../values.ts'
import { readWhile } from './read.ts'
import { addEnd, addVerdict } from './verdict.ts'

const TYPES = ['host', 'broadcast', 'multicast', 'otherhost']

const WORDS: Keywords<Found> = {
  queue_mapping: value('queueMapping', unsigned(10, 0xffff)),
  priority: value('priority', (words: Words) => {
    const found = parseHandle(words.take('a class (1:7)'))
    if (found === undefined) throw illegal(words, 'priority', 'a class, like 1:7')
    return found
  }),
  mark: value('mark', (words: Words) => {
    const pair = parsePair(words.take('a mark (5, 5/0xff)'), text => parseNumber(text))
    if (!pair) throw illegal(words, 'mark', 'a number, or one and its mask: 5/0xff')
    return pair
  }),
  ptype: whole((words, found) => {
    const word = words.take(`one of: ${TYPES.join(', ')}`)
    const type = TYPES.find(name => name.startsWith(word)) ?? parseNumber(word)
    if (type === undefined) throw words.fail(`Illegal ptype (${word})`, expected(word, TYPES))
    found['packetType'] = type
  }),
  inheritdsfield: whole((_, found) => void (found['inherit'] = true)),
}

export const skbedit: ActionKind = {
  help: `Usage: … action skbedit [ queue_mapping QUEUE ] [ priority CLASSID ] [ mark MARK[/MASK] ] [ ptype PTYPE ]
	[ inheritdsfield ] [ VERDICT ] [ index INDEX ]
PTYPE := { ${TYPES.join(' | ')} }\n`,
  read(words) {
    if (words.done) words.take('priority, queue_mapping, mark, ptype or inheritdsfield')
    const { action, index, queueMapping, priority, mark, packetType, inherit } = readWhile(
      words,
      WORDS,
      'skbedit',
      'pipe',
    )
    if ([queueMapping, priority, mark, packetType, inherit].every(found => found === undefined))
      throw words.fail('skbedit: nothing to edit', 'priority, queue_mapping, mark, ptype or inheritdsfield')
    return {
      parameters: { index, action },
      queueMapping,
      priority,
      mark: mark?.value,
      mask: mark?.mask,
      packetType,
      flags: inherit && { low: ['inheritdsfield'] },
    }
  },
  print(sheet, { parameters, queueMapping, queueMappingMax, priority, mark, mask, packetType, flags, times }) {
    if (!parameters) return
    sheet.add('kind', 'skbedit', 'skbedit ')
    if (queueMapping !== undefined) sheet.add('queue_mapping', queueMapping)
    if (queueMappingMax !== undefined) sheet.add('queue_mapping_max', queueMappingMax)
    if (priority !== undefined)
      sheet.add('priority', classText(priority, sheet.show), `priority ${classText(priority, sheet.show)} `)
    if (mark !== undefined) {
      const masked = mask !== undefined && mask !== 0xffffffff
      sheet.add('mark', mark, `mark ${mark}${masked ? `/${hex(mask)}` : ''} `)
      if (masked) sheet.note('mask', hex(mask))
    }
    if (packetType !== undefined) sheet.add('ptype', String(packetType), `ptype ${packetType} `)
    if (flags?.low.includes('inheritdsfield')) sheet.add('inheritdsfield', true, 'inheritdsfield ')
    addVerdict(sheet, parameters.action)
    addEnd(sheet, parameters, times)
  },
}
