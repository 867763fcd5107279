// What tc's kinds read from their words, and the errors they have in common: `What is "…"?`, `Illegal "…"`.
import type { Measure } from '../../ops/tc/measures.ts'
import { parsePercent, parseRate, parseSize, parseTime, parseTime64 } from '../../ops/tc/units.ts'
import { CommandError, USER } from '../errors.ts'
import { expected, type Keyword, type Keywords, readAll, short, type Words, whole } from '../words.ts'

/** What was read of a kind, by the keys of its options. */
export type Found = Record<string, any>
type Read = (words: Words, name: string) => unknown

/** A word that is no value of the keyword before it. */
export class IllegalError extends CommandError {
  readonly keyword: string
  readonly word: string

  constructor(words: Words, name: string, hint: string | undefined) {
    super(USER, `Illegal "${name}"`, words.point(hint))
    this.keyword = name
    this.word = words.last
  }
}

export const illegal = (words: Words, name: string, hint?: string): CommandError => new IllegalError(words, name, hint)

/** The last word is none of these. */
export const whatIs = (words: Words, known: readonly string[]): CommandError =>
  words.fail(`What is "${words.last}"?`, expected(words.last, known))

/** How a kind says the two things that all kinds say, where tc has other words for it there. */
export interface Voice {
  illegal?(name: string, word: string): string
  unknown?(word: string): string
}
/** The newer kinds' way. */
export const voiceOf = (kind: string): Voice => ({
  illegal: (name, word) => `${kind}: illegal value for "${name}": "${word}"`,
  unknown: word => `${kind}: unknown parameter "${word}"`,
})

interface ReadOptions {
  readonly voice?: Voice
  /** What stands for what is not said. */
  readonly found?: Found
  /** Where the words of others begin. */
  readonly until?: (words: Words) => boolean
}

/** Reads keywords to the end, or until a word that belongs to others. */
export function readOptions(words: Words, table: Keywords<Found>, options: ReadOptions = {}): Found {
  const { voice = {}, found = {}, until } = options
  const refuse = (): never => {
    const word = words.take()
    const hint = expected(word, Object.keys(table))
    throw voice.unknown ? words.fail(voice.unknown(word), hint) : whatIs(words, Object.keys(table))
  }
  try {
    readAll(words, table, found, refuse, until)
  } catch (error) {
    if (!(error instanceof IllegalError && voice.illegal)) throw error
    throw new CommandError(USER, voice.illegal(error.keyword, error.word), error.explanation)
  }
  return found
}

/** `keys` of what was read, in this order: tc's attributes have one of their own, whatever that of the words. */
export const inOrder = (found: Found, ...keys: readonly string[]): Found =>
  Object.fromEntries(keys.map(key => [key, found[key]]))

// ── numbers ────────────────────────────────────────────────────────────────

const DIGITS: Readonly<Record<number, RegExp>> = { 10: /^\d+$/, 16: /^(0x)?[\da-f]+$/i }

/** C's strtoul: base 0 takes decimal, `0x…` and octal `0…`. undefined: it is no number. */
export function parseNumber(text: string, base = 0): number | undefined {
  if (base === 0) {
    if (/^0x[\da-f]+$/i.test(text)) return Number.parseInt(text.slice(2), 16)
    if (/^0[0-7]+$/.test(text)) return Number.parseInt(text, 8)
    return /^\d+$/.test(text) ? Number(text) : undefined
  }
  return DIGITS[base]!.test(text) ? Number.parseInt(text, base) : undefined
}

const U32 = 0xffffffff

/** Reads a whole number. */
export const unsigned =
  (base = 0, most = U32): Read =>
  (words, name): number => {
    const value = parseNumber(words.take('a number'), base)
    if (value === undefined || value > most) throw illegal(words, name, `a whole number from 0 to ${most} is expected`)
    return value
  }
export const u8 = unsigned(0, 0xff)
export const u16 = unsigned(0, 0xffff)
export const u32 = unsigned()

/** Reads a whole number with a sign. */
export const signed: Read = (words, name): number => {
  const text = words.take('a number')
  const value = parseNumber(text.replace(/^[-+]/, ''))
  if (value === undefined || value > 2 ** 31) throw illegal(words, name, 'a whole number is expected')
  return text.startsWith('-') ? -value : value
}

const measured =
  (parse: (text: string) => number | undefined, what: string): Read =>
  (words, name): number => {
    const value = parse(words.take(what))
    if (value === undefined) throw illegal(words, name, `${what} is expected`)
    return value
  }
