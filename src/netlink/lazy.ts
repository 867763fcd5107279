// Tables that few programs need are made when the first message of their family is read, and not when the program
// starts: a thousand rows are some milliseconds.

/** The value of `make`, made at the first call. */
export function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}
