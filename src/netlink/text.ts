// Text forms of bytes: names, link-layer addresses, IPv4 and IPv6, written canonically and parsed strictly.
// Decoding runs for every message of a dump, so short strings come from a cache and numbers from a table.
import { net } from '../sys/builtin.ts'
import { lazy } from './lazy.ts'

const DECIMAL = Array.from({ length: 256 }, (_, i) => String(i))
const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'))

const lossy = lazy(() => new TextDecoder('utf-8', { ignoreBOM: true }))
const strict = lazy(() => new TextDecoder('utf-8', { ignoreBOM: true, fatal: true }))
const encoder = new TextEncoder()

/** Interface names and kinds repeat in every message: a direct-mapped cache of short ASCII strings. */
const CACHE_SLOTS = 4096
const LONGEST_CACHED = 24
const cache: (string | undefined)[] = new Array(CACHE_SLOTS).fill(undefined)

/** The bytes as UTF-8; what is not UTF-8 becomes U+FFFD. */
export function utf8(b: Uint8Array, p: number, n: number): string {
  if (n > LONGEST_CACHED) return lossy().decode(b.subarray(p, p + n))
  let hash = n
  for (let i = p; i < p + n; i++) {
    const c = b[i]!
    if (c > 127) return lossy().decode(b.subarray(p, p + n))
    hash = (Math.imul(hash, 31) + c) | 0
  }
  const slot = hash & (CACHE_SLOTS - 1)
  const known = cache[slot]
  if (known !== undefined && known.length === n && same(known, b, p)) return known
  let text = ''
  for (let i = p; i < p + n; i++) text += String.fromCharCode(b[i]!)
  cache[slot] = text
  return text
}

function same(text: string, b: Uint8Array, p: number): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== b[p + i]) return false
  return true
}

/** The bytes as UTF-8, or undefined when they are not. */
export function strictUtf8(b: Uint8Array, p: number, n: number): string | undefined {
  try {
    return strict().decode(b.subarray(p, p + n))
  } catch {
    return undefined
  }
}

export const utf8Bytes = (text: string): Uint8Array => encoder.encode(text)

const HEX_COLON = HEX.map(digits => `${digits}:`)

/** A link's address often comes twice, its broadcast address with every link: a direct-mapped cache of 6-byte ones. */
const MAC_SLOTS = 1024
const macHigh = new Uint16Array(MAC_SLOTS)
const macLow = new Int32Array(MAC_SLOTS)
const macTexts: string[] = new Array(MAC_SLOTS).fill('00:00:00:00:00:00')

/** `02:00:00:00:00:01`, for a link-layer address of any length. */
export function macText(b: Uint8Array, p: number, n: number): string {
  if (n !== 6) return longMacText(b, p, n)
  const high = (b[p]! << 8) | b[p + 1]!
  const low = (b[p + 2]! << 24) | (b[p + 3]! << 16) | (b[p + 4]! << 8) | b[p + 5]!
  const slot = (low ^ (low >>> 16) ^ high) & (MAC_SLOTS - 1)
  if (macLow[slot] !== low || macHigh[slot] !== high) {
    macLow[slot] = low
    macHigh[slot] = high
    macTexts[slot] =
      HEX_COLON[b[p]!]! +
      HEX_COLON[b[p + 1]!] +
      HEX_COLON[b[p + 2]!] +
      HEX_COLON[b[p + 3]!] +
      HEX_COLON[b[p + 4]!] +
      HEX[b[p + 5]!]
  }
  return macTexts[slot]!
}

function longMacText(b: Uint8Array, p: number, n: number): string {
  let text = ''
  for (let i = p; i < p + n; i++) text += i === p ? HEX[b[i]!]! : `:${HEX[b[i]!]}`
  return text
}

/** Parses `02:00:00:00:00:01`; undefined when it is not pairs of hexadecimal digits. */
export function macBytes(text: string): Uint8Array | undefined {
  if (text === '') return new Uint8Array(0)
  const parts = text.split(/[:-]/)
  const bytes = new Uint8Array(parts.length)
  for (const [i, part] of parts.entries()) {
    if (!/^[0-9a-fA-F]{1,2}$/.test(part)) return undefined
    bytes[i] = Number.parseInt(part, 16)
  }
  return bytes
}

/** An address often comes twice (IFA_ADDRESS, IFA_LOCAL), its first three bytes many times: the last ones are kept. */
let lastIpv4 = 0
let lastIpv4Text = '0.0.0.0'
let lastNetwork = 0
let lastNetworkText = '0.0.0.'

