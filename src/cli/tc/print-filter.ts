// What a filter and a chain look like, as tc prints them.
import type { Chain, Filter } from '../../route/tc/tc.ts'
import { linkName, Sheet } from '../sheet.ts'
import { FILTERS } from './filters/index.ts'
import type { View } from './kind.ts'
import { addStats, hasStats } from './print-stats.ts'
import { protocolNumber, protocolText } from './protocol.ts'
import { classText, hex8 } from './text.ts'

export interface FilterView extends View {
  /** What was asked for need not be said again. */
  readonly dev?: number | undefined
  readonly block?: number | undefined
  readonly parent?: string | undefined
  readonly protocol?: string | number | undefined
  readonly priority?: number | undefined
  readonly chain?: number | undefined
}

type Event = 'deleted' | 'replaced' | 'added'

const HOOKS: Readonly<Record<string, string>> = { 'ffff:fff2': 'ingress', 'ffff:fff3': 'egress' }

/** The sheet of one filter. `event`: what became of it, where a monitor shows it. */
export function printFilter(filter: Filter, view: FilterView, event?: Event): Sheet {
  const { show } = view
  const { kind = '', protocol, priority, chain, handle, options } = filter
  const sheet = new Sheet(show)
  if (event) sheet.add(event, true, `${event} `)
  sheet.say('filter ')
  addPlace(sheet, filter, view)
  if (protocolNumber(protocol) !== 0 && protocol !== view.protocol)
    sheet.add('protocol', protocolText(protocol), `protocol ${protocolText(protocol)} `)
  if (priority !== 0 && priority !== view.priority) sheet.add('pref', priority)
  sheet.add('kind', kind, `${kind} `)
  if (chain !== undefined && chain !== view.chain) sheet.add('chain', chain)
  if (options !== undefined)
    sheet.inside('options', () => addOptions(sheet, kind, options, { ...view, handle, protocol }))
  sheet.say(sheet.newline)
  if (show.statistics > 0 && hasStats(filter)) {
    addStats(sheet, filter, ' ')
    sheet.say(sheet.newline)
  }
  return sheet
}

function addOptions(
  sheet: Sheet,
  kind: string,
  options: unknown,
  view: View & { readonly handle: number; readonly protocol: string | number },
): void {
  const known = Object.hasOwn(FILTERS, kind) ? FILTERS[kind] : undefined
  if (known && !(options instanceof Uint8Array)) known.print(sheet, options, view)
  else if (view.handle) sheet.add('fh', hex8(view.handle), `fh ${hex8(view.handle)} `)
}

function addPlace(sheet: Sheet, { index, parent }: Pick<Filter, 'index' | 'parent'>, view: FilterView): void {
  if (index === 'block') {
    // The place of the parent has the block's number.
    const block = blockOf(parent)
    if (block !== view.block) sheet.add('block', block)
    return
  }
  if (index !== view.dev) {
    const name = linkName(view.names, Number(index))
    sheet.add('dev', name, `dev ${sheet.paint('link', name)} `)
  }
  if (parent === view.parent) return
  const hook = HOOKS[parent] ?? (parent === 'root' ? 'root' : undefined)
  if (hook !== undefined) sheet.add(hook, true, `${hook} `)
  else sheet.add('parent', classText(parent, view.show), `parent ${classText(parent, view.show)} `)
}
const blockOf = (parent: string): number => {
  const [major = '0', minor = '0'] = parent.split(':')
  return (Number.parseInt(major || '0', 16) << 16) + Number.parseInt(minor || '0', 16)
}

/** The sheet of one chain. */
export function printChain(chain: Chain, view: FilterView, event?: Event): Sheet {
  const { kind, protocol, options, handle } = chain
  const sheet = new Sheet(view.show)
  if (event) sheet.add(event, true, `${event} `)
  sheet.say('chain ')
  addPlace(sheet, chain, view)
  if (kind !== undefined) sheet.add('kind', kind, `${kind} `)
  if (chain.chain !== undefined && chain.chain !== view.chain) sheet.add('chain', chain.chain)
  if (kind !== undefined) {
    if (options !== undefined)
      sheet.inside('options', () => addOptions(sheet, kind, options, { ...view, handle, protocol }))
  }
  sheet.say(sheet.newline)
  return sheet
}
