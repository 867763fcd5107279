// What every op checks of its options: that each key is known.
import { InvalidValueError } from '../netlink/table.ts'

/** Refuses unknown keys (a typo would be lost in silence), naming the nearest known one. */
export function checkKeys(op: string, options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null)
    throw new InvalidValueError([op], `takes an object of options, not ${String(options)}`)
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue
    const near = nearest(key, known)
    throw new InvalidValueError(
      [key],
      `is no option of ${op}${near ? `: did you mean '${near}'?` : ''} (known: ${known.join(', ')})`,
    )
  }
}

/** The word of `list` that is fewest edits away, if it is near at all. */
export function nearest(word: string, list: readonly string[]): string | undefined {
  let best: string | undefined
  let bestDistance = Math.max(2, Math.ceil(word.length / 3)) + 1
  for (const candidate of list) {
    const distance = edits(word.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** Levenshtein's distance. */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
    row = next
  }
  return row[b.length]!
}
