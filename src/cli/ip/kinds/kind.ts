// What a file of kinds/ exports: for each of its kinds the words behind `type KIND` and how `-d` prints it, side by
// side. And the forms that most options have: how a value is read, and how it is written.
import { plainJson } from '../../../netlink/json.ts'
import { ipBytes, ipv4Text, isIPv4 } from '../../../netlink/text.ts'
import { CommandError, USAGE } from '../../errors.ts'
import { Digits, type Json } from '../../json.ts'
import type { Session } from '../../session.ts'
import { linkName, type Names, type Sheet } from '../../sheet.ts'
import {
  choice,
  integer,
  type Keyword,
  type Keywords,
  onOff,
  parseInteger,
  short,
  type Words,
  whole,
} from '../../words.ts'
import { hardwareAddress } from '../link-words.ts'

/** The words of a kind (or of a master's ports), and how they are printed. */
export interface Kind {
  readonly words?: Options
  /** Before the first word: what iproute2 sends of its own where a link is made, what it has where it is changed. */
  start?(state: State): void
  /** Behind the last word: what it still adds, refuses and leaves out. */
  finish?(state: State): void
  readonly print?: Printer<any>
}
/** A file's kinds by name; `bond_slave`: the ports of a bond. */
export type Kinds = Readonly<Record<string, Kind>>

// ── reading ────────────────────────────────────────────────────────────────

/** A kind's options while they are read. */
export interface State {
  readonly session: Session
  readonly kind: string
  readonly data: Record<string, any>
  /** Whether a link is made, and not changed. */
  readonly creating: boolean
  /** The link that is changed. */
  readonly dev: string | undefined
  readonly help: () => never
}
/** A word of a kind; `value` stands for what follows it in the help. */
export interface Option extends Keyword<State> {
  readonly value?: string
}
export type Options = Keywords<State> & Readonly<Record<string, Option>>

export const U8 = 0xff
export const U16 = 0xffff

export const option = (value: string, read: Option['read'], ...also: readonly string[]): Option => ({
  ...short(read, ...also),
  value,
})
export const wholeOption = (value: string, read: Option['read'], ...also: readonly string[]): Option => ({
  ...whole(read, ...also),
  value,
})
export const number = (key: string, most?: number, value = 'NUMBER'): Option =>
  option(value, (words, { data }) => void (data[key] = integer(words, `invalid ${words.last}`, most)))
/** A number whose error is in words of its own. */
export const numberOr = (key: string, reason: string, most?: number, value = 'NUMBER'): Option =>
  option(value, (words, { data }) => void (data[key] = integer(words, reason, most)))
export const switched = (key: string): Option =>
  option('{ on | off }', (words, { data }) => void (data[key] = onOff(words, words.last)))
export const constant = (key: string, value: unknown): Option => short((_, { data }) => void (data[key] = value))
export const wholeConstant = (key: string, value: unknown): Option => whole((_, { data }) => void (data[key] = value))
export const word = <W extends string>(key: string, list: readonly W[]): Option =>
  option(`{ ${list.join(' | ')} }`, (words, { data }) => {
    const name = words.last
    data[key] = choice(words, list, `invalid ${name}`)
  })
/** A device, as its index. */
export const device = (key: string, reason?: string): Option =>
  option('DEVICE', (words, { data, session }) => {
    const name = words.take('a device')
    const found = session.find(name)
    if (!found && reason !== undefined) throw words.wrong(reason, session.absent(name))
    data[key] = (found ?? session.device(name)).index
  })
/** A link-layer address. */
export const lladdr = (key: string): Option =>
  option('LLADDR', (words, { data }) => void (data[key] = hardwareAddress(words)))

/** The value of a word that stands for a number, or the number. */
export function wordOr(words: Words, name: string, value: number, read: () => number): number {
  if (words.next !== name) return read()
  words.take()
  return value
}

/** Reads an address of one family; `any` is the unspecified one. */
export function readAddress(words: Words, family: 'inet' | 'inet6' | 'any'): string {
  const text = words.take('an address')
  if (text === 'any' || text === 'all' || text === 'default') return family === 'inet6' ? '::' : '0.0.0.0'
  const found = ipBytes(text) && (isIPv4(text) ? 'inet' : 'inet6')
  if (!found || (family !== 'any' && found !== family))
    throw words.fail(
      family === 'any'
        ? `Error: an inet address is expected rather than "${text}".`
        : `Error: ${family === 'inet' ? 'inet' : 'inet6'} address is expected rather than "${text}".`,
      family === 'inet' ? 'an IPv4 address' : family === 'inet6' ? 'an IPv6 address' : 'an address',
    )
  return text
}

/** Reads a number in hexadecimal digits, `0x` or not. */
export function hexNumber(words: Words, reason: string, most: number): number {
  const text = words.take('a number')
  const value = /^(0x)?[0-9a-f]+$/i.test(text) ? Number.parseInt(text, 16) : undefined
  if (value === undefined || value > most)
    throw words.wrong(reason, `a hexadecimal number up to 0x${most.toString(16)}`)
  return value
}

export const isMulticast = (address: string): boolean =>
  isIPv4(address) ? Number(address.split('.')[0]) >> 4 === 14 : /^ff/i.test(address)
export const isUnspecified = (address: string): boolean => address === '0.0.0.0' || address === '::'

