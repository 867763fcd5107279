// How most actions read: their own words, then a verdict and an index, in any order that tc takes.
import { type Keywords, keyword, type Words } from '../../words.ts'
import type { Found } from '../values.ts'
import { indexOf, isVerdict, type Verdict, verdict } from './verdict.ts'

/** Reads words of the table as long as they are such, then a verdict and an index. */
export function readWhile(
  words: Words,
  table: Keywords<Found>,
  kind: string,
  otherwise: Verdict,
): Found & { action: Verdict; index: number | undefined } {
  const found: Found = {}
  for (let name = own(words, table); name !== undefined; name = own(words, table)) {
    words.take()
    table[name]!.read(words, found)
  }
  // Some write the index before the verdict.
  const before = indexOf(words, kind)
  const action = isVerdict(words.next) ? verdict(words) : otherwise
  return { ...found, action, index: before ?? indexOf(words, kind) }
}

/** What begins something else is none of the table's, however short. */
function own(words: Words, table: Keywords<Found>): string | undefined {
  const word = words.next
  if (word === undefined || word === 'action' || word === 'index') return undefined
  if (!Object.hasOwn(table, word) && (isVerdict(word) || word.length < 2)) return undefined
  return keyword(table, words)
}
