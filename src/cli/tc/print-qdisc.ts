// What a qdisc looks like, as tc prints it: text and JSON.
import type { Qdisc } from '../../route/tc/tc.ts'
import { linkName, Sheet } from '../sheet.ts'
import type { View } from './kind.ts'
import { addStats, hasStats } from './print-stats.ts'
import { QDISCS } from './qdiscs/index.ts'
import { classText, handleText } from './text.ts'

export interface QdiscView extends View {
  /** The device that was asked for: it need not be said again. */
  readonly dev?: number | undefined
}

/** The sheet of one qdisc. `event`: what became of it (`deleted`), where a monitor shows it. */
export function printQdisc(qdisc: Qdisc, view: QdiscView, event?: 'deleted' | 'replaced' | 'added'): Sheet {
  const { show, names, dev } = view
  const { kind = '', handle, index, parent, references, hwOffload, ingressBlock, egressBlock } = qdisc
  const sheet = new Sheet(show)
  if (event) sheet.add(event, true, `${event} `)
  sheet.add('kind', kind, `qdisc ${kind}`)
  const own = handle === 'none' ? '0:' : handleText(handle)
  sheet.add('handle', own, ` ${own}${show.raw ? `[${rawHandle(own)}]` : ''} `)
  if (dev === undefined && typeof index === 'number') {
    const name = linkName(names, index)
    sheet.add('dev', name, `dev ${sheet.paint('link', name)} `)
  }
  if (parent === 'root') sheet.add('root', true, 'root ')
  else if (parent !== 'none') sheet.add('parent', classText(parent, show), `parent ${classText(parent, show)} `)
  if (references !== 1) sheet.add('refcnt', references)
  if (hwOffload) sheet.add('offloaded', true, 'offloaded ')
  if (ingressBlock !== undefined) sheet.add('ingress_block', ingressBlock)
  if (egressBlock !== undefined) sheet.add('egress_block', egressBlock)
  const known = Object.hasOwn(QDISCS, kind) ? QDISCS[kind] : undefined
  sheet.inside('options', () => addOptions(sheet, qdisc.options, known?.print, view))
  sheet.say(sheet.newline)
  if (show.details && qdisc.sizeTable) addSizeTable(sheet, qdisc.sizeTable)
  if (show.statistics > 0) {
    const app = qdisc.stats2?.app ?? qdisc.xstats
    if (hasStats(qdisc)) {
      addStats(sheet, qdisc, ' ')
      sheet.say(sheet.newline)
    }
    if (app !== undefined && known?.printStats) {
      known.printStats(sheet, app, view)
      sheet.say(sheet.newline)
    }
  }
  return sheet
}

/** `00010000` of `1:`. */
const rawHandle = (handle: string): string => `${Number.parseInt(handle, 16).toString(16).padStart(4, '0')}0000`

/** Options of a kind that is not known, or that are none of its, are told by their size. */
export function addOptions(
  sheet: Sheet,
  options: unknown,
  print: ((sheet: Sheet, options: any, view: View) => void) | undefined,
  view: View,
): void {
  if (options === undefined) return
  if (!(options instanceof Uint8Array)) print?.(sheet, options, view)
  else if (options.length > 0) sheet.say(`[Unknown qdisc, optlen=${options.length}] `)
}

function addSizeTable(sheet: Sheet, { base }: NonNullable<Qdisc['sizeTable']>): void {
  if (!base) return
  const { linkLayer, overhead, minimumPacket, mtu, tableSize } = base
  sheet.say(' ')
  if (linkLayer !== 'unspec') sheet.say(`linklayer ${linkLayer} `)
  if (overhead !== 0) sheet.say(`overhead ${overhead} `)
  if (minimumPacket !== 0) sheet.say(`mpu ${minimumPacket} `)
  if (mtu !== 0) sheet.say(`mtu ${mtu} `)
  if (tableSize !== 0) sheet.say(`tsize ${tableSize} `)
  sheet.say(sheet.newline)
  sheet.note('stab', { linklayer: String(linkLayer), overhead, mpu: minimumPacket, mtu, tsize: tableSize })
}
