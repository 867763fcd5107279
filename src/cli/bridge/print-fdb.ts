// Entries of forwarding databases as `bridge fdb` prints them: text and JSON, character for character iproute2 6.1's. Pure.
import { flagsValue } from '../../netlink/words.ts'
import { type Neighbour, NUD } from '../../route/neighbour.ts'
import { wholeSeconds } from '../ip/print-neighbour.ts'
import { linkName, type Names, Sheet, type Show } from '../sheet.ts'

/** How an entry is shown beside the options. */
export interface FdbView {
  /** The device is known to the reader, who asked for it. */
  readonly withoutDevice?: boolean
  /** A monitor heard that it is gone. */
  readonly deleted?: boolean
}

/** NTF_* in iproute2's order. */
const FLAGS = ['self', 'router', 'extern_learn', 'offload', 'master', 'sticky'] as const

/** One entry, with its newline. */
export function fdbSheet(entry: Neighbour, show: Show, names: Names, view: FdbView = {}): Sheet {
  const sheet = new Sheet(show)
  const { index, linkLayerAddress, vlan, port, vni, sourceVni, nexthopId, master } = entry
  if (view.deleted) sheet.add('deleted', true, 'Deleted ')
  if (linkLayerAddress !== undefined) sheet.add('mac', linkLayerAddress, sheet.paint('mac', `${linkLayerAddress} `))
  if (!view.withoutDevice && index !== 0) {
    const name = linkName(names, index)
    sheet.add('ifname', name, `dev ${sheet.paint('link', `${name} `)}`)
  }
  const { dst } = entry
  if (dst !== undefined) sheet.add('dst', dst, `dst ${sheet.paint(dst.includes(':') ? 'inet6' : 'inet', `${dst} `)}`)
  if (vlan) sheet.add('vlan', vlan)
  if (port !== undefined) sheet.add('port', port)
  if (vni !== undefined) sheet.add('vni', vni)
  if (sourceVni !== undefined) sheet.add('src_vni', sourceVni)
  addVia(sheet, entry, names)
  if (nexthopId !== undefined) sheet.add('nhid', nexthopId)
  if (entry.linkNetnsId !== undefined) sheet.add('linkNetNsId', entry.linkNetnsId, `link-netnsid ${entry.linkNetnsId} `)
  if (show.details) addExtended(sheet, entry.fdbExt)
  if (show.statistics > 0 && entry.cacheInfo) {
    const [used, updated] = [wholeSeconds(entry.cacheInfo.used), wholeSeconds(entry.cacheInfo.updated)]
    sheet.add('used', used, `used ${used}/`)
    sheet.add('updated', updated, `${updated} `)
  }
  // `locked` is printed since iproute2 6.2.
  const flags = [
    ...FLAGS.filter(flag => entry.flags.includes(flag)),
    ...(entry.extFlags?.includes('locked') ? ['locked'] : []),
  ]
  sheet.add('flags', flags, flags.map(flag => `${flag} `).join(''))
  if (master !== undefined) sheet.add('master', linkName(names, master))
  const state = stateText(flagsValue(NUD, entry.state))
  sheet.add('state', state, `${state}\n`)
  return sheet
}

function addVia(sheet: Sheet, { viaIndex, linkNetnsId }: Neighbour, names: Names): void {
  if (viaIndex === undefined) return
  if (linkNetnsId !== undefined) sheet.add('viaIfIndex', viaIndex, `via ifindex ${viaIndex} `)
  else sheet.add('viaIf', linkName(names, viaIndex), `via ${linkName(names, viaIndex)} `)
}

/** As iproute2 prints it since 6.10. */
function addExtended(sheet: Sheet, extended: Neighbour['fdbExt']): void {
  for (const word of ['activity_notify', 'inactive'] as const)
    if (extended?.activityNotify?.includes(word)) sheet.add(word, true, `${word} `)
}

const bit = (word: string): number => NUD.byWord.get(word)!

function stateText(state: number): string {
  if (state & bit('permanent')) return 'permanent'
  if (state & bit('noarp')) return 'static'
  if (state & bit('stale')) return 'stale'
  if (state & bit('reachable')) return ''
  return `state=${state === 0 ? '' : '0x'}${state.toString(16)}`
}
