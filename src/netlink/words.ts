// The kernel's words for numbers: enumerations (one word) and flags (a set of words), both ways.
// A number without a word stays a number, so nothing is lost.

/** An enumeration: `{ down: 2, up: 6 }`, with both directions ready. */
export interface Words<W extends string = string> {
  readonly name: string
  readonly byWord: ReadonlyMap<string, number>
  readonly byValue: ReadonlyMap<number, W>
  /** The words of small values by value: decoders look here first. */
  readonly small: readonly (W | undefined)[]
  /** The lists that flagWords has made: of small values by value, and the others. */
  readonly smallLists: (readonly any[] | undefined)[]
  readonly lists: Map<number, readonly any[]>
}

/** The words of an enumeration, under the name of the type that is declared with it: `type RouteScope = WordOf<typeof scopes>`. */
export type WordOf<S extends Words> = Exclude<S['small'][number], undefined>

/** Values below this one are in `small` and `smallLists`. */
const SMALL = 1024

/** Declares an enumeration; `name` is the kernel's name for it (a prefix of its constants), shown in errors. */
export const words = <const W extends string>(name: string, values: Readonly<Record<W, number>>): Words<W> =>
  new DeclaredWords(name, values)

type Directions<W extends string> = Pick<Words<W>, 'byWord' | 'byValue' | 'small'>

/** The directions are made when one is first asked for: most programs use few of all the words. */
class DeclaredWords<W extends string> implements Words<W> {
  readonly name: string
  readonly smallLists = []
  readonly lists = new Map()
  readonly #values: Readonly<Record<W, number>>
  #made: Directions<W> | undefined

  constructor(name: string, values: Readonly<Record<W, number>>) {
    this.name = name
    this.#values = values
  }
  get byWord() {
    return (this.#made ??= directions(this.#values)).byWord
  }
  get byValue() {
    return (this.#made ??= directions(this.#values)).byValue
  }
  get small() {
    return (this.#made ??= directions(this.#values)).small
  }
}

function directions<W extends string>(values: Readonly<Record<W, number>>): Directions<W> {
  const byWord = new Map<string, number>()
  const byValue = new Map<number, W>()
  for (const word of Object.keys(values) as W[]) {
    byWord.set(word, values[word])
    if (!byValue.has(values[word])) byValue.set(values[word], word)
  }
  const small: (W | undefined)[] = []
  for (const [value, word] of byValue) {
    if (value < 0 || value >= SMALL) continue
    while (small.length < value) small.push(undefined)
    small[value] = word
  }
  return { byWord, byValue, small }
}

/** The number of a word; a number passes through. Throws with what could stand there. */
export function wordValue(set: Words, word: string | number): number {
  if (typeof word === 'number') return word
  const value = set.byWord.get(word)
  if (value === undefined)
    throw new RangeError(`'${word}' is no ${set.name}; one of: ${[...set.byWord.keys()].join(', ')}`)
  return value
}

/** The word for a number, or the number itself. */
export function valueWord<W extends string>(set: Words<W>, value: number): W | number {
  return set.small[value] ?? set.byValue.get(value) ?? value
}

/** Sets of flags repeat, so each value's list is made once and frozen; the cache is bounded. */
const MOST_CACHED = 4096

/** The flags of a number as words, lowest bit first, with what has no word as one number at the end. */
export function flagWords<W extends string>(set: Words<W>, value: number): readonly (W | number)[] {
  return (value < SMALL ? set.smallLists[value] : set.lists.get(value)) ?? newList(set, value)
}

function newList<W extends string>(set: Words<W>, value: number): readonly (W | number)[] {
  const found: (W | number)[] = []
  let rest = value >>> 0
  for (const [bit, word] of set.byValue) {
    if (bit !== 0 && (rest & bit) >>> 0 === bit) {
      found.push(word)
      rest = (rest & ~bit) >>> 0
    }
  }
  if (rest !== 0) found.push(rest)
  const list = Object.freeze(found)
  if (value < SMALL) {
    while (set.smallLists.length <= value) set.smallLists.push(undefined)
    set.smallLists[value] = list
  } else if (set.lists.size < MOST_CACHED) set.lists.set(value, list)
  return list
}

/** The number of a set of flag words; a number passes through. */
export function flagsValue(set: Words, flags: number | readonly (string | number)[]): number {
  if (typeof flags === 'number') return flags
  let value = 0
  for (const flag of flags) value |= wordValue(set, flag)
  return value >>> 0
}
