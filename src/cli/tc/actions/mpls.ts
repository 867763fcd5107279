// mpls: labels pushed, popped, changed.
import { expected, type Keywords, matching } from '../../words.ts'
import type { ActionKind } from '../kind.ts'
import { protocol, protocolText } from '../protocol.ts'
import { type Found, unsigned, value } from '../values.ts'
import { readWhile } from './read.ts'
import { addEnd, addVerdict } from './verdict.ts'

const WORDS: Keywords<Found> = {
  label: value('label', unsigned(0, 0xfffff)),
  tc: value('trafficClass', unsigned(0, 7)),
  ttl: value('ttl', unsigned(0, 255)),
  bos: value('bottomOfStack', unsigned(0, 1)),
  protocol: value('protocol', protocol),
}
const ACTIONS = ['pop', 'push', 'mac_push', 'modify', 'dec_ttl']

export const mpls: ActionKind = {
  help: `Usage: … action mpls pop protocol PROTOCOL
       … action mpls { push | mac_push } [ protocol { mpls_uc | mpls_mc } ] label LABEL [ tc TC ] [ ttl TTL ] [ bos BOS ]
       … action mpls modify [ label LABEL ] [ tc TC ] [ ttl TTL ]
       … action mpls dec_ttl\n`,
  read(words) {
    const word = words.take(`one of: ${ACTIONS.join(', ')}`)
    const mplsAction = matching(word, ACTIONS)
    if (mplsAction === undefined) throw words.fail(`mpls: bad word ${word}`, expected(word, ACTIONS))
    const { action, index, ...found } = readWhile(words, WORDS, 'mpls', 'pipe')
    const { label, protocol: type, trafficClass, ttl, bottomOfStack } = found
    if (mplsAction === 'pop' && type === undefined)
      throw words.fail('argument "protocol" is required', 'protocol ip: what is below the label')
    if (mplsAction.endsWith('push') && label === undefined)
      throw words.fail('argument "label" is required', 'label 100')
    return { parameters: { index, action, mplsAction }, label, protocol: type, trafficClass, ttl, bottomOfStack }
  },
  print(sheet, { parameters, label, protocol: type, trafficClass, ttl, bottomOfStack, times }) {
    if (!parameters) return
    const { mplsAction, action } = parameters
    sheet.add('kind', 'mpls', 'mpls ')
    sheet.add('mpls_action', mplsAction, ` ${mplsAction}`)
    if (type !== undefined) sheet.add('protocol', type, ` protocol ${protocolText(type)}`)
    if (label !== undefined) sheet.add('label', label, ` label ${label}`)
    if (trafficClass !== undefined) sheet.add('tc', trafficClass, ` tc ${trafficClass}`)
    if (bottomOfStack !== undefined) sheet.add('bos', bottomOfStack, ` bos ${bottomOfStack}`)
    if (ttl !== undefined) sheet.add('ttl', ttl, ` ttl ${ttl}`)
    addVerdict(sheet, action, ' ')
    addEnd(sheet, parameters, times)
  },
}
