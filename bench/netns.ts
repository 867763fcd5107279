// Namespaces made and deleted, a thousand of them: the time of each tenth (flat, or something piles up), what is left
// of descriptors, mounts and threads, and `ip -batch` doing the same in the same run.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createNamed, deleteNamed, listNamed } from '../src/netns/named.ts'
import { median, stopwatch } from './measure.ts'

const count = Number(process.argv[3] ?? 1000)
const names = Array.from({ length: count }, (_, i) => `bench${i}`)

interface Left {
  descriptors: number
  mounts: number
  threads: number
}
const left = (): Left => ({
  descriptors: readdirSync('/proc/self/fd').length,
  mounts: readFileSync('/proc/self/mountinfo', 'utf8').split('\n').length,
  threads: readdirSync('/proc/self/task').length,
})

/** Microseconds of a call. */
function timed(run: () => void): number {
  const stop = stopwatch()
  run()
  return stop().nanoseconds / 1000
}

/** Microseconds of each call: the median of every tenth of the run. */
function tenths(work: (name: string) => void): number[] {
  const times = names.map(name => timed(() => work(name)))
  const size = Math.ceil(count / 10)
  return Array.from({ length: Math.ceil(count / size) }, (_, i) => median(times.slice(i * size, (i + 1) * size)))
}

function ipBatch(verb: 'add' | 'del'): number {
  const input = names.map(name => `netns ${verb} ${name}\n`).join('')
  let status: number | null = null
  const spent = timed(() => {
    status = spawnSync('ip', ['-batch', '-'], { input, stdio: ['pipe', 'ignore', 'inherit'] }).status
  })
  if (status !== 0) throw new Error(`ip -batch (netns ${verb}) ended with ${status}`)
  return spent / count
}

const shown = (values: readonly number[]): string => values.map(value => value.toFixed(0)).join(' ')

// The first creation makes the mount, the thread pool and the compiled code.
createNamed('warm')
deleteNamed('warm')
const before = left()
const made = tenths(createNamed)
const gone = tenths(deleteNamed)
const after = left()
const [ipMade, ipGone] = [ipBatch('add'), ipBatch('del')]

console.log(`${count} namespaces, microseconds each (median of every tenth)`)
console.log(`create   ${shown(made)}   ip -batch ${ipMade.toFixed(0)}   ratio ${(median(made) / ipMade).toFixed(2)}`)
console.log(`delete   ${shown(gone)}   ip -batch ${ipGone.toFixed(0)}   ratio ${(median(gone) / ipGone).toFixed(2)}`)
for (const key of Object.keys(before) as (keyof Left)[])
  console.log(`${key.padEnd(12)} ${before[key]} before, ${after[key]} after`)
if (listNamed().length > 0 || JSON.stringify(before) !== JSON.stringify(after)) {
  console.error('something was left behind')
  process.exitCode = 1
}
