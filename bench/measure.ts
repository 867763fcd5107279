// What the measurements share: rounds that alternate between contenders, medians, tables. Knows nothing of netlink.

/** One thing that is measured: `run` does `units` of it. */
export interface Contender {
  readonly name: string
  readonly units: number
  run(): void
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Nanoseconds of what is done between two looks at the clock, and of processor time that the process used meanwhile. */
export interface Duration {
  readonly nanoseconds: number
  /** All threads, garbage collection too. Other processes disturb it less. */
  readonly processor: number
}

/** Begins to measure; what it answers ends it. */
export function stopwatch(): () => Duration {
  const before = process.cpuUsage()
  const began = process.hrtime.bigint()
  return () => {
    const nanoseconds = Number(process.hrtime.bigint() - began)
    const { user, system } = process.cpuUsage(before)
    return { nanoseconds, processor: (user + system) * 1000 }
  }
}

/**
 * The median nanoseconds of processor time a unit of each contender: warmed up for `warm` ms, then measured in
 * alternating rounds.
 */
export function compare(contenders: readonly Contender[], rounds = 15, warm = 300): Map<string, number> {
  const samples = new Map(contenders.map(({ name }) => [name, [] as number[]]))
  const calls = new Map<string, number>()
  for (const { name, run } of contenders) {
    let count = 0
    const until = performance.now() + warm
    while (performance.now() < until) {
      run()
      count++
    }
    // A round lasts about 20 ms.
    calls.set(name, Math.max(1, Math.round((count * 20) / warm)))
  }
  for (let round = 0; round < rounds; round++) {
    for (const { name, units, run } of contenders) {
      const times = calls.get(name)!
      const stop = stopwatch()
      for (let i = 0; i < times; i++) run()
      samples.get(name)!.push(stop().processor / times / units)
    }
  }
  return new Map([...samples].map(([name, values]) => [name, median(values)]))
}

/** Columns of text, the first one left-aligned. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)))
  return rows
    .map(row => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '))
    .join('\n')
}
