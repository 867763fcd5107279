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

/** Nanoseconds of one call. */
export function timed(run: () => void): number {
  const before = process.hrtime.bigint()
  run()
  return Number(process.hrtime.bigint() - before)
}

/** Nanoseconds of processor time (all threads: garbage collection too), which other processes do not disturb. */
function processorTime(run: () => void): number {
  const before = process.cpuUsage()
  run()
  const { user, system } = process.cpuUsage(before)
  return (user + system) * 1000
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
      const spent = processorTime(() => {
        for (let i = 0; i < times; i++) run()
      })
      samples.get(name)!.push(spent / times / units)
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
