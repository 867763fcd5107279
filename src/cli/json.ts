// JSON as iproute2 writes it: one line, or with `-p` its own indentation. Unlike JSON.stringify it writes 64-bit
// counters in full and numbers with fixed digits (a bridge's timers, `14.92`).

/** What the commands' JSON is made of. */
export type Json = string | number | bigint | boolean | null | Digits | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [key: string]: Json
}

/** A number with its digits as they shall be written: `0.00`. */
export class Digits {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

const INDENT = '    '

/** The text of `value`, without a newline at its end. */
export function writeJson(value: Json, pretty = false): string {
  const line = (depth: number): string => (pretty ? `\n${INDENT.repeat(depth)}` : '')
  const write = (item: Json, depth: number): string => {
    if (item instanceof Digits) return item.text
    if (typeof item === 'bigint') return String(item)
    if (typeof item !== 'object' || item === null) return JSON.stringify(item)
    if (isList(item)) {
      const items = item.map(part => write(part, depth + 1)).join(',')
      return pretty ? (items === '' ? '[ ]' : `[ ${items} ]`) : `[${items}]`
    }
    const members = Object.entries(item).map(
      ([key, part]) => `${line(depth + 1)}${JSON.stringify(key)}:${pretty ? ' ' : ''}${write(part, depth + 1)}`,
    )
    return members.length === 0 ? '{}' : `{${members.join(',')}${line(depth)}}`
  }
  return write(value, 0)
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)
