// vlan: tags pushed, popped, changed; whole Ethernet headers too.
import { expected, type Keywords, matching, type Words, whole } from '../../words.ts'
import type { ActionKind } from '../kind.ts'
import { protocol, protocolText } from '../protocol.ts'
import { type Found, mac, unsigned, value } from '../values.ts'
import { readWhile } from './read.ts'
import { addEnd, addVerdict } from './verdict.ts'

const WORDS: Keywords<Found> = {
  id: value('id', unsigned(0, 0xfff)),
  protocol: value('protocol', protocol),
  priority: value('priority', unsigned(0, 7)),
  dst_mac: whole((words, found) => void (found['ethDst'] = mac(words, 'dst_mac'))),
  src_mac: whole((words, found) => void (found['ethSrc'] = mac(words, 'src_mac'))),
}
const ACTIONS = ['pop', 'push', 'modify', 'pop_eth', 'push_eth']

export const vlan: ActionKind = {
  help: `Usage: … action vlan pop
       … action vlan { push | modify } id VLANID [ protocol PROTOCOL ] [ priority PRIORITY ] [ VERDICT ] [ index INDEX ]
       … action vlan pop_eth
       … action vlan push_eth dst_mac MAC src_mac MAC [ VERDICT ] [ index INDEX ]\n`,
  read(words) {
    const vlanAction = act(words)
    const { action, index, ...found } = readWhile(words, WORDS, 'vlan', 'pipe')
    if ((vlanAction === 'push' || vlanAction === 'modify') && found['id'] === undefined)
      throw words.fail(`id needs to be set for ${vlanAction}`, 'id 7')
    if (vlanAction === 'push_eth' && !(found['ethDst'] && found['ethSrc']))
      throw words.fail('dst_mac and src_mac needed for push_eth', 'dst_mac MAC src_mac MAC')
    const { id, protocol: type, priority, ethDst, ethSrc } = found
    return { parameters: { index, action, vlanAction }, id, protocol: type, priority, ethDst, ethSrc }
  },
  print(sheet, { parameters, id, protocol: type, priority, ethDst, ethSrc, times }) {
    if (!parameters) return
    const { vlanAction, action } = parameters
    sheet.add('kind', 'vlan', 'vlan ')
    sheet.add('vlan_action', vlanAction, ` ${vlanAction}`)
    if (id !== undefined) sheet.add('id', id, ` id ${id}`)
    if (type !== undefined) sheet.add('protocol', type, ` protocol ${protocolText(type)}`)
    if (priority !== undefined) sheet.add('priority', priority, ` priority ${priority}`)
    if (ethDst !== undefined) sheet.add('dst_mac', ethDst, ` dst_mac ${ethDst}`)
    if (ethSrc !== undefined) sheet.add('src_mac', ethSrc, ` src_mac ${ethSrc}`)
    addVerdict(sheet, action, ' ')
    addEnd(sheet, parameters, times)
  },
}
function act(words: Words): string {
  const word = words.take(`one of: ${ACTIONS.join(', ')}`)
  const found = ACTIONS.includes(word) ? word : matching(word, ACTIONS)
  if (found === undefined) throw words.fail(`vlan: bad word ${word}`, expected(word, ACTIONS))
  return found
}
