// strace's times: the time of day (-t, -tt), seconds since 1970 (-ttt), or seconds since the call before (-r).

const DAY = 86_400_000_000_000n
/** Above this, seconds are counted from 1970; a difference between two calls is never as long. */
const FIRST_EPOCH = 100_000_000n

export class StraceClock {
  /** Of -r: the differences so far. */
  #sum = 0n
  /** Of -t: midnight of the day, counted from the first one. */
  #midnight = 0n
  #last = 0n

  /** Nanoseconds: since 1970, since the first day's midnight, or since the beginning. */
  read(text: string): bigint {
    const [whole, fraction = ''] = text.split('.') as [string, string?]
    const nanoseconds = BigInt(fraction.slice(0, 9).padEnd(9, '0'))
    if (whole.includes(':')) return this.#timeOfDay(whole, nanoseconds)
    const seconds = BigInt(whole)
    if (seconds >= FIRST_EPOCH) return seconds * 1_000_000_000n + nanoseconds
    this.#sum += seconds * 1_000_000_000n + nanoseconds
    return this.#sum
  }

  #timeOfDay(text: string, nanoseconds: bigint): bigint {
    const [hours, minutes, seconds] = text.split(':').map(Number) as [number, number, number]
    const time = BigInt(hours * 3600 + minutes * 60 + seconds) * 1_000_000_000n + nanoseconds
    if (time + DAY / 2n < this.#last - this.#midnight) this.#midnight += DAY
    this.#last = this.#midnight + time
    return this.#last
  }
}
