// What the bench measures on, made through netloom itself: veth pairs, addresses over one end of each, and routes in two
// tables; and the namespaces that changes are made in.
import { address, link, Netlink, type Request, route } from '../src/index.ts'
import { createNamed, deleteNamed } from '../src/netns/named.ts'

export interface Size {
  readonly links: number
  readonly addresses: number
  readonly routes: number
}

/** Where changes are made, and where the other ends of its pairs are. */
export const BUSY = 'busy'
export const PEER = 'peer'

/** Milliseconds: an emulated machine is slow. */
const PATIENCE = { timeout: 600_000 }
/** Requests at a time: each is an object. */
const PORTION = 10_000

/** Makes `links` links (pairs of `v0` and `w0`…), `addresses` addresses on the ends `v0`…, `routes`; the index of `v0`. */
export async function prepare(host: Netlink, { links, addresses, routes }: Size): Promise<number> {
  const indexes = await pairs(host, links / 2, { near: 'v', far: 'w' })
  const each = addresses / (links / 2)
  await inPortions(host, addresses, i => {
    const [l, j] = [Math.floor(i / each), i % each]
    return address.add({ dev: indexes.get(`v${l}`)!, address: `10.${l >> 8}.${l & 255}.${j + 1}/24` })
  })
  const dev = indexes.get('v0')!
  await host.batch([link.set(dev, { up: true }), link.set(indexes.get('w0')!, { up: true })])
  const suffix = (i: number): string => `${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}/32`
  await inPortions(host, routes / 2, i => route.add({ dst: `20.${suffix(i)}`, dev }))
  await inPortions(host, routes / 2, i => route.add({ type: 'local', dst: `30.${suffix(i)}`, dev, table: 'local' }))
  return dev
}

async function inPortions(host: Netlink, count: number, make: (i: number) => Request<void>): Promise<void> {
  for (let from = 0; from < count; from += PORTION)
    await host.batch(
      Array.from({ length: Math.min(PORTION, count - from) }, (_, i) => make(from + i)),
      PATIENCE,
    )
}

/** Makes pairs; the indexes of all links by name. */
async function pairs(
  host: Netlink,
  count: number,
  { near, far, netns }: { near: string; far: string; netns?: string },
): Promise<Map<string, number>> {
  await inPortions(host, count, i =>
    link.add({ kind: 'veth', name: `${near}${i}`, peer: { name: `${far}${i}`, netns } }),
  )
  const indexes = new Map<string, number>()
  await host.forEach(link.list(), ({ name, index }) => indexes.set(name!, index))
  return indexes
}

/** The namespaces of changes: BUSY has a bridge and a pair that is up, PEER nothing. */
export async function prepareBusy(): Promise<void> {
  createNamed(BUSY)
  createNamed(PEER)
  using busy = Netlink.open({ netns: BUSY })
  await busy.run(link.add({ kind: 'bridge', name: 'br0', up: true }))
  await busy.run(link.add({ kind: 'veth', name: 'v0', up: true, peer: { name: 'v1' } }))
  await busy.batch([link.set('v1', { up: true }), address.add({ dev: 'v0', address: '192.0.2.1/24' })])
}

/** Takes away what changes made: with PEER go the other ends of all pairs, and so the pairs. */
export async function clear(): Promise<void> {
  using busy = Netlink.open({ netns: BUSY })
  deleteNamed(PEER)
  createNamed(PEER)
  const left = async (): Promise<boolean> => (await busy.run(link.list())).some(({ name }) => name!.startsWith('a'))
  while (await left()) await new Promise(resolve => setTimeout(resolve, 5))
}

/** As `clear`, and then pairs that addresses can be given to. */
export async function clearAndPair(count: number): Promise<void> {
  await clear()
  using busy = Netlink.open({ netns: BUSY })
  const indexes = await pairs(busy, count, { near: 'a', far: 'b', netns: PEER })
  await busy.batch(Array.from({ length: count }, (_, i) => link.set(indexes.get(`a${i}`)!, { up: true })))
}
