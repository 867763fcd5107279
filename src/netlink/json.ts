// Decoded values as JSON can hold them.
import { hexText } from './text.ts'

/** A copy that JSON can hold: bytes as hexadecimal digits, 64-bit counters as numbers while exact, else as strings. */
export function plainJson(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (value instanceof Uint8Array) return hexText(value)
  if (Array.isArray(value)) return value.map(plainJson)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainJson(item)]))
}
