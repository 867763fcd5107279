// What a class looks like, as tc prints it. tc 6.1 has no JSON of classes: ours is that of later versions.
import type { TrafficClass } from '../../route/tc/tc.ts'
import { linkName, Sheet } from '../sheet.ts'
import type { View } from './kind.ts'
import { addOptions } from './print-qdisc.ts'
import { addStats, hasStats } from './print-stats.ts'
import { QDISCS } from './qdiscs/index.ts'
import { classText, handleText } from './text.ts'

export interface ClassView extends View {
  /** The device that was asked for: it need not be said again. */
  readonly dev?: number | undefined
  /** The qdisc that was asked for: its number need not be said again. */
  readonly qdisc?: string | undefined
}

/** The sheet of one class. `event`: what became of it, where a monitor shows it. */
export function printClass(item: TrafficClass, view: ClassView, event?: 'deleted'): Sheet {
  const { show, names, dev, qdisc } = view
  const { kind = '', handle, index, parent, leaf } = item
  const sheet = new Sheet(show)
  const text = (id: string): string => (qdisc === undefined ? classText(id, show) : handleText(id).replace(/^.*:/, ':'))
  if (event) sheet.add(event, true, `${event} `)
  sheet.add('class', kind)
  sheet.add('handle', text(handle), `${handle === 'none' ? '' : text(handle)} `)
  if (dev === undefined && typeof index === 'number') {
    const name = linkName(names, index)
    sheet.add('dev', name, `dev ${sheet.paint('link', name)} `)
  }
  if (parent === 'root') sheet.add('root', true, 'root ')
  else sheet.add('parent', text(parent))
  if (leaf !== 'none') sheet.add('leaf', handleText(leaf), `leaf ${handleText(leaf)} `)
  const known = Object.hasOwn(QDISCS, kind) ? QDISCS[kind] : undefined
  addOptions(sheet, item.options, known?.printClass ?? known?.print, view)
  // Also with -o: of a class only the lines of its counters are joined.
  sheet.say('\n')
  if (show.statistics > 0)
    sheet.inside('stats', () => {
      if (hasStats(item)) {
        addStats(sheet, item, ' ')
        sheet.say('\n')
      }
      const app = item.stats2?.app ?? item.xstats
      if (app === undefined || !known?.printStats) return
      known.printStats(sheet, app, view)
      sheet.say('\n')
    })
  return sheet
}
