// Writes attributes from an object, in the order of its keys, so that what you write is what goes out.
import { NLA_F_NESTED, type Writer } from './attribute.ts'
import { type Fields, shown } from './codec.ts'
import { InvalidValueError, isFlagged, isMany, type RowInfo, type Table, type UnknownAttribute } from './table.ts'

/** Writes every attribute of `value` that is not undefined. Throws InvalidValueError with the path to what is wrong. */
export function encodeAttributes(table: Table, w: Writer, value: Fields, header: Fields): void {
  if (typeof value !== 'object' || value === null) throw new TypeError(`must be an object, not ${shown(value)}`)
  for (const key of Object.keys(value)) {
    const item = value[key]
    if (item === undefined) continue
    if (key === 'unknown') {
      within(key, () => encodeUnknown(w, item))
      continue
    }
    const row = table.byKey.get(key)
    if (!row)
      throw new InvalidValueError(
        [key],
        `is no attribute of ${table.name}; one of: ${[...table.byKey.keys()].join(', ')}`,
      )
    encodeAttribute(row, w, item, header, value)
  }
}

function encodeAttribute(row: RowInfo, w: Writer, item: unknown, header: Fields, siblings: Fields): void {
  if (row.codec.kind === 'flag' && item === false) return
  within(row.key, () => {
    const each = isMany(row.codec) ? listed(item as unknown[]).map(one => [one]) : [item]
    for (const one of each) {
      const at = w.fork(row.type | (isFlagged(row.codec, header, siblings) ? NLA_F_NESTED : 0))
      row.codec.write(w, one, header, siblings)
      w.join(at)
    }
  })
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
    if (error instanceof InvalidValueError) throw new InvalidValueError([key, ...error.path], error.reason)
    throw new InvalidValueError([key], (error as Error).message)
  }
}
