// Attributes whose numbers (a link's index) are known only where the request runs, put together in the order in which
// the options are written, as iproute2 sends its arguments.
import type { Reference, Resolved } from '../netlink/request.ts'

/** Something that is whole once what it refers to has numbers. */
export interface Pending<T> {
  readonly needs: readonly Reference[]
  value(resolved: Resolved): T
}

/** What is whole already. */
export const ready = <T>(value: T): Pending<T> => ({ needs: [], value: () => value })

export class Parts<A extends object> implements Pending<A> {
  readonly needs: Reference[] = []
  readonly #parts: ((resolved: Resolved) => A)[] = []

  add(attributes: A): void {
    this.#parts.push(() => attributes)
  }

  /** Adds what `make` makes of something that is not whole yet. */
  refer<T>(pending: Pending<T>, make: (value: T) => A): void {
    this.needs.push(...pending.needs)
    this.#parts.push(resolved => make(pending.value(resolved)))
  }

  value(resolved: Resolved): A {
    return Object.assign({}, ...this.#parts.map(part => part(resolved)))
  }
}

/** Calls the writer of each option that is given, in the order in which they are. */
export function writeOptions<O extends object, A extends object, C>(
  options: O,
  writers: Writers<O, A, C>,
  parts: Parts<A>,
  context: C,
): void {
  for (const [key, value] of Object.entries(options)) {
    if (value === undefined) continue
    writers[key as keyof O]?.(parts, value, context)
  }
}

/** How each option becomes attributes; those that are none (they go into the header) have no writer. */
export type Writers<O, A extends object, C> = {
  readonly [K in keyof O]?: (parts: Parts<A>, value: NonNullable<O[K]>, context: C) => void
}
