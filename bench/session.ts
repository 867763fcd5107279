// One run of the bench: prepares the links and addresses, lets C and netloom take turns, prints medians and ratios and
// writes them to results/. Run by run.ts, inside a sandbox.
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, release } from 'node:os'
import { address, type Link, link, Netlink } from '../src/index.ts'
import { type Consumer, consumerOf } from './consumer.ts'
import { Floor, type Outcome } from './floor.ts'
import { type Duration, median, stopwatch, table } from './measure.ts'
import { prepare } from './setup.ts'

/** One line of the table: the same work by C and by netloom. */
interface Work {
  readonly name: string
  /** The floor's line. */
  readonly floor: string
  /** At most this many times what C takes; left out where the issue sets no goal. */
  readonly goal?: number
  run(): Outcome | Promise<Outcome>
}

interface Result {
  readonly name: string
  readonly goal: number | undefined
  /** Median nanoseconds a message. */
  readonly c: number
  readonly netloom: number
  readonly ratio: number
  /** The same ratio of processor time, which other processes disturb less. */
  readonly processor: number
}

process.once('uncaughtException', error => {
  console.error(`bench: ${error.message}`)
  process.exit(1)
})
if (process.env['NETLOOM_SANDBOX'] !== '1')
  throw new Error('this makes thousands of links: run it in a sandbox (npm run bench)')
const quick = process.argv.includes('--quick')
const size = quick ? { links: 400, addresses: 2_000 } : { links: 4_000, addresses: 20_000 }
const rounds = quick ? 7 : 15
const warm = quick ? 2 : 5
const calls = quick ? 500 : 2_000

/** Keeps what is read, so that none of it can be optimised away. */
let sink = 0

using floor = new Floor()
using host = Netlink.open()
const began = performance.now()
const index = await prepare(host, size)
console.log(`${size.links} links, ${size.addresses} addresses: made in ${Math.round(performance.now() - began)} ms`)
const results = await measure(works(index, await consumers(host)))
const versions = { kernel: release(), node: process.version, processor: cpus()[0]?.model.trim() ?? 'unknown' }
report(versions, results)
if (Number.isNaN(sink)) throw new Error('nothing was measured')

async function consumers(from: Netlink): Promise<{ link: Consumer; address: Consumer }> {
  const links = await from.run(link.list())
  const addresses = await from.run(address.list())
  return { link: consumerOf(links), address: consumerOf(addresses) }
}

function works(of: number, read: { link: Consumer; address: Consumer }): Work[] {
  const one = `getlink ${of} ${calls}`
  const each = (use: (found: Link) => number) => (): Outcome => {
    const stop = stopwatch()
    for (let i = 0; i < calls; i++) sink += use(host.runSync(link.get(of)))
    return { ...stop(), count: calls }
  }
  return [
    { name: 'GETLINK, sync, unread', floor: one, goal: 1.3, run: each(found => found.index) },
    { name: 'GETLINK, sync, fully read', floor: one, goal: 1.7, run: each(read.link) },
    {
      name: 'GETLINK, async, fully read',
      floor: one,
      goal: 2,
      run: () =>
        awaited(async () => {
          for (let i = 0; i < calls; i++) sink += read.link(await host.run(link.get(of)))
          return calls
        }),
    },
    { name: 'links, streamed, fully read', floor: 'links', goal: 2, run: () => stream(link.list(), read.link) },
    { name: 'links, streamed, fully read, sync', floor: 'links', run: () => streamSync(link.list(), read.link) },
    { name: 'links, streamed, unread, sync', floor: 'links', run: () => streamSync(link.list(), () => 1) },
    {
      name: 'addresses, streamed, fully read',
      floor: 'addresses',
      goal: 1.5,
      run: () => stream(address.list(), read.address),
    },
    {
      name: 'addresses, streamed, fully read, sync',
      floor: 'addresses',
      run: () => streamSync(address.list(), read.address),
    },
  ]
}

type Listing = ReturnType<typeof link.list> | ReturnType<typeof address.list>

function stream(listing: Listing, use: Consumer): Promise<Outcome> {
  return awaited(async () => {
    let count = 0
    await host.forEach(listing as ReturnType<typeof link.list>, found => {
      sink += use(found)
      count++
    })
    return count
  })
}

function streamSync(listing: Listing, use: Consumer): Outcome {
  let count = 0
  const stop = stopwatch()
  host.forEachSync(listing as ReturnType<typeof link.list>, found => {
    sink += use(found)
    count++
  })
  return { ...stop(), count }
}

/** Does `work`, which answers how many messages there were. */
async function awaited(work: () => Promise<number>): Promise<Outcome> {
  const stop = stopwatch()
  const count = await work()
  return { ...stop(), count }
}

/** C and netloom in turns, so that what disturbs the machine disturbs both. */
async function measure(all: readonly Work[]): Promise<Result[]> {
  const samples = all.map(() => ({ c: [] as Outcome[], netloom: [] as Outcome[] }))
  for (let round = -warm; round < rounds; round++) {
    for (const [i, work] of all.entries()) {
      const c = await floor.run(work.floor)
      const netloom = await work.run()
      if (c.count !== netloom.count)
        throw new Error(`${work.name}: C received ${c.count} messages, netloom ${netloom.count}`)
      if (round < 0) continue
      samples[i]!.c.push(c)
      samples[i]!.netloom.push(netloom)
    }
  }
  return all.map(({ name, goal }, i) => {
    const of = (side: 'c' | 'netloom', what: keyof Duration): number =>
      median(samples[i]![side].map(outcome => outcome[what] / outcome.count))
    const [c, netloom] = [of('c', 'nanoseconds'), of('netloom', 'nanoseconds')]
    return { name, goal, c, netloom, ratio: netloom / c, processor: of('netloom', 'processor') / of('c', 'processor') }
  })
}

function report(of: typeof versions, found: readonly Result[]): void {
  const rows = found.map(({ name, goal, c, netloom, ratio, processor }) => [
    name,
    (c / 1000).toFixed(2),
    (netloom / 1000).toFixed(2),
    ratio.toFixed(2),
    processor.toFixed(2),
    goal === undefined ? '' : `≤ ${goal}`,
    goal === undefined ? '' : ratio <= goal ? 'reached' : 'missed',
  ])
  console.log(`Linux ${of.kernel}, node ${of.node}, ${of.processor}`)
  console.log(`medians of ${rounds} rounds after ${warm} to warm up, microseconds a message\n`)
  console.log(table([['', 'C', 'netloom', 'ratio', 'of processor time', 'goal', ''], ...rows]))
  const directory = new URL('results/', import.meta.url)
  mkdirSync(directory, { recursive: true })
  const file = new URL(`${new Date().toISOString().replaceAll(':', '-')}.json`, directory)
  writeFileSync(file, `${JSON.stringify({ versions: of, size, rounds, warm, calls, results: found }, null, 2)}\n`)
}
