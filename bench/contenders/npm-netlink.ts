// The npm package `netlink`. Its dumps answer lists: it does not stream.
// No events: its receive buffer cannot be made larger than rmem_max, and they are held back until all are there.
import { createRequire } from 'node:module'
import { type Consumer, consumerOf } from '../consumer.ts'
import { type Clock, type Done, serve } from './serve.ts'

const { createRtNetlink } = createRequire(import.meta.url)('netlink')
const socket = createRtNetlink()
let sink = 0

const LISTS: Readonly<Record<string, () => Promise<object[]>>> = {
  links: () => socket.getLinks(),
  addresses: () => socket.getAddresses(),
  routes: () => socket.getRoutes(),
}
const consumers = new Map<string, Consumer>()

async function consumer(of: string, samples: () => Promise<object[]>): Promise<Consumer> {
  const made = consumers.get(of) ?? consumerOf(await samples())
  consumers.set(of, made)
  return made
}

async function list([of, how]: readonly string[], clock: Clock): Promise<Done> {
  if (how !== 'kept') return undefined
  const read = await consumer(of!, LISTS[of!]!)
  clock.restart()
  const all = await LISTS[of!]!()
  for (const each of all) sink += read(each)
  return all.length
}

const works: Readonly<Record<string, (words: readonly string[], clock: Clock) => Promise<Done>>> = {
  async getlink([, index, calls, how], clock) {
    if (how !== 'async') return undefined
    const get = (): Promise<object[]> => socket.getLink({ index: Number(index) })
    const read = await consumer('link', get)
    clock.restart()
    for (let i = 0; i < Number(calls); i++) sink += read((await get())[0]!)
    return Number(calls)
  },
  links: list,
  addresses: list,
  routes: list,
}

process.once('exit', () => {
  if (Number.isNaN(sink)) console.error('nothing was read')
})
await serve(async (words, clock) => works[words[0]!]?.(words, clock))
