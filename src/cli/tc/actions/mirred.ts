// mirred: packets to another device, instead (redirect) or as well (mirror).
import { linkName } from '../../sheet.ts'
import { expected, matching } from '../../words.ts'
import type { ActionKind } from '../kind.ts'
import { addEnd, addVerdict, indexOf, isVerdict, verdict } from './verdict.ts'

export const mirred: ActionKind = {
  help: `Usage: … action mirred { egress | ingress } { redirect | mirror } [ index INDEX ] dev DEVICE [ VERDICT ]
	redirect   instead of the packet's own way; mirror: a copy of it\n`,
  read(words, { session }) {
    const side = choose(words, ['egress', 'ingress'])
    const what = choose(words, ['redirect', 'mirror'])
    let dev: string | undefined
    let index: number | undefined
    while (!words.done) {
      const found = index === undefined ? indexOf(words, 'mirred') : undefined
      if (found !== undefined) index = found
      else if (words.next === 'dev') {
        words.take()
        if (dev !== undefined) throw words.fail('mirred: Illegal double dev')
        dev = words.take('a device')
      } else break
    }
    if (dev === undefined && words.done) words.take('dev DEVICE')
    if (dev === undefined) throw words.fail('mirred: dev is required', 'dev DEVICE')
    const toIndex = session.device(dev).index
    const action = isVerdict(words.next) ? verdict(words) : what === 'redirect' ? 'stolen' : 'pipe'
    index ??= indexOf(words, 'mirred')
    return { parameters: { index, action, direction: `${side}_${what}`, toIndex } }
  },
  print(sheet, { parameters, times }, { names }) {
    if (!parameters) return
    const { direction, toIndex, action } = parameters
    const [side = '', what = ''] = String(direction).split('_')
    const to = linkName(names, toIndex)
    const title = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)
    sheet.add('kind', 'mirred', `mirred (${title(side)} ${title(what)} to device ${to})`)
    sheet.note('mirred_action', what)
    sheet.note('direction', side)
    sheet.note('to_dev', to)
    addVerdict(sheet, action, ' ')
    addEnd(sheet, parameters, times, '\t')
  },
}

function choose(words: Parameters<ActionKind['read']>[0], list: readonly string[]): string {
  const word = words.take(list.join(' or '))
  const found = matching(word, list)
  if (found === undefined) throw words.fail(`mirred option not supported ${word}`, expected(word, list))
  return found
}
