// What the contenders in TypeScript share: the line protocol (see index.ts). Lines are read synchronously: between two
// works there is nothing to do, and events can be held back.
import { readSync } from 'node:fs'
import { type Duration, stopwatch } from '../measure.ts'

/** How many objects there were, with what took another time than the clock says; undefined: this program does not do it. */
export type Done = number | ({ readonly count: number } & Duration) | undefined

const NOTHING = { count: -1, nanoseconds: 0, processor: 0 }

/** Measures a work from its line on, but for what is done before `restart`. */
export interface Clock {
  restart(): void
  /** Says that this is ready, waits to be told to go, and measures from then on. Nothing else happens meanwhile. */
  waitForGo(): void
}

export async function serve(perform: (words: readonly string[], clock: Clock) => Promise<Done>): Promise<never> {
  let stop = stopwatch()
  const clock: Clock = {
    restart: () => {
      stop = stopwatch()
    },
    waitForGo() {
      console.log('ready')
      readLine()
      clock.restart()
    },
  }
  for (;;) {
    const line = readLine()
    // An open socket may keep the process alive.
    if (line === undefined) process.exit()
    clock.restart()
    const done = await perform(line.split(' '), clock)
    const { nanoseconds, processor, count } = typeof done === 'number' ? { ...stop(), count: done } : (done ?? NOTHING)
    console.log(count < 0 ? '-' : `${Math.round(nanoseconds)} ${count} ${Math.round(processor)} 0`)
  }
}

const chunk = new Uint8Array(4096)

/** Whoever writes to us writes one line and waits for the answer. */
function readLine(): string | undefined {
  const length = readSync(0, chunk)
  return length === 0 ? undefined : Buffer.from(chunk.subarray(0, length)).toString().trimEnd()
}
