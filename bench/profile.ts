// Where netloom's own time goes: works are run under V8's sampling profiler, and what each function took itself is
// printed. `npm run bench -- profile WORD…`, the words as those of a run; a tenth of the size, as with --quick.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Netlink } from '../src/index.ts'
import { ContenderProcess } from './contenders/process.ts'
import { table } from './measure.ts'
import { prepare, prepareBusy } from './setup.ts'
import { type Work, works } from './works.ts'

const SIZE = { links: 400, addresses: 2_000, routes: 16_000 }
const SCALE = { calls: 2_000, pairs: 200, fill: { addresses: 2_000, links: 10 }, events: 10_000 }
/** Pieces of each work. Starting and compiling are in the profile too, but among so many they are little. */
const PIECES = 200
const PIECES_OF_CHANGES = 10
const MOST_LINES = 14

/** What is used of a .cpuprofile. */
interface Profile {
  readonly nodes: readonly {
    readonly id: number
    readonly children?: readonly number[]
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  }[]
  readonly samples: readonly number[]
  /** Microseconds. */
  readonly timeDeltas: readonly number[]
}

const root = fileURLToPath(new URL('..', import.meta.url))
const words = process.argv.slice(3)
using host = Netlink.open()
const index = await prepare(host, SIZE)
await prepareBusy()
for (const work of works({ ...SCALE, index }, root))
  if (words.some(word => work.name.includes(word))) console.log(`${work.name}\n\n${summary(await profiled(work))}\n`)

async function profiled(work: Work): Promise<Profile> {
  const directory = mkdtempSync(join(tmpdir(), 'netloom-profile-'))
  const node = [process.execPath, '--cpu-prof', `--cpu-prof-dir=${directory}`]
  try {
    if (work.line === undefined) {
      const [, ...args] = Object.entries(work.commands!).find(([name]) => name.startsWith('netloom'))![1]
      spawnSync(node[0]!, [...node.slice(1), ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
    } else {
      const contender = new ContenderProcess(
        'netloom',
        { argv: [...node, join(root, 'bench/cache/netloom.mjs')], version: '' },
        work.netns,
      )
      for (let i = 0; i < (work.before ? PIECES_OF_CHANGES : PIECES); i++) {
        await work.before?.()
        await contender.run(work.line, work.onReady)
      }
      await contender.end()
    }
    return JSON.parse(readFileSync(join(directory, readdirSync(directory)[0]!), 'utf8'))
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** Shares of the time that is not waiting for the next piece (serve.ts reads its line synchronously). */
function summary({ nodes, samples, timeDeltas }: Profile): string {
  const reading = nodes.filter(({ callFrame }) => callFrame.functionName === 'readSync')
  const waiting = new Set(reading.flatMap(({ id, children = [] }) => [id, ...children]))
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]))
  const own = new Map<string, number>()
  let all = 0
  for (const [i, id] of samples.entries()) {
    const name = names.get(id)!
    if (waiting.has(id) || name === '(idle)') continue
    own.set(name, (own.get(name) ?? 0) + timeDeltas[i]!)
    all += timeDeltas[i]!
  }
  const rows = [...own].toSorted((a, b) => b[1] - a[1]).slice(0, MOST_LINES)
  return table(rows.map(([name, time]) => [`  ${name}`, `${((100 * time) / all).toFixed(1)} %`]))
}

function nameOf({ functionName, url, lineNumber }: Profile['nodes'][number]['callFrame']): string {
  const name = functionName || 'anonymous'
  if (name.startsWith('(')) return name
  return url ? `${name} (${basename(url)}:${lineNumber + 1})` : `${name} (generated or native)`
}
