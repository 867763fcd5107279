// csum: checksums reckoned anew.
import { expected } from '../../words.ts'
import type { ActionKind } from '../kind.ts'
import { addEnd, addVerdict, ending } from './verdict.ts'

const NAMES: Readonly<Record<string, string>> = {
  iph: 'iph',
  ip4h: 'iph',
  ipv4h: 'iph',
  icmp: 'icmp',
  igmp: 'igmp',
  tcp: 'tcp',
  udp: 'udp',
  udplite: 'udplite',
  sctp: 'sctp',
}
const SPECIAL: Readonly<Record<string, readonly string[]>> = { sweets: [...new Set(Object.values(NAMES))] }

export const csum: ActionKind = {
  help: `Usage: … action csum { ip4h | icmp | igmp | tcp | udp | udplite | sctp } [ and … ] [ VERDICT ] [ index INDEX ]\n`,
  read(words) {
    const update: string[] = []
    do {
      if (words.next === 'and') words.take()
      const word = words.take(`one of: ${Object.keys(NAMES).join(', ')}`).toLowerCase()
      const found = SPECIAL[word] ?? (NAMES[word] === undefined ? undefined : [NAMES[word]])
      if (!found)
        throw words.fail(
          update.length === 0 ? 'Illegal csum construct, empty <UPDATE> list' : `What is "${words.last}"?`,
          expected(word, Object.keys(NAMES)),
        )
      update.push(...found)
    } while (words.next === 'and')
    const { action, index } = ending(words, 'csum', 'pass')
    return { parameters: { index, action, update } }
  },
  print(sheet, { parameters, times }) {
    if (!parameters) return
    const names = parameters.update.length === 0 ? '?empty' : parameters.update.join(', ')
    sheet.add('kind', 'csum', 'csum ')
    sheet.add('csum', names, `(${names}) `)
    addVerdict(sheet, parameters.action, 'action ')
    addEnd(sheet, parameters, times, '\t')
  },
}
