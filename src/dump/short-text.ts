// Values as a line shows them: words as they are, other text in quotes, objects and lists in short.
import { hexText } from '../netlink/text.ts'
import { quoted } from './value.ts'

const MOST_BYTES = 16

/** An attribute that no table has, in short. */
export function unknownText(value: unknown): string {
  const { type, bytes } = value as { type: number; bytes: Uint8Array }
  return `unknown(${type})=${bytesText(bytes)}`
}

const bytesText = (bytes: Uint8Array): string =>
  bytes.length <= MOST_BYTES ? hexText(bytes) : `${hexText(bytes.subarray(0, MOST_BYTES))}…(${bytes.length} bytes)`

const DEEPEST = 3
/** `key=value`; a flag is its key. */
export const pairText = (key: string, value: unknown, depth: number): string =>
  value === true ? key : `${key}=${valueText(value, depth)}`

/** An object's keys and values; a part of a pair of links (`peer`) has its line's own words. */
export const pairs = (value: object, depth: number): string[] =>
  Object.entries(value)
    .filter(([key, item]) => item !== undefined && key !== 'peer' && !(Array.isArray(item) && item.length === 0))
    .map(([key, item]) =>
      key === 'unknown' ? (item as unknown[]).map(unknownText).join(' ') : pairText(key, item, depth),
    )

/** One value. */
export function valueText(value: unknown, depth = 0): string {
  if (typeof value === 'string') return wordText(value)
  if (value instanceof Uint8Array) return value.length === 0 ? 'empty' : bytesText(value)
  if (Array.isArray(value)) return listText(value, depth)
  if (typeof value !== 'object' || value === null) return String(value)
  return depth >= DEEPEST ? '{…}' : `{${pairs(value, depth + 1).join(' ')}}`
}

const MOST_ITEMS = 8

/** Sets of flags are the same frozen lists again and again (words.ts): their texts are kept. */
const flagTexts = new WeakMap<readonly unknown[], string>()

/** Flags joined by commas; lists of objects in brackets. */
function listText(list: readonly unknown[], depth: number): string {
  if (list.length === 0) return '[]'
  const known = flagTexts.get(list)
  if (known !== undefined) return known
  if (list.some(item => typeof item === 'object')) {
    if (depth >= DEEPEST) return '[…]'
    const shown = list.slice(0, MOST_ITEMS).map(item => valueText(item, depth + 1))
    return `[${shown.join(' ')}${list.length > MOST_ITEMS ? ` …${list.length - MOST_ITEMS} more` : ''}]`
  }
  const text = list.map(item => (typeof item === 'number' ? `0x${item.toString(16)}` : valueText(item))).join(',')
  if (Object.isFrozen(list)) flagTexts.set(list, text)
  return text
}

/** The characters of words: letters, digits and `_ . : / % + * @ -`. */
const PLAIN = Uint8Array.from({ length: 128 }, (_, c) => (/[\w.:/%+*@-]/.test(String.fromCharCode(c)) ? 1 : 0))

/** Words as they are, other text in quotes. */
export function wordText(text: string): string {
  if (text.length === 0) return quoted(text)
  for (let i = 0; i < text.length; i++) if (PLAIN[text.charCodeAt(i)] !== 1) return quoted(text)
  return text
}

/** Whether bytes are a word as it is. */
export function isPlainText(b: Uint8Array, from: number, end: number): boolean {
  for (let i = from; i < end; i++) if (PLAIN[b[i]!] !== 1) return false
  return end > from
}
