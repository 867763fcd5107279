// Numbers as tc writes them: rates, sizes, times, shares, handles. Pure, but for the names of classes.
import { TC_H_NAMES } from '../../route/tc/words.ts'
import { classNames } from '../names.ts'
import type { Show } from '../sheet.ts'

/** C's `%g` (or `%.3g`): so many digits that count, no zeros behind them. */
export function general(value: number, digits = 6): string {
  if (value === 0) return '0'
  const [mantissa = '', power = '0'] = value.toExponential(digits - 1).split('e')
  const exponent = Number(power)
  if (exponent >= -4 && exponent < digits) return bare(value.toFixed(digits - 1 - exponent))
  const sign = exponent < 0 ? '-' : '+'
  return `${bare(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`
}
const bare = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text)

const UNITS = ['', 'K', 'M', 'G', 'T']

/** Bytes a second as bits: `1Mbit`, `1500Kbit`, with `-iec` `1Mibit`. */
export function rateText(bytes: number | bigint, iec = false): string {
  const kilo = iec ? 1024n : 1000n
  let bits = BigInt(bytes) * 8n
  let unit = 0
  while (unit < UNITS.length - 1 && bits >= kilo && (bits % kilo === 0n || bits >= 1000n * kilo)) {
    bits /= kilo
    unit++
  }
  return `${bits}${UNITS[unit]}${iec && unit > 0 ? 'i' : ''}bit`
}

/** Bytes: `1600b`, `10Kb`, `8Mb`. */
export function sizeText(bytes: number | bigint): string {
  const size = Math.trunc(Number(bytes)) >>> 0
  const near = (unit: number): number => unit * Math.round(size / unit)
  if (size >= 1024 ** 2 && Math.abs(near(1024 ** 2) - size) < 1024) return `${general(near(1024 ** 2) / 1024 ** 2)}Mb`
  if (size >= 1024 && Math.abs(near(1024) - size) < 16) return `${general(near(1024) / 1024)}Kb`
  return `${size}b`
}

/** Microseconds: `999us`, `50ms`, `1.5s`. */
export function timeText(microseconds: number | bigint): string {
  const time = Math.trunc(Number(microseconds)) >>> 0
  if (time >= 1e6) return `${general(time / 1e6, 3)}s`
  return time >= 1000 ? `${general(time / 1000, 3)}ms` : `${time}us`
}

/** Nanoseconds: `20ns`, `10us`, `50ms`, `1.5s`. */
export function time64Text(nanoseconds: number | bigint): string {
  const time = Number(nanoseconds)
  if (time >= 1e9) return `${general(time / 1e9, 3)}s`
  if (time >= 1e6) return `${general(time / 1e6, 3)}ms`
  return time >= 1000 ? `${general(time / 1000, 3)}us` : `${time}ns`
}

/** A link layer; one that has no name is a number. */
export const linkLayerText = (layer: string | number): string => (typeof layer === 'number' ? 'unknown' : layer)

/** A fraction of 2^32 - 1, as netem has them: `25%`. */
export const percentText = (part: number): string => `${general((100 * part) / 0xffffffff)}%`

/** `1:10`, `1:`, `:10`, `root`, `none`; the names of fixed handles, as the codec has them, become digits. */
export const handleText = (handle: string): string => (TC_H_NAMES[handle] ?? handle).replace(/^0:/, ':')

/** The same of a class; with `-names` its name before it: `voice#1:10`. */
export function classText(handle: string, show: Show): string {
  const text = handleText(handle)
  const name = show.names ? classNames(show).name(numberOf(text)) : undefined
  return name === undefined ? text : `${name}#${text}`
}

function numberOf(handle: string): number {
  const [major = '', minor = ''] = handle.split(':')
  return Number.parseInt(major || '0', 16) * 0x10000 + Number.parseInt(minor || '0', 16)
}

export const hex = (value: number): string => `0x${value.toString(16)}`
/** `%#llx`: 0 has no prefix. */
export const hexOrZero = (value: number): string => (value === 0 ? '0' : hex(value))
export const hex8 = (value: number): string => (value >>> 0).toString(16).padStart(8, '0')
