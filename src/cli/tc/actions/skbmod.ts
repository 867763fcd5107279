// skbmod: the Ethernet header's addresses and type, ECN.
import { type Keywords, matching, type Words, whole } from '../../words.ts'
import type { ActionKind } from '../kind.ts'
import { type Found, mac, unsigned } from '../values.ts'
import { readWhile } from './read.ts'
import { addEnd, addVerdict } from './verdict.ts'

const SETS: Keywords<Found> = {
  dmac: whole((words, found) => void (found['dstMac'] = mac(words, 'dmac'))),
  smac: whole((words, found) => void (found['srcMac'] = mac(words, 'smac'))),
  etype: whole((words, found) => void (found['etherType'] = unsigned(0, 0xffff)(words, 'etype'))),
}
const WORDS: Keywords<Found> = {
  set: whole(() => {}),
  ...SETS,
  swap: whole((words: Words, found) => {
    if (!matching(words.take('mac'), ['mac'])) throw words.fail(`Invalid swap type: ${words.last}`, 'swap mac')
    found['swap'] = true
  }),
  ecn: whole((_, found) => void (found['ecn'] = true)),
}
const FLAGS = { dstMac: 'dmac', srcMac: 'smac', etherType: 'etype', swap: 'swapmac', ecn: 'ecn' }

export const skbmod: ActionKind = {
  help: `Usage: … action skbmod { [ set dmac MAC ] [ set smac MAC ] [ set etype TYPE ] | swap mac | ecn }
	[ VERDICT ] [ index INDEX ]\n`,
  read(words) {
    const { action, index, ...found } = readWhile(words, WORDS, 'skbmod', 'pipe')
    const flags = Object.entries(FLAGS).flatMap(([key, flag]) => (found[key] === undefined ? [] : [flag]))
    if (flags.length === 0) throw words.fail('skbmod: nothing to change', 'set dmac MAC, swap mac, ecn')
    const { dstMac, etherType, srcMac } = found
    return { parameters: { index, action, flags }, dstMac, etherType, srcMac }
  },
  print(sheet, { parameters, dstMac, srcMac, etherType, times }) {
    if (!parameters) return
    sheet.add('kind', 'skbmod', 'skbmod ')
    addVerdict(sheet, parameters.action, '', ' ')
    if (etherType !== undefined) {
      const text = Number(etherType).toString(16).toUpperCase()
      sheet.add('etype', `0x${text}`, `set etype 0x${text} \n\t `)
    }
    if (dstMac !== undefined) sheet.add('dmac', dstMac, `set dmac ${dstMac} `)
    if (srcMac !== undefined) sheet.add('smac', srcMac, `set smac ${srcMac} `)
    if (parameters.flags.includes('swapmac')) sheet.add('swap_mac', true, 'swap mac ')
    if (parameters.flags.includes('ecn')) sheet.add('ecn', true, 'ecn ')
    addEnd(sheet, parameters, times, '\t ', '\n')
  },
}
