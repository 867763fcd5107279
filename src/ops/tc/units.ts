// Rates, sizes, times and shares as people and tc(8) write them, as the numbers that the kernel's options hold. Pure.
import { InvalidValueError } from '../../netlink/table.ts'

/** A rate: bits a second, or tc's text: `10mbit`, `1.5gbit`, `100kbps` (bytes), `512kibit`. */
export type Rate = number | string
/** A size: bytes, or tc's text: `10kb`, `1500b`, `2mb` (powers of 1024), `100kbit`. */
export type Size = number | string
/** A time: microseconds, or tc's text: `50ms`, `1.5s`, `20us`. */
export type Time = number | string
/** A share: from 0 to 1, or tc's text: `0.1%`, `25%`. */
export type Share = number | string

const BITS: Readonly<Record<string, number>> = {
  '': 1,
  bit: 1,
  kibit: 1024,
  kbit: 1e3,
  mibit: 1024 ** 2,
  mbit: 1e6,
  gibit: 1024 ** 3,
  gbit: 1e9,
  tibit: 1024 ** 4,
  tbit: 1e12,
  bps: 8,
  kibps: 8 * 1024,
  kbps: 8e3,
  mibps: 8 * 1024 ** 2,
  mbps: 8e6,
  gibps: 8 * 1024 ** 3,
  gbps: 8e9,
  tibps: 8 * 1024 ** 4,
  tbps: 8e12,
}
/** `mbit` is a size too: 131072 bytes. */
const BYTES: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1024,
  kb: 1024,
  kbit: 1024 / 8,
  m: 1024 ** 2,
  mb: 1024 ** 2,
  mbit: 1024 ** 2 / 8,
  g: 1024 ** 3,
  gb: 1024 ** 3,
  gbit: 1024 ** 3 / 8,
}
const NANOSECONDS: Readonly<Record<string, number>> = {
  s: 1e9,
  sec: 1e9,
  secs: 1e9,
  ms: 1e6,
  msec: 1e6,
  msecs: 1e6,
  us: 1e3,
  usec: 1e3,
  usecs: 1e3,
  ns: 1,
  nsec: 1,
  nsecs: 1,
}

/** A number and its unit; undefined: it is none. */
function measured(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const [, digits, unit = ''] = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)([a-z]*)$/i.exec(text) ?? []
  const scale = units[unit.toLowerCase()]
  return digits === undefined || scale === undefined ? undefined : Number(digits) * scale
}

/** Bytes a second of tc's text, whole; undefined: it is no rate. */
export function parseRate(text: string): number | undefined {
  const bits = measured(text, BITS)
  return bits === undefined || bits < 0 ? undefined : Math.trunc(bits / 8)
}

/** Bytes of tc's text, whole; undefined: it is no size. */
export function parseSize(text: string): number | undefined {
  const size = measured(text, BYTES)
  return size === undefined || size < 0 ? undefined : Math.trunc(size)
}

/** Microseconds of tc's text, whole; undefined: it is no time. A bare number is microseconds. */
export function parseTime(text: string): number | undefined {
  const time = measured(text, MICROSECONDS)
  return time === undefined || time < 0 ? undefined : Math.trunc(time)
}
const MICROSECONDS: Readonly<Record<string, number>> = {
  '': 1,
  ...Object.fromEntries(
    Object.entries(NANOSECONDS).flatMap(([unit, scale]) => (scale < 1e3 ? [] : [[unit, scale / 1e3]])),
  ),
}

/** Nanoseconds of tc's text, whole; undefined: it is no time. A bare number is nanoseconds. */
export function parseTime64(text: string): number | undefined {
  const time = measured(text, { '': 1, ...NANOSECONDS })
  return time === undefined ? undefined : Math.trunc(time)
}

/** The share, 0 to 1, of tc's text (`25%`, or `25`); undefined: it is none. */
export function parsePercent(text: string): number | undefined {
  const percent = measured(text.replace(/%$/, ''), { '': 1 })
  return percent === undefined || percent < 0 || percent > 100 ? undefined : percent / 100
}

const refuse = (key: string, reason: string, value: unknown): never => {
  throw new InvalidValueError([key], `${reason}, not ${typeof value === 'string' ? `'${value}'` : String(value)}`)
}

/** Bytes a second. */
export function rateOf(rate: Rate, key: string): number {
  const found = typeof rate === 'string' ? parseRate(rate) : rate >= 0 ? Math.trunc(rate / 8) : undefined
  return found ?? refuse(key, "must be a rate: bits a second, or '10mbit'", rate)
}

/** Bytes. */
export function sizeOf(size: Size, key: string): number {
  const found = typeof size === 'string' ? parseSize(size) : size >= 0 ? Math.trunc(size) : undefined
  return found ?? refuse(key, "must be a size: bytes, or '10kb'", size)
}

/** Microseconds, with what is below them. */
export function timeOf(time: Time, key: string): number {
  const found = typeof time === 'string' ? measured(time, { ...MICROSECONDS, ns: 1e-3 }) : time
  return found !== undefined && found >= 0 ? found : refuse(key, "must be a time: microseconds, or '50ms'", time)
}

/** A share as the kernel's fraction of 2^32 - 1, rounded as C's rint does: a half to the even neighbour. */
export function fraction(share: number): number {
  const exact = share * 0xffffffff
  const floor = Math.floor(exact)
  if (exact - floor !== 0.5) return Math.round(exact)
  return floor % 2 === 0 ? floor : floor + 1
}

/** 0 to 2^32 - 1. */
export function shareOf(share: Share, key: string): number {
  const found = typeof share === 'string' ? parsePercent(share) : share
  return found !== undefined && found >= 0 && found <= 1
    ? fraction(found)
    : refuse(key, "must be a share: 0 to 1, or '25%'", share)
}
