// Writes attributes from an object, in the order of its keys, so that what you write is what goes out.
import { NLA_F_NESTED, type Writer } from './attribute.ts'
import { type Fields, shown } from './codec.ts'
import { InvalidValueError, type RowInfo, type Table, type UnknownAttribute } from './table.ts'

/** Writes every attribute of `value` that is not undefined. Throws InvalidValueError with the path to what is wrong. */
export const encodeAttributes = (table: Table, w: Writer, value: Fields, header: Fields): void =>
  encodeRows(table, w, value, header, header)

/** The same for a message's own attributes: as in decoding, what is inside them sees them and the header as one. */
export const encodeBody = (table: Table, w: Writer, value: Fields, header: Fields): void =>
  encodeRows(table, w, value, header, undefined)

function encodeRows(table: Table, w: Writer, value: Fields, header: Fields, inner: Fields | undefined): void {
  if (typeof value !== 'object' || value === null) throw new TypeError(`must be an object, not ${shown(value)}`)
  let key = ''
  try {
    for (key in value) {
      const item = value[key]
      if (item === undefined) continue
      const row = table.byKey.get(key)
      if (row?.inside) encodeAttribute(row, w, item, (inner ??= Object.assign({}, header, value)), value)
      else if (row) encodeAttribute(row, w, item, header, value)
      else if (key === 'unknown') encodeUnknown(w, item)
      else throw new RangeError(`is no attribute of ${table.name}; one of: ${[...table.byKey.keys()].join(', ')}`)
    }
  } catch (error) {
    throw below(key, error)
  }
}

function encodeAttribute(row: RowInfo, w: Writer, item: unknown, header: Fields, siblings: Fields): void {
  if (row.many) {
    for (const one of listed(item as unknown[])) encodeOne(row, w, [one], header, siblings)
  } else if (item !== false || row.codec.kind !== 'flag') encodeOne(row, w, item, header, siblings)
}

function encodeOne(row: RowInfo, w: Writer, item: unknown, header: Fields, siblings: Fields): void {
  const { flagged } = row
  const nested = typeof flagged === 'function' ? flagged(header, siblings) : flagged
  const at = w.fork(row.type | (nested ? NLA_F_NESTED : 0))
  row.write(w, item, header, siblings)
  w.join(at)
}

function encodeUnknown(w: Writer, item: unknown): void {
  for (const { type, bytes } of listed(item as UnknownAttribute[])) {
    const at = w.fork(type)
    w.raw(bytes)
    w.join(at)
  }
}

/** The value as a list; throws where it is none. */
export function listed<T>(value: readonly T[]): readonly T[] {
  if (!Array.isArray(value)) throw new TypeError(`must be a list, not ${shown(value)}`)
  return value
}

/** Puts `key` before the path of what `write` throws. */
export function within(key: string, write: () => void): void {
  try {
    write()
  } catch (error) {
    throw below(key, error)
  }
}

/** The error with `key` before its path. */
function below(key: string, error: unknown): InvalidValueError {
  return error instanceof InvalidValueError
    ? new InvalidValueError([key, ...error.path], error.reason)
    : new InvalidValueError([key], (error as Error).message)
}
