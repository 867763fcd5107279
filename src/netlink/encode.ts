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
      for (const { type, bytes } of item as UnknownAttribute[]) {
        const at = w.fork(type)
        w.raw(bytes)
        w.join(at)
      }
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
  const each = isMany(row.codec) ? (item as unknown[]).map(one => [one]) : [item]
  for (const one of each) {
    const at = w.fork(row.type | (isFlagged(row.codec, header, siblings) ? NLA_F_NESTED : 0))
    try {
      row.codec.write(w, one, header, siblings)
    } catch (error) {
      if (error instanceof InvalidValueError) throw new InvalidValueError([row.key, ...error.path], error.reason)
      throw new InvalidValueError([row.key], (error as Error).message)
    }
    w.join(at)
  }
}
