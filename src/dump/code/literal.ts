// Values as TypeScript writes them.
const SAFE_KEY = /^[A-Za-z_$][\w$]*$/
/** Quotes, backslashes, and what must not stand in a source as it is: controls, directions, line ends, lone surrogates. */
const ESCAPED = /[\\']|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/** A value as an expression; keys without a value are left out. */
export function literal(value: unknown): string {
  if (typeof value === 'string') return stringLiteral(value)
  if (typeof value === 'bigint') return `${value}n`
  if (value instanceof Uint8Array) return `Uint8Array.of(${value.join(', ')})`
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  const pairs = Object.entries(value).filter(([, item]) => item !== undefined)
  return pairs.length === 0 ? '{}' : `{ ${pairs.map(([key, item]) => pairText(key, item)).join(', ')} }`
}

const stringLiteral = (text: string): string =>
  `'${text.replace(ESCAPED, c => (c === "'" || c === '\\' ? `\\${c}` : `\\u{${c.codePointAt(0)!.toString(16)}}`))}'`

export const pairText = (key: string, value: unknown): string => `${keyText(key)}: ${literal(value)}`

export const keyText = (key: string): string => (SAFE_KEY.test(key) ? key : stringLiteral(key))
