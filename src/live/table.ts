// One kind of object in one namespace, as far as events and dumps have told: what an event changes, and what a dump
// shows to be different. Objects are kept in groups: those that an event can be about. Pure, no I/O.

/**
 * What an event says. Of an object that is alone in its group: it is there (`put`), or gone (`drop`). Of others: it is
 * there beside others, in place of another, or gone.
 */
export type Doing = 'put' | 'drop' | 'add' | 'replace' | 'remove'

/** One difference. */
export interface Difference<V> {
  readonly before: V | undefined
  readonly after: V | undefined
}

/** What is known of a kind of object. */
export interface Kind<V> {
  /** Objects with the same are one, or cannot be told apart by an event's words alone. */
  group(value: V): string
  /** Keys, at any depth, whose values change without a word: two objects that differ only in them are equal. */
  readonly volatile: ReadonlySet<string>
  /** Keys that do not make another object of it, where a group has several. */
  readonly state: ReadonlySet<string>
  /** The kernel may make one object of several (the ways of an IPv6 route): what `add` did beside others is not known. */
  readonly merges?: true
  /** Objects may be there several times, all the same (rules). */
  readonly repeats?: true
}

const NOTHING: readonly never[] = []

export class Table<V extends object> {
  readonly #kind: Kind<V>
  readonly #groups = new Map<string, readonly V[]>()
  /** The groups that events have been about since a dump began. */
  #touched: Set<string> | undefined
  /** An event left open what it did: only a dump can tell. */
  doubtful = false

  constructor(kind: Kind<V>) {
    this.#kind = kind
  }

  *values(): IterableIterator<V> {
    for (const group of this.#groups.values()) yield* group
  }

  get(group: string): V | undefined {
    return this.#groups.get(group)?.[0]
  }

  /** An event. Answers what became different. */
  apply(doing: Doing, value: V): Difference<V>[] {
    const key = this.#kind.group(value)
    this.#touched?.add(key)
    const before = this.#groups.get(key) ?? NOTHING
    return this.#become(key, before, this.#after(doing, value, before))
  }

  #after(doing: Doing, value: V, before: readonly V[]): readonly V[] {
    if (doing === 'put') return [value]
    if (doing === 'drop') return NOTHING
    if (doing === 'add' && this.#kind.repeats) return [...before, value]
    const at = before.findIndex(other => this.#sameObject(other, value))
    if (doing === 'remove') {
      // What is not known cannot go; where others are known instead, something was missed.
      if (at < 0 && before.length > 0) this.doubtful = true
      return before.filter((_, i) => i !== at)
    }
    if (at >= 0) return before.map((other, i) => (i === at ? value : other))
    if (before.length === 0) return [value]
    if (doing === 'replace' && before.length === 1) return [value]
    // Which one was replaced is not said; nor what became of the others.
    if (doing === 'replace' || this.#kind.merges) this.doubtful = true
    return doing === 'add' ? [...before, value] : before
  }

  /** A dump begins: what events say from now on is newer than what it may show. */
  begin(): void {
    this.#touched = new Set()
    this.doubtful = false
  }

  /** The dump is complete, and so are the events up to its end. Answers what it showed to be different. */
  end(shown: Iterable<V>): Difference<V>[] {
    const touched = this.#touched ?? new Set()
    this.#touched = undefined
    // Events came meanwhile: a dump may pass over an object while others beside it come and go.
    if (touched.size > 0) this.doubtful = true
    const groups = new Map<string, V[]>()
    for (const value of shown) {
      const key = this.#kind.group(value)
      const group = groups.get(key)
      if (group) group.push(value)
      else groups.set(key, [value])
    }
    const differences: Difference<V>[] = []
    for (const [key, before] of [...this.#groups]) {
      if (!groups.has(key) && !touched.has(key)) differences.push(...this.#become(key, before, NOTHING))
    }
    for (const [key, after] of groups) {
      if (!touched.has(key)) differences.push(...this.#become(key, this.#groups.get(key) ?? NOTHING, after))
    }
    return differences
  }

  /** An object as it was asked for; only where it is known. */
  refresh(value: V): Difference<V>[] {
    const key = this.#kind.group(value)
    const before = this.#groups.get(key)
    return before ? this.#become(key, before, [value]) : []
  }

  /** Everything is gone. */
  clear(): Difference<V>[] {
    return [...this.#groups].flatMap(([key, before]) => this.#become(key, before, NOTHING))
  }

  #become(key: string, before: readonly V[], after: readonly V[]): Difference<V>[] {
    if (after.length === 0) this.#groups.delete(key)
    else this.#groups.set(key, after)
    const left = [...before]
    const fresh: V[] = []
    const differences: Difference<V>[] = []
    for (const value of after) {
      const at = left.findIndex(other => other === value || this.#sameObject(other, value))
      if (at < 0) fresh.push(value)
      else {
        const [other] = left.splice(at, 1)
        if (!this.same(other!, value)) differences.push({ before: other, after: value })
      }
    }
    // The others of a group are what they were, changed.
    for (const value of fresh) differences.push({ before: left.shift(), after: value })
    for (const value of left) differences.push({ before: value, after: undefined })
    return differences
  }

  #sameObject(a: V, b: V): boolean {
    return equal(a, b, key => this.#kind.volatile.has(key) || this.#kind.state.has(key))
  }

  /** Whether nothing of note differs. */
  same(a: V, b: V): boolean {
    return equal(a, b, key => this.#kind.volatile.has(key))
  }

  /** The keys in which two differ. */
  differing(a: V, b: V): string[] {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)])
    return [...keys].filter(
      key =>
        !this.#kind.volatile.has(key) &&
        !equal((a as Values)[key], (b as Values)[key], inner => this.#kind.volatile.has(inner)),
    )
  }
}

type Values = Readonly<Record<string, unknown>>

/** Whether two decoded values are equal but for keys that `skip` names. */
export function equal(a: unknown, b: unknown, skip: (key: string) => boolean): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || ArrayBuffer.isView(a)) {
    const [x, y] = [a as ArrayLike<unknown>, b as ArrayLike<unknown>]
    if (x.length !== y.length) return false
    for (let i = 0; i < x.length; i++) if (!equal(x[i], y[i], skip)) return false
    return true
  }
  for (const key of Object.keys(a)) if (!skip(key) && !equal((a as Values)[key], (b as Values)[key], skip)) return false
  for (const key of Object.keys(b))
    if (!skip(key) && (a as Values)[key] === undefined && (b as Values)[key] !== undefined) return false
  return true
}
