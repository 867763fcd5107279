// Two lists side by side: what belongs together, by one key after the other, the most exact first. What stands between
// two that belong together is looked at again by the next key, so an insertion does not shift what follows.

/** Places in both lists; one of them is missing where an item has no counterpart. */
export interface Pair {
  readonly a?: number
  readonly b?: number
}

/** A range of both lists. */
interface Gap {
  readonly a: readonly [from: number, to: number]
  readonly b: readonly [from: number, to: number]
}

/** `keys` answer each list's keys, the most exact first. Pairs come in order. */
export function align(keys: readonly { readonly a: readonly string[]; readonly b: readonly string[] }[]): Pair[] {
  const [first] = keys
  if (!first) return []
  return alignGap(keys, { a: [0, first.a.length], b: [0, first.b.length] })
}

function alignGap(keys: readonly { readonly a: readonly string[]; readonly b: readonly string[] }[], gap: Gap): Pair[] {
  const [key, ...rest] = keys
  if (!key) return [...range(gap.a).map(a => ({ a })), ...range(gap.b).map(b => ({ b }))]
  if (gap.a[0] === gap.a[1] || gap.b[0] === gap.b[1]) return alignGap([], gap)
  const pairs: Pair[] = []
  let a = gap.a[0]
  let b = gap.b[0]
  for (const [matchA, matchB] of common(key.a, key.b, gap)) {
    if (matchA > a || matchB > b) pairs.push(...alignGap(rest, { a: [a, matchA], b: [b, matchB] }))
    pairs.push({ a: matchA, b: matchB })
    a = matchA + 1
    b = matchB + 1
  }
  if (a < gap.a[1] || b < gap.b[1]) pairs.push(...alignGap(rest, { a: [a, gap.a[1]], b: [b, gap.b[1]] }))
  return pairs
}

const range = ([from, to]: readonly [number, number]): number[] => Array.from({ length: to - from }, (_, i) => from + i)

/** Differences beyond which a gap is given to the next key as it is: the search grows with their square. */
const MOST_DIFFERENCES = 2000

/** A longest common subsequence of a gap, as pairs of places: Myers, 'An O(ND) Difference Algorithm' (1986). */
function common(a: readonly string[], b: readonly string[], gap: Gap): [number, number][] {
  const [startA, endA] = gap.a
  const [startB, endB] = gap.b
  const n = endA - startA
  const m = endB - startB
  const limit = Math.min(n + m, MOST_DIFFERENCES)
  const size = 2 * limit + 3
  const middle = limit + 1
  const furthest = new Int32Array(size)
  const trace: Int32Array[] = []
  for (let d = 0; d <= limit; d++) {
    trace.push(furthest.slice(middle - d - 1, middle + d + 2))
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && furthest[middle + k - 1]! < furthest[middle + k + 1]!)
      let x = down ? furthest[middle + k + 1]! : furthest[middle + k - 1]! + 1
      while (x < n && x - k < m && x - k >= 0 && a[startA + x] === b[startB + x - k]) x++
      furthest[middle + k] = x
      if (x >= n && x - k >= m) return walkBack(trace, n, m).map(([i, j]) => [startA + i, startB + j])
    }
  }
  return []
}

/** The matches on the way that `trace` found; its row d begins at diagonal -d - 1. */
function walkBack(trace: readonly Int32Array[], n: number, m: number): [number, number][] {
  const matches: [number, number][] = []
  let x = n
  let y = m
  for (let d = trace.length - 1; d >= 0; d--) {
    const at = (diagonal: number): number => trace[d]![diagonal + d + 1]!
    const k = x - y
    const down = k === -d || (k !== d && at(k - 1) < at(k + 1))
    const from = down ? k + 1 : k - 1
    const fromX = d === 0 ? 0 : at(from)
    const fromY = d === 0 ? 0 : fromX - from
    while (x > fromX && y > fromY) {
      x--
      y--
      matches.push([x, y])
    }
    x = fromX
    y = fromY
  }
  return matches.reverse()
}
