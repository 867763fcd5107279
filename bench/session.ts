// One run of the bench: prepares the links, addresses and routes, lets the contenders take turns, prints medians and
// ratios and writes them to results/. Run by run.ts, inside a sandbox.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, release } from 'node:os'
import { join } from 'node:path'
import { Netlink } from '../src/index.ts'
import type { Program, Ready } from './contenders/index.ts'
import { ContenderProcess, type Outcome } from './contenders/process.ts'
import { median } from './measure.ts'
import { type Figures, report, type WorkResult } from './report.ts'
import { prepare, prepareBusy } from './setup.ts'
import { type Work, works } from './works.ts'

/** How thorough a run is. */
interface Plan {
  readonly size: { readonly links: number; readonly addresses: number; readonly routes: number }
  readonly calls: number
  readonly pairs: number
  readonly fill: { readonly addresses: number; readonly links: number }
  readonly events: number
  readonly rounds: number
  /** At least so many pieces to warm up… */
  readonly warm: number
  /** …and at most so many seconds; as long again for the rounds of a contender that is slow. */
  readonly budget: number
}
const FULL: Plan = {
  size: { links: 4_000, addresses: 20_000, routes: 160_000 },
  calls: 2_000,
  pairs: 1_000,
  fill: { addresses: 10_000, links: 100 },
  events: 20_000,
  rounds: 15,
  warm: 10,
  budget: 6,
}
const QUICK: Plan = {
  size: { links: 400, addresses: 2_000, routes: 16_000 },
  calls: 500,
  pairs: 50,
  fill: { addresses: 1_000, links: 10 },
  events: 4_000,
  rounds: 5,
  warm: 4,
  budget: 0.4,
}
/** The warm-up ends when so many pieces in a row were not faster, by this factor, than the fastest before. */
const SETTLED = { pieces: 5, factor: 0.98 }
/** However slow a contender is. */
const LEAST_ROUNDS = 3

process.once('uncaughtException', error => {
  console.error(`bench: ${error.stack}`)
  process.exit(1)
})
if (process.env['NETLOOM_SANDBOX'] !== '1')
  throw new Error('this makes thousands of links: run it in a sandbox (npm run bench)')
const [root = '', ...words] = process.argv.slice(2)
const quick = words.includes('--quick')
const only = words.filter(word => !word.startsWith('--'))
const plan = quick ? QUICK : FULL
const ready: Ready[] = JSON.parse(readFileSync(join(root, 'bench/cache/ready.json'), 'utf8'))

using host = Netlink.open()
const began = performance.now()
const index = await prepare(host, plan.size)
await prepareBusy()
const { links, addresses, routes } = plan.size
console.log(
  `${links} links, ${addresses} addresses, ${routes} routes: made in ${Math.round(performance.now() - began)} ms`,
)
const results: WorkResult[] = []
for (const work of works({ ...plan, index }, root)) {
  if (only.length > 0 && !only.some(word => work.name.includes(word))) continue
  results.push(await measure(work))
}
const versions = {
  kernel: release(),
  node: process.version,
  processor: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
  ...Object.fromEntries(
    ready.map(contender => [
      contender.name,
      'missing' in contender ? `missing: ${contender.missing}` : contender.version,
    ]),
  ),
}
const text = report(results)
console.log(text)
for (const [name, version] of Object.entries(versions)) console.log(`${name}: ${version}`)
console.log(
  `medians of ${plan.rounds} rounds (fewer, at least ${LEAST_ROUNDS}, for who is slow). Warm-up of each: ${plan.warm} pieces and on until ${SETTLED.pieces} in a row were no faster, or ${plan.budget} s. Load ${loadavg()
    .map(load => load.toFixed(1))
    .join(' ')}`,
)
const directory = join(root, 'bench/results')
mkdirSync(directory, { recursive: true })
const file = join(directory, `${new Date().toISOString().replaceAll(':', '-')}.json`)
writeFileSync(file, `${JSON.stringify({ versions, plan, settled: SETTLED, load: loadavg(), results }, null, 2)}\n`)

/** One of those who do a work. */
interface Entrant {
  readonly name: string
  readonly line: string
  readonly process: ContenderProcess
  readonly samples: Outcome[]
  /** Nanoseconds that its rounds took. */
  spent: number
}

async function measure(work: Work): Promise<WorkResult> {
  const all = enter(work)
  try {
    const entrants: Entrant[] = []
    for (const entrant of all) {
      // Who fails now is left out, and named; who fails later ends the run.
      const does = await warmUp(work, entrant).catch((error: Error) => console.error(`left out: ${error.message}`))
      if (does) entrants.push(entrant)
    }
    for (let round = 0; round < plan.rounds; round++) {
      // Another one begins each round.
      const first = round % entrants.length
      for (const entrant of [...entrants.slice(first), ...entrants.slice(0, first)]) {
        if (round >= LEAST_ROUNDS && entrant.spent > plan.budget * 1e9) continue
        const outcome = (await piece(work, entrant))!
        entrant.spent += outcome.nanoseconds
        entrant.samples.push(outcome)
      }
    }
    return { name: work.name, unit: work.unit, goals: work.goals, figures: entrants.map(figures) }
  } finally {
    for (const { process } of all) process[Symbol.dispose]()
  }
}

function enter({ line, commands = {}, netns }: Work): Entrant[] {
  const entrant = (name: string, of: string, told: string): Entrant[] => {
    const program = ready.find(contender => contender.name === of)
    if (!program || 'missing' in program) return []
    return [{ name, line: told, process: new ContenderProcess(name, program as Program, netns), samples: [], spent: 0 }]
  }
  return [
    ...(line ? ready.filter(({ name }) => name !== 'commands').flatMap(({ name }) => entrant(name, name, line)) : []),
    ...Object.entries(commands).flatMap(([name, argv]) => entrant(name, 'commands', `run ${argv.join('\t')}`)),
  ]
}

async function piece(work: Work, { process, line }: Entrant): Promise<Outcome | undefined> {
  await work.before?.()
  return process.run(line, work.onReady)
}

/** Until it is no longer getting faster. False where it does not do this work. */
async function warmUp(work: Work, entrant: Entrant): Promise<boolean> {
  let fastest = Number.POSITIVE_INFINITY
  let since = 0
  let spent = 0
  for (let pieces = 1; ; pieces++) {
    const outcome = await piece(work, entrant)
    if (!outcome) return false
    spent += outcome.nanoseconds
    since = outcome.nanoseconds < fastest * SETTLED.factor ? 0 : since + 1
    fastest = Math.min(fastest, outcome.nanoseconds)
    if (spent > plan.budget * 1e9 || (pieces >= plan.warm && since >= SETTLED.pieces)) return true
  }
}

function figures({ name, samples }: Entrant): Figures {
  const counts = new Set(samples.map(({ count }) => count))
  if (counts.size !== 1) throw new Error(`${name} found now ${[...counts].join(', now ')} objects`)
  const of = (what: keyof Outcome): number => median(samples.map(sample => sample[what]))
  return {
    name,
    rounds: samples.length,
    count: samples[0]!.count,
    wall: of('nanoseconds'),
    processor: of('processor'),
    memory: of('memory') * 1024,
  }
}
