// Neighbours as `ip neigh` prints them: text and JSON, character for character iproute2 6.1's. Pure.
import type { Neighbour } from '../../route/neighbour.ts'
import { hostOf, linkName, type Names, Sheet, type Show } from '../sheet.ts'
import { protocolText } from './print-routing.ts'

/** How a neighbour is shown beside the options. */
export interface NeighbourView {
  /** The device is known to the reader, who asked for it. */
  readonly withoutDevice?: boolean
  /** What a monitor heard: it is gone, or the kernel misses it. */
  readonly event?: 'deleted' | 'miss' | undefined
}

/** Flags in iproute2's order, one of NDA_FLAGS_EXT among them. */
const FLAGS = ['router', 'proxy', 'managed', 'extern_learn', 'offload']

/** In which the kernel counts ages. */
const USER_HZ = 100
export const wholeSeconds = (ticks: number): number => Math.floor(ticks / USER_HZ)

/** One neighbour, with its newline. */
export function neighbourSheet(neighbour: Neighbour, show: Show, names: Names, view: NeighbourView = {}): Sheet {
  const sheet = new Sheet(show)
  const { index, dst, linkLayerAddress, cacheInfo, probes, flags, extFlags = [], protocol, state } = neighbour
  if (view.event === 'deleted') sheet.add('deleted', true, 'Deleted ')
  if (view.event === 'miss') sheet.add('miss', null, 'miss ')
  if (dst !== undefined) {
    const host = hostOf(dst, show, names)
    sheet.add('dst', host, sheet.paint(dst.includes(':') ? 'inet6' : 'inet', `${host} `))
  }
  if (!view.withoutDevice && index !== 0) {
    const name = linkName(names, index)
    sheet.add('dev', name, `dev ${sheet.paint('link', `${name} `)}`)
  }
  if (linkLayerAddress !== undefined)
    sheet.add('lladdr', linkLayerAddress, `lladdr ${sheet.paint('mac', `${linkLayerAddress} `)}`)
  const all: readonly (string | number)[] = [...flags, ...extFlags]
  for (const flag of FLAGS) if (all.includes(flag)) sheet.add(flag, null, `${flag} `)
  if (show.statistics > 0) {
    if (cacheInfo) addAges(sheet, cacheInfo)
    if (probes !== undefined) sheet.add('probes', probes)
  }
  const states = state.map(word => String(word).toUpperCase())
  if (states.length > 0) sheet.add('state', states, states.map(word => `${word} `).join(''))
  if (protocol !== undefined && protocol !== 'unspec') {
    const name = protocolText(protocol, show.numeric)
    sheet.add('protocol', name, `proto ${name} `)
  }
  sheet.say('\n')
  return sheet
}

/** iproute2 has no space behind the ages. */
function addAges(sheet: Sheet, cache: NonNullable<Neighbour['cacheInfo']>): void {
  const [used, confirmed, updated] = [cache.used, cache.confirmed, cache.updated].map(wholeSeconds)
  if (cache.references !== 0) sheet.add('refcnt', cache.references, ` ref ${cache.references}`)
  sheet.add('used', used!, ` used ${used}`)
  sheet.add('confirmed', confirmed!, `/${confirmed}`)
  sheet.add('updated', updated!, `/${updated}`)
}
