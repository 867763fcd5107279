// The fuzzer as a command:
//
//   npm run fuzz -- [--rounds N] [--seed N] [--from ROUND] [--json N] [--views N] [--code N]
//
// Each round changes a datagram of a fixture, dissects it, makes it again from its values, and shows it as a line; each n-th
// round is also shown as JSON, which must be valid (1: all), as tree and bytes, and as calls. It ends with status 1 at the
// first exception, difference, control character or invalid JSON, or when a round takes longer than PATIENCE, and says how
// to have that round again.
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { caseOf, check, type Every, hexOf, originals } from './fuzzer.ts'

/** Seconds for one round, which takes some microseconds. */
const PATIENCE = 10
const TELL_EVERY = 100_000

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    from: { type: 'string', default: '0' },
    json: { type: 'string', default: '1' },
    views: { type: 'string', default: '16' },
    code: { type: 'string', default: '64' },
  },
})

const whole = (name: keyof typeof values): number => {
  const value = Number(values[name])
  if (Number.isSafeInteger(value) && value >= 0) return value
  process.stderr.write(`--${name} must be a whole number, not '${values[name]}'\n`)
  process.exit(2)
}
const [seed, from, rounds] = [whole('seed'), whole('from'), whole('rounds')]
// Errors of broken bytes are made and caught in most rounds; where they come from is of interest for one round only.
if (rounds > 1) Error.stackTraceLimit = 0
const every: Every = { json: whole('json'), views: whole('views'), code: whole('code') }

/** A thread that looks whether the rounds go on: the main one cannot while it hangs. */
const progress = new Int32Array(new SharedArrayBuffer(4))
const watchdog = new Worker(
  `const { workerData } = require('node:worker_threads')
   const { writeSync } = require('node:fs')
   let last = -1
   setInterval(() => {
     const now = Atomics.load(workerData.progress, 0)
     if (now === last) {
       writeSync(2, 'round ' + now + ' hangs: npm run fuzz -- --seed ' + workerData.seed + ' --from ' + now + ' --rounds 1\\n')
       process.kill(process.pid, 'SIGKILL')
     }
     last = now
   }, workerData.patience * 1000)`,
  { eval: true, workerData: { progress, seed, patience: PATIENCE } },
)
watchdog.unref()

process.stdout.write(
  `seed ${seed}: ${rounds} rounds over ${originals.length} datagrams; JSON of each ${every.json}., tree and bytes of each ${every.views}., calls of each ${every.code}.\n`,
)
const begun = Date.now()
let messages = 0
let slowest = { round: from, milliseconds: 0 }
for (let round = from; round < from + rounds; round++) {
  Atomics.store(progress, 0, round)
  const one = caseOf(seed, round)
  const start = performance.now()
  try {
    messages += check(one, round, every)
  } catch (error) {
    process.stderr.write(
      `round ${round}, of ${one.file}, protocol ${one.protocol}: ${error instanceof Error ? error.stack : error}\n` +
        `${hexOf(one.bytes)}\nagain: npm run fuzz -- --seed ${seed} --from ${round} --rounds 1\n`,
    )
    process.exit(1)
  }
  const milliseconds = performance.now() - start
  if (milliseconds > slowest.milliseconds) slowest = { round, milliseconds }
  if ((round + 1 - from) % TELL_EVERY === 0) tell(round + 1 - from)
}
tell(rounds)
process.exit(0)

function tell(done: number): void {
  const seconds = (Date.now() - begun) / 1000
  const memory = Math.round(process.memoryUsage().rss / 2 ** 20)
  process.stdout.write(
    `${done} rounds, ${messages} messages, ${seconds.toFixed(0)} s, slowest ${slowest.milliseconds.toFixed(1)} ms (round ${slowest.round}), ${memory} MiB\n`,
  )
}