/** Bytes a second. */
export const rate = measured(parseRate, 'a rate (10mbit, 1gbit, 100kbps)')
/** Bytes. */
export const size = measured(parseSize, 'a size (1500, 10kb, 1mb)')
/** Microseconds. */
export const time = measured(parseTime, 'a time (50ms, 1s, 20us)')
/** Nanoseconds. */
export const time64 = measured(parseTime64, 'a time (50ms, 1s, 20us)')
/** How what the library's table says of an option is read (ops/tc/measures.ts). */
export const UNITS: Readonly<Record<Measure, Read>> = {
  rate,
  size,
  microseconds: time,
  nanoseconds: time64,
  milliseconds: unsigned(),
  seconds: unsigned(),
}
/** A keyword whose value has the unit that the library's table of its kind says. */
export const inUnit = <K extends string>(table: Readonly<Record<K, Measure>>, key: K): Keyword<Found> =>
  exact(key, UNITS[table[key]])
/** 0 to 1. */
export const percent = measured(parsePercent, 'a percentage (25%)')
/** A number with a point. */
export const decimal = measured(text => (/^\d*\.?\d+(e-?\d+)?$/.test(text) ? Number(text) : undefined), 'a number')

/** A size, `10kb`, and the bytes that share a cell of the rate's table, `10kb/8`: their number's log2. */
export function sizeAndCell(words: Words, name: string): { size: number; cellLog: number | undefined } {
  const [text = '', cell] = words.take('a size (10kb, 10kb/8)').split('/')
  const bytes = parseSize(text)
  const cellLog = cell === undefined ? undefined : Math.log2(parseNumber(cell) ?? 0)
  if (bytes === undefined) throw illegal(words, name, 'a size (10kb, 10kb/8) is expected')
  if (cellLog !== undefined && !(Number.isInteger(cellLog) && cellLog < 32))
    throw illegal(words, name, 'the cell behind the slash is a power of 2')
  return { size: bytes, cellLog }
}

/** `ethernet`, `atm`, and `adsl`, which is ATM. */
export function linkLayer(words: Words, name: string): 'ethernet' | 'atm' {
  const word = words.take('a link layer')
  const found = ['ethernet', 'atm', 'adsl'].find(known => word !== '' && known.startsWith(word))
  if (found === undefined) throw illegal(words, name, expected(word, ['ethernet', 'atm', 'adsl']))
  return found === 'ethernet' ? 'ethernet' : 'atm'
}

/** A class's or a qdisc's handle: `1:10`, `1:`, `:10`, `root`, `none`. undefined: it is none. */
export function parseHandle(text: string): string | undefined {
  if (text === 'root' || text === 'none') return text
  const [, major = '', minor] = /^([\da-f]{0,8})(?::([\da-f]{0,4}))?$/i.exec(text) ?? []
  if (minor === undefined) {
    const value = /^[\da-f]{1,8}$/i.test(major) ? Number.parseInt(major, 16) : undefined
    return value === undefined ? undefined : `${(value >>> 16).toString(16)}:${(value & 0xffff).toString(16)}`
  }
  return major.length > 4 ? undefined : `${major}:${minor}`
}

export const classId: Read = (words, name): string => {
  const found = parseHandle(words.take('a class (1:10)'))
  if (found === undefined) throw illegal(words, name, 'a class, like 1:10, is expected')
  return found
}

// ── keywords ───────────────────────────────────────────────────────────────

/** A keyword whose value is kept under `key`. */
export const value = (key: string, read: Read, ...also: readonly string[]): Keyword<Found> =>
  short((words, found) => void (found[key] = read(words, words.last)), ...also)
/** One that must be written in full. */
export const exact = (key: string, read: Read, ...also: readonly string[]): Keyword<Found> =>
  whole((words, found) => void (found[key] = read(words, words.last)), ...also)
/** A keyword without a value. */
export const is = (key: string, content: unknown): Keyword<Found> => short((_, found) => void (found[key] = content))
export const isExactly = (key: string, content: unknown): Keyword<Found> =>
  whole((_, found) => void (found[key] = content))

/** `A/B`: a value and its mask, or the one alone. */
export function parsePair(
  text: string,
  parse: (text: string) => number | undefined,
): { value: number; mask: number | undefined } | undefined {
  const [first = '', second, ...rest] = text.split('/')
  const found = parse(first)
  const mask = second === undefined ? undefined : parse(second)
  if (found === undefined || rest.length > 0 || (second !== undefined && mask === undefined)) return undefined
  return { value: found, mask }
}

/** A link-layer address. */
export function mac(words: Words, name: string): string {
  const text = words.take('a link-layer address')
  if (!/^([\da-f]{1,2}:){5}[\da-f]{1,2}$/i.test(text))
    throw illegal(words, name, 'a link-layer address, like 02:00:00:00:00:01, is expected')
  return text
    .split(':')
    .map(part => part.padStart(2, '0').toLowerCase())
    .join(':')
}

/** Bytes in hexadecimal digits. */
export function hexBytes(text: string): Uint8Array | undefined {
  return /^([\da-f]{2})+$/i.test(text) ? Uint8Array.from(Buffer.from(text, 'hex')) : undefined
}