/** Refuses what the words together say. */
export const refused = (text: string, status = 1): CommandError => new CommandError(status, text)

/** What the link that is changed has: options that are not said stay as they are (iproute2 sends them all). */
export function present({ session, dev, kind }: State): Record<string, any> {
  const link = dev === undefined ? undefined : session.find(dev)
  const data = link?.kind === kind ? link.linkInfo?.data : undefined
  if (data === undefined || data instanceof Uint8Array) throw refused('Failed to get existing tunnel info.')
  return { ...(data as object) }
}

/** Reads a key of a tunnel: a number, or its bytes as an IPv4 address. */
export function tunnelKey(words: Words): number {
  const name = words.last
  const text = words.take('a key')
  const bytes = isIPv4(text) ? ipBytes(text) : undefined
  const value = bytes ? new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) : parseInteger(text)
  if (value === undefined || value > 0xffffffff)
    throw words.fail(`invalid value for "${name}": "${text}"; it should be an unsigned integer`, undefined, USAGE)
  return value
}
export const keyText = (key: number): string =>
  ipv4Text(new Uint8Array([key >>> 24, (key >>> 16) & 255, (key >>> 8) & 255, key & 255]), 0)

/** The help of a kind: its words and what follows them. */
export function kindHelp(kind: string, words: Options | undefined): string {
  const head = `Usage: ... ${kind} `
  const lines = [head]
  for (const [name, item] of Object.entries(words ?? {})) {
    const names = [name, ...(item.also ?? [])].join(' | ')
    const text = `[ ${names.includes('|') && item.value ? `{ ${names} }` : names}${item.value ? ` ${item.value}` : ''} ] `
    if (`${lines.at(-1)}${text}`.length > 100) lines.push(' '.repeat(head.length))
    lines.push(lines.pop() + text)
  }
  return `${lines.map(line => line.trimEnd()).join('\n')}\n`
}

// ── printing ───────────────────────────────────────────────────────────────

export type Printer<T> = (sheet: Sheet, data: T, names: Names) => void

/** Writes a value under a JSON key and, in text, behind a word. */
export type Form = (sheet: Sheet, key: string, word: string, value: any, names: Names) => void
/** One that knows no names. */
type Nameless = (sheet: Sheet, key: string, word: string, value: any, names?: Names) => void

export const asNumber: Nameless = (sheet, key, word, value) => {
  const digits = Number(value)
  sheet.add(key, digits, `${word} ${digits} `)
}
export const asText: Nameless = (sheet, key, word, value) => sheet.add(key, String(value), `${word} ${String(value)} `)
export const asOnOff: Nameless = (sheet, key, word, value) =>
  sheet.add(key, Boolean(value), `${word} ${value ? 'on' : 'off'} `)
/** `0x8001`; 0 is `0`. */
export const asHex: Nameless = (sheet, key, word, value) => asText(sheet, key, word, hexDigits(Number(value)))
export const hexDigits = (value: number): string => (value === 0 ? '0' : `0x${value.toString(16)}`)
/** Said only where it is on, as the word alone. */
export const asFlag: Nameless = (sheet, key, word, value) => {
  if (value) sheet.add(key, true, `${word} `)
}
/** The name of a link by its index; 0: none, and nothing is said. */
export const asLink: Form = (sheet, key, word, value, names) => {
  if (value) asText(sheet, key, word, linkName(names, Number(value)))
}
/** In text, `no` before what is off. */
export const asNo: Nameless = (sheet, key, word, value) =>
  sheet.add(key, Boolean(value), `${value ? '' : 'no'}${word} `)
/** A mark of packets: nothing is said of 0. */
export const asMark: Nameless = (sheet, key, word, value) => {
  if (value) asHex(sheet, key, word, value)
}
/** Centiseconds as `   14.92`. */
export const asTimer: Nameless = (sheet, key, word, value) => {
  const seconds = centiseconds(value as bigint)
  sheet.add(key, new Digits(seconds), `${word} ${seconds.padStart(7)} `)
}
export const centiseconds = (value: bigint | number): string => {
  const whole = BigInt(value)
  return `${whole / 100n}.${String(whole % 100n).padStart(2, '0')}`
}

/** `[key of the data, form, word in text, JSON key]`; the words are mostly the keys in JSON. */
export type Row<T> = readonly [key: keyof T & string, form?: Form, word?: string, json?: string]
interface NamedRows {
  readonly byKey: ReadonlyMap<string, { readonly options: { readonly json?: string } }>
}

/** Writes the values that are there, each by its row, under the JSON names of the table that they come from. */
export function addRows<T>(sheet: Sheet, data: T, rows: readonly Row<T>[], names: Names, table?: NamedRows): void {
  for (const [key, form = asNumber, word, json = table?.byKey.get(key)?.options.json ?? key] of rows) {
    const value = data[key]
    if (value !== undefined && value !== null) form(sheet, json, word ?? json, value, names)
  }
}

/** A printer of rows alone. */
export const rows =
  <T>(list: readonly Row<T>[], table?: NamedRows): Printer<T> =>
  (sheet, data, names) =>
    addRows(sheet, data, list, names, table)

/** A kind whose printer is not there: its options stand in the JSON under their table's names. */
export const plain = (data: unknown): Json => plainJson(data) as Json
