// gact: a verdict, or by chance another.
import { matching } from '../../words.ts'
import type { ActionKind } from '../kind.ts'
import { u16 } from '../values.ts'
import { addEnd, addVerdict, indexOf, verdict } from './verdict.ts'

const RANDOM = ['netrand', 'determ']

export const gact: ActionKind = {
  help: `Usage: … action [ gact ] VERDICT [ random { netrand | determ } VERDICT VALUE ] [ index INDEX ]
VERDICT := { pass | drop | reclassify | continue | pipe | trap | goto chain N | jump N }
	random    one packet in VALUE (determ), or by chance (netrand), meets the other verdict\n`,
  read(words) {
    const action = verdict(words)
    let probability: object | undefined
    if (words.next !== undefined && words.next.length > 1 && matching(words.next, ['random'])) {
      words.take()
      const type = matching(words.take('netrand or determ'), RANDOM)
      if (type === undefined) throw words.fail(`Illegal "random type"`, 'netrand or determ')
      probability = { type, action: verdict(words), value: u16(words, 'val') }
    }
    const index = indexOf(words, 'gact')
    return { parameters: { index, action }, probability }
  },
  print(sheet, { parameters, probability, times }) {
    if (!parameters) return
    sheet.add('kind', 'gact', 'gact ')
    addVerdict(sheet, parameters.action, 'action ')
    const { type, action, value } = probability ?? { type: 'none', action: 'pass', value: 0 }
    sheet.say(`${sheet.newline}\t random type ${type} ${action} val ${value}`)
    if (probability) sheet.note('prob', { random_type: type, control_action: { type: String(action) }, val: value })
    addEnd(sheet, parameters, times)
  },
}
