// netloom itself, over the binding that NETLOOM_BINDING names. 'read' streams and reads everything by name (consumer.ts),
// 'kept' keeps all objects and reads them at the end, 'listed' keeps them unread. `watched WHAT` is `WHAT read`, and answers the
// longest time that the event loop was blocked.
import { address, type ListRequest, link, Netlink, type Request, route } from '../../src/index.ts'
import { type Consumer, consumerOf } from '../consumer.ts'
import { watchLoop } from '../loop.ts'
import { type Clock, type Done, serve } from './serve.ts'

const host = Netlink.open()
const { sync, groups } = host.socket.capabilities
/** Keeps what is read, so that none of it can be optimised away. */
let sink = 0

const LISTS: Readonly<Record<string, ListRequest<any>>> = {
  links: link.list(),
  addresses: address.list(),
  routes: route.list(),
}
const consumers = new Map<string, Consumer>()

/** Reads all that the objects of this list have; made at first use, which is a round to warm up. */
async function consumer(of: string): Promise<Consumer> {
  let made = consumers.get(of)
  if (!made) {
    // Every 16th is enough to see all that they have.
    const samples: object[] = []
    let seen = 0
    await host.forEach(LISTS[of]!, found => {
      if (seen++ % 16 === 0) samples.push(found)
    })
    consumers.set(of, (made = consumerOf(samples)))
  }
  return made
}

const works: Readonly<Record<string, (words: readonly string[], clock: Clock) => Promise<Done>>> = {
  async getlink([, index, calls, how], clock) {
    const read = await consumer('links')
    const [of, times] = [Number(index), Number(calls)]
    clock.restart()
    if (how === 'async') for (let i = 0; i < times; i++) sink += read(await host.run(link.get(of)))
    else if (!sync) return undefined
    else if (how === 'unread') for (let i = 0; i < times; i++) sink += host.runSync(link.get(of)).index
    else for (let i = 0; i < times; i++) sink += read(host.runSync(link.get(of)))
    return times
  },
  links: list,
  addresses: list,
  routes: list,

  async watched([, of], clock) {
    const watched = watchLoop()
    const count = (await list([of!, 'read'], clock)) as number
    const { longest, own } = watched()
    return { count, nanoseconds: longest * 1e6, processor: own * 1e6 }
  },

  async pairs([, count, peer]) {
    const numbers = Array.from({ length: Number(count) }, (_, i) => i)
    using inside = Netlink.open({ netns: peer! })
    await host.batch(numbers.map(i => link.add({ kind: 'veth', name: `a${i}`, peer: { name: `b${i}`, netns: peer! } })))
    const near = await indexes(host)
    const far = await indexes(inside)
    const subnet = (i: number): string => `10.${i >> 8}.${i & 255}`
    await host.batch(
      numbers.flatMap((i): Request<void>[] => [
        link.set(near.get(`a${i}`)!, { master: near.get('br0')!, up: true }),
        address.add({ dev: near.get(`a${i}`)!, address: `${subnet(i)}.1/24` }),
      ]),
    )
    await inside.batch(
      numbers.flatMap((i): Request<void>[] => [
        address.add({ dev: far.get(`b${i}`)!, address: `${subnet(i)}.2/24` }),
        link.set(far.get(`b${i}`)!, { up: true }),
      ]),
    )
    return numbers.length
  },

  async fill([, count, links]) {
    const found = await indexes(host)
    const each = Number(count) / Number(links)
    await host.batch(
      Array.from({ length: Number(count) }, (_, i) => {
        const l = Math.floor(i / each)
        const j = i % each
        return address.add({ dev: found.get(`a${l}`)!, address: `10.${l}.${j >> 8}.${j & 255}/32` })
      }),
    )
    return Number(count)
  },

  async events([, count], clock) {
    if (!groups) return undefined
    const ending = new AbortController()
    const events = host.subscribe(['route'], { signal: ending.signal, receiveBuffer: 1 << 28, keepAlive: true })
    clock.waitForGo()
    let seen = 0
    let read = consumers.get('events')
    const samples: object[] = []
    for await (const event of events) {
      if (event.object !== 'route') throw new Error(`${event.object} after ${seen} events`)
      if (read) sink += read(event.value)
      else samples.push(event.value)
      if (++seen === Number(count)) break
    }
    read ??= consumerOf(samples)
    consumers.set('events', read)
    ending.abort()
    return seen
  },
}

async function list([of, how]: readonly string[], clock: Clock): Promise<Done> {
  const read = await consumer(of!)
  const request = LISTS[of!]!
  clock.restart()
  if (how === 'kept' || how === 'listed') {
    const all = (await host.run(request)) as object[]
    if (how === 'kept') for (const each of all) sink += read(each)
    return all.length
  }
  let count = 0
  await host.forEach(request, each => {
    sink += read(each)
    count++
  })
  return count
}

async function indexes(of: Netlink): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  await of.forEach(link.list(), ({ name, index }) => found.set(name!, index))
  return found
}

process.once('exit', () => {
  if (Number.isNaN(sink)) console.error('nothing was read')
})
await serve(async (words, clock) => works[words[0]!]?.(words, clock))