export function ipv4Text(b: Uint8Array, p: number): string {
  const network = (b[p]! << 16) | (b[p + 1]! << 8) | b[p + 2]!
  const value = (network << 8) | b[p + 3]!
  if (value === lastIpv4) return lastIpv4Text
  if (network !== lastNetwork) {
    lastNetwork = network
    lastNetworkText = `${DECIMAL[b[p]!]}.${DECIMAL[b[p + 1]!]}.${DECIMAL[b[p + 2]!]}.`
  }
  lastIpv4 = value
  lastIpv4Text = lastNetworkText + DECIMAL[b[p + 3]!]!
  return lastIpv4Text
}

/** No run of groups: it begins behind the last one. */
const NO_RUN = 8 << 4

/** The first of the longest runs of two or more zero groups of an IPv6 address: where it begins, times 16, and its length. */
export function zeroRun(b: Uint8Array, p: number): number {
  let best = NO_RUN
  let bestLength = 1
  let start = -1
  for (let i = 0; i <= 8; i++) {
    if (i < 8 && b[p + 2 * i] === 0 && b[p + 2 * i + 1] === 0) {
      if (start < 0) start = i
    } else if (start >= 0) {
      if (i - start > bestLength) {
        bestLength = i - start
        best = (start << 4) | bestLength
      }
      start = -1
    }
  }
  return best
}

/** Whether the last 32 bits of an IPv6 address with this run are written as IPv4: mapped, or compatible. */
export const isDotted = (b: Uint8Array, p: number, run: number): boolean =>
  run === 6 || (run === 5 && b[p + 10] === 0xff && b[p + 11] === 0xff)

/** RFC 5952: lower case, the longest run of two or more zero groups as `::`, mapped IPv4 dotted. */
export function ipv6Text(b: Uint8Array, p: number): string {
  const run = zeroRun(b, p)
  if (isDotted(b, p, run)) return `${run === 5 ? '::ffff:' : '::'}${ipv4Text(b, p + 12)}`
  const bestStart = run >> 4
  const bestLength = run & 15
  let text = ''
  let colon = ''
  for (let i = 0; i < 8; i++) {
    if (i === bestStart) {
      text += '::'
      colon = ''
      i += bestLength - 1
    } else {
      text += colon + groupText(b[p + 2 * i]!, b[p + 2 * i + 1]!)
      colon = ':'
    }
  }
  return text
}

const DIGITS = HEX.map(digits => digits.replace(/^0/, ''))

/** Two bytes in hexadecimal, without leading zeros. */
const groupText = (high: number, low: number): string => (high === 0 ? DIGITS[low]! : DIGITS[high]! + HEX[low]!)

const ZERO = 48
const DOT = 46

/** `192.0.2.1` as a number of 32 bits; -1 when the text is no IPv4 address. */
export function ipv4Number(text: string): number {
  let value = 0
  let octet = -1
  let dots = 0
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === DOT) {
      if (octet < 0 || ++dots > 3) return -1
      value = (value << 8) | octet
      octet = -1
    } else {
      const digit = c - ZERO
      // No leading zeros: some read them as octal.
      if (digit < 0 || digit > 9 || octet === 0) return -1
      octet = octet < 0 ? digit : octet * 10 + digit
      if (octet > 255) return -1
    }
  }
  return dots === 3 && octet >= 0 ? ((value << 8) | octet) >>> 0 : -1
}

export const isIPv4 = (text: string): boolean => ipv4Number(text) >= 0
export const isIPv6 = (text: string): boolean => net().isIPv6(text)

/** An IPv4 (4 bytes) or IPv6 (16 bytes) address as bytes; undefined when the text is neither. */
export function ipBytes(text: string): Uint8Array | undefined {
  const ipv4 = ipv4Number(text)
  if (ipv4 >= 0) return Uint8Array.of(ipv4 >>> 24, (ipv4 >>> 16) & 255, (ipv4 >>> 8) & 255, ipv4 & 255)
  if (!isIPv6(text) || text.includes('%')) return undefined
  let rest = text
  const tail: number[] = []
  const dotted = text.lastIndexOf(':') + 1
  if (text.includes('.')) {
    tail.push(...text.slice(dotted).split('.').map(Number))
    rest = text.slice(0, dotted)
    if (rest.endsWith(':') && !rest.endsWith('::')) rest = rest.slice(0, -1)
  }
  const groups = (part: string): number[] =>
    part === ''
      ? []
      : part.split(':').flatMap(g => {
          const value = Number.parseInt(g, 16)
          return [value >> 8, value & 255]
        })
  const gap = rest.indexOf('::')
  const head = groups(gap < 0 ? rest : rest.slice(0, gap))
  const back = [...(gap < 0 ? [] : groups(rest.slice(gap + 2))), ...tail]
  const bytes = new Uint8Array(16)
  bytes.set(head, 0)
  bytes.set(back, 16 - back.length)
  return bytes
}

/** The bytes as lower-case hexadecimal digits. */
export function hexText(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += HEX[byte]
  return text
}
