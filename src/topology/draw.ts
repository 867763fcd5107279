// A small network as text: each namespace, its links with their addresses, ports under their bridge, and where the
// other end of each pair is.
import type { Address } from '../route/address.ts'
import type { Link } from '../route/link.ts'

/** A namespace as it is drawn. */
export interface Place {
  readonly name: string
  readonly links: readonly Link[]
  readonly addresses: readonly Address[]
  /** The name of the namespace that has this id here. */
  netns(nsid: number): string | undefined
}

/** Draws the namespaces, one under the other. `lo` is left out. */
export function draw(places: readonly Place[]): string {
  return places.map(place => drawPlace(place, places)).join('')
}

function drawPlace(place: Place, places: readonly Place[]): string {
  const shown = place.links.filter(link => !link.flags.includes('loopback'))
  const names = new Set(shown.map(link => link.index))
  const tops = shown.filter(link => link.master === undefined || !names.has(link.master))
  const lines = tops.flatMap((top, i) => {
    const ports = shown.filter(link => link.master === top.index)
    const last = i === tops.length - 1
    const under = last ? '   ' : '│  '
    return [
      `${last ? '└─' : '├─'} ${describe(top, place, places)}`,
      ...ports.map((port, j) => `${under}${j === ports.length - 1 ? '└─' : '├─'} ${describe(port, place, places)}`),
    ]
  })
  return `${[place.name, ...lines].join('\n')}\n`
}

function describe(link: Link, place: Place, places: readonly Place[]): string {
  const own = place.addresses
    .filter(address => address.index === link.index && address.family === 'inet')
    .map(address => `${address.local ?? address.address}/${address.prefixLength}`)
  const kind = link.kind && link.kind !== 'veth' ? ` (${link.kind})` : ''
  return [`${link.name}${kind}`, ...own, state(link), otherEnd(link, place, places)]
    .filter(part => part !== '')
    .join(' ')
}

const state = (link: Link): string => (!link.up ? 'DOWN' : link.carrier === false ? 'NO-CARRIER' : 'up')

function otherEnd(link: Link, place: Place, places: readonly Place[]): string {
  if (link.kind !== 'veth' || link.link === undefined) return ''
  const name = link.linkNetnsId === undefined ? place.name : place.netns(link.linkNetnsId)
  const there = places.find(other => other.name === name)
  const peer = there?.links.find(other => other.index === link.link)
  return `═══ ${peer?.name ?? `if${link.link}`}${name === place.name ? '' : ` in ${name ?? 'a namespace without a name'}`}`
}
