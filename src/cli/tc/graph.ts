// `tc -g class show`: the classes as a tree.
import type { TrafficClass } from '../../route/tc/tc.ts'
import { Sheet } from '../sheet.ts'
import type { View } from './kind.ts'
import { addOptions } from './print-qdisc.ts'
import { addStats, hasStats } from './print-stats.ts'
import { QDISCS } from './qdiscs/index.ts'
import { classText } from './text.ts'

interface Node {
  readonly item: TrafficClass
  readonly above: Node | undefined
  readonly children: Node[]
  readonly last: boolean
}

/** The tree's text: roots in the reverse order of the kernel's, their children in its own, as tc has them. */
export function classGraph(items: readonly TrafficClass[], view: View): string {
  const grow = (list: readonly TrafficClass[], above: Node | undefined): Node[] =>
    list.map((item, i) => {
      const node: Node = { item, above, children: [], last: i === list.length - 1 }
      node.children.push(
        ...grow(
          items.filter(({ parent }) => parent === item.handle),
          node,
        ),
      )
      return node
    })
  const roots = items.filter(({ parent }) => parent === 'root').reverse()
  return grow(roots, undefined)
    .map(node => branch(node, view))
    .join('')
}

const indent = (node: Node | undefined): string =>
  node === undefined ? '' : indent(node.above) + (node.last ? '     ' : '|    ')

/** What stands before a further line of a class. */
function beside(node: Node, spaces: number): string {
  const below = node.children.length > 0
  const own = node.last ? (below ? '     |' : '      ') : below ? '|    |' : '|     '
  return indent(node.above) + own + ' '.repeat(spaces)
}

function branch(node: Node, view: View): string {
  const { item, above, children, last } = node
  const { kind = '' } = item
  const id = classText(item.handle, view.show)
  const sheet = new Sheet(view.show)
  sheet.say(`${indent(above)}+---(${id}) ${kind} `)
  const known = Object.hasOwn(QDISCS, kind) ? QDISCS[kind] : undefined
  addOptions(sheet, item.options, known?.printClass ?? known?.print, view)
  if (view.show.statistics > 0 && known) {
    if (hasStats(item)) {
      sheet.say('\n')
      addStats(sheet, item, beside(node, kind.length - 2 + id.length))
    }
    if (!last || children.length > 0) sheet.say(`\n${beside(node, 0)}`)
  }
  sheet.say('\n')
  return sheet.text + children.map(child => branch(child, view)).join('') + (last ? `${indent(lowest(node))}\n` : '')
}

/** The last of the last below it, whose line ends the branch. */
const lowest = ({ children, above }: Node): Node | undefined =>
  children.length === 0 ? above : (lowest(children.at(-1)!) ?? above)
