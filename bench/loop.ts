// How long the event loop is held up: by the clock, and by the processor time that this process spent meanwhile.
import { monitorEventLoopDelay } from 'node:perf_hooks'

/** The histogram tells of the time between two looks: what is beyond one of these is delay. */
const RESOLUTION_MS = 1

/** Milliseconds. */
export interface Delay {
  readonly median: number
  /** 99 of 100 are shorter. */
  readonly most: number
  readonly longest: number
  /**
   * The longest turn by the processor time that this process (all of its threads) spent in it: what other processes
   * take of a busy machine is not our blocking.
   */
  readonly own: number
}

/** Begins to watch; what it answers ends it. */
export function watchLoop(): () => Delay {
  let own = 0
  let looked = { at: performance.now(), processor: process.cpuUsage() }
  const look = (): void => {
    const { user, system } = process.cpuUsage(looked.processor)
    const late = performance.now() - looked.at - RESOLUTION_MS
    own = Math.max(own, Math.min(late, (user + system) / 1000))
    looked = { at: performance.now(), processor: process.cpuUsage() }
  }
  const looking = setInterval(look, RESOLUTION_MS)
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delay.enable()
  return () => {
    look()
    delay.disable()
    clearInterval(looking)
    const [median, most] = [50, 99].map(percentile => delay.percentile(percentile) / 1e6 - RESOLUTION_MS)
    return { median: median!, most: most!, longest: delay.max / 1e6 - RESOLUTION_MS, own }
  }
}
