// The time, for what is waited for.
/** Milliseconds, on a clock that never goes back. `performance` is that too, but brings node:perf_hooks with it. */
export function now(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1000 + nanoseconds / 1e6
}
