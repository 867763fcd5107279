// What the bench measures on, made through netloom itself: veth pairs, and addresses over one end of each.
import { address, link, type Netlink } from '../src/index.ts'

export interface Size {
  readonly links: number
  readonly addresses: number
}

/** Milliseconds: an emulated machine is slow. */
const PATIENCE = { timeout: 600_000 }

/** Makes `links` links (pairs of `v0` and `w0`…) and `addresses` addresses on the ends `v0`…; the index of `v0`. */
export async function prepare(host: Netlink, { links, addresses }: Size): Promise<number> {
  const pairs = links / 2
  const numbers = Array.from({ length: pairs }, (_, i) => i)
  await host.batch(
    numbers.map(i => link.add({ kind: 'veth', name: `v${i}`, peer: { name: `w${i}` } })),
    PATIENCE,
  )
  const indexes = new Map<string, number>()
  await host.forEach(link.list(), ({ name, index }) => indexes.set(name!, index))
  const each = addresses / pairs
  await host.batch(
    numbers.flatMap(i =>
      Array.from({ length: each }, (_, j) =>
        address.add({ dev: indexes.get(`v${i}`)!, address: `10.${i >> 8}.${i & 255}.${j + 1}/24` }),
      ),
    ),
    PATIENCE,
  )
  return indexes.get('v0')!
}
