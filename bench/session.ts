// One run of the bench: prepares the links, addresses and routes, lets the contenders take turns at each work, prints
// medians and ratios and writes them to results/. Run by run.ts, inside a sandbox.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, release } from 'node:os'
import { join } from 'node:path'
import { Netlink } from '../src/index.ts'
import type { Ready } from './contenders/index.ts'
import { figuresOf, goalsOf, type WorkResult } from './report.ts'
import { Rounds, SETTLED, type Thoroughness } from './rounds.ts'
import { prepare, prepareBusy, type Size } from './setup.ts'
import { type Scale, type Work, works } from './works.ts'

interface Plan {
  readonly size: Size
  readonly scale: Omit<Scale, 'index'>
  readonly how: Thoroughness
}
const FULL: Plan = {
  size: { links: 4_000, addresses: 20_000, routes: 160_000 },
  scale: { calls: 2_000, pairs: 1_000, fill: { addresses: 10_000, links: 100 }, events: 20_000 },
  how: { rounds: 11, patience: 5, leastRounds: 3, warm: 10, budget: 3, keep: false },
}
const QUICK: Plan = {
  size: { links: 400, addresses: 2_000, routes: 16_000 },
  scale: { calls: 1_000, pairs: 50, fill: { addresses: 1_000, links: 10 }, events: 4_000 },
  how: { rounds: 5, patience: 0, leastRounds: 1, warm: 6, budget: 0.4, keep: true },
}

process.once('uncaughtException', error => {
  console.error(`bench: ${error.message}`)
  process.exit(1)
})
if (process.env['NETLOOM_SANDBOX'] !== '1')
  throw new Error('this makes thousands of links: run it in a sandbox (npm run bench)')
const [root = '', ...words] = process.argv.slice(2)
const { size, scale, how } = words.includes('--quick') ? QUICK : FULL
const wanted = words.filter(word => !word.startsWith('--'))
const isWanted = ({ name }: Work): boolean => wanted.length === 0 || wanted.some(word => name.includes(word))
// Asked before anything is made: the index of a link is known only then.
const known = works({ ...scale, index: 0 }, root)
if (!known.some(isWanted))
  throw new Error(`no work is called ${wanted.join(' or ')}; there are: ${known.map(({ name }) => name).join('; ')}`)
const contenders: Ready[] = JSON.parse(readFileSync(join(root, 'bench/cache/ready.json'), 'utf8'))

using host = Netlink.open()
const began = performance.now()
const index = await prepare(host, size)
await prepareBusy()
const made = Math.round(performance.now() - began)
console.log(`${size.links} links, ${size.addresses} addresses, ${size.routes} routes: made in ${made} ms\n`)

using rounds = new Rounds(contenders, how)
const results: WorkResult[] = []
for (const work of works({ ...scale, index }, root)) {
  if (!isWanted(work)) continue
  const result = await rounds.measure(work)
  console.log(`${figuresOf(result)}\n`)
  results.push(result)
}

const versions = {
  kernel: release(),
  node: process.version,
  processor: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
  ...Object.fromEntries(
    contenders.map(found => [found.name, 'missing' in found ? `missing: ${found.missing}` : found.version]),
  ),
}
console.log(`${goalsOf(results)}\n`)
for (const [name, version] of Object.entries(versions)) console.log(`${name}: ${version}`)
console.log(`
Medians of ${how.rounds} rounds or more (of who is slow, at least ${how.leastRounds}). Each was warmed up: ${how.warm} pieces at least, and on until
${SETTLED.pieces} in a row took no less processor time, or ${how.budget} s of it. Load: ${loadavg()
  .map(load => load.toFixed(1))
  .join(', ')}.`)
const directory = join(root, 'bench/results')
mkdirSync(directory, { recursive: true })
writeFileSync(
  join(directory, `${new Date().toISOString().replaceAll(':', '-')}.json`),
  `${JSON.stringify({ versions, size, scale, how, settled: SETTLED, load: loadavg(), results }, null, 2)}\n`,
)
