// The values that many commands read: prefixes as `ip` writes them, and scopes.
import { ipBytes, isIPv4 } from '../netlink/text.ts'
import type { Scope } from '../ops/address.ts'
import { RT_SCOPE } from '../route/routing-words.ts'
import type { CommandError } from './errors.ts'
import { SCOPES } from './names.ts'
import type { Show } from './sheet.ts'
import { expected, parseInteger, type Words } from './words.ts'

export type Family = Show['family']
export interface Prefix {
  readonly family: 'inet' | 'inet6'
  readonly address: string
  readonly length: number
  /** Whether the length was written. */
  readonly said: boolean
}

/** Reads a prefix as iproute2 does: `10.1/16` is 10.1.0.0/16, `/255.255.0.0` is /16. */
export function readPrefix(words: Words, family: Family): Prefix {
  const text = words.take('an address')
  const wanted = family === 'inet' || family === 'inet6' ? family : 'any valid'
  const wrong = (hint: string): CommandError =>
    words.fail(
      wanted === 'any valid'
        ? `Error: any valid prefix is expected rather than "${text}".`
        : `Error: ${wanted} prefix is expected rather than "${text}".`,
      hint,
    )
  const [written = '', slash, ...rest] = text.split('/')
  const address = fullAddress(written)
  if (address === undefined || rest.length > 0) throw wrong('an address with a prefix length looks like 192.0.2.2/24')
  const found = isIPv4(address) ? 'inet' : 'inet6'
  if (wanted !== 'any valid' && wanted !== found) throw wrong(`it is an address of ${found}`)
  const most = found === 'inet' ? 32 : 128
  const length = slash === undefined ? most : (parseInteger(slash) ?? maskLength(slash))
  if (length === undefined || length > most) throw wrong(`the prefix length must be from 0 to ${most}`)
  return { family: found, address, length, said: slash !== undefined }
}

/** An IPv6 address, or an IPv4 one whose last octets may be missing. */
export function fullAddress(text: string): string | undefined {
  if (ipBytes(text)) return text
  if (!/^\d{1,3}(\.\d{1,3}){0,2}$/.test(text)) return undefined
  const octets = text.split('.')
  const address = [...octets, '0', '0', '0'].slice(0, 4).join('.')
  return isIPv4(address) ? address : undefined
}

/** The prefix length of a netmask. */
function maskLength(text: string): number | undefined {
  if (!isIPv4(text)) return undefined
  const bits = [...ipBytes(text)!].map(byte => byte.toString(2).padStart(8, '0')).join('')
  return /^1*0*$/.test(bits) ? bits.replace(/0/g, '').length : undefined
}

export const prefixText = ({ address, length, said }: Prefix): string => (said ? `${address}/${length}` : address)

/** Reads a scope; `all` is for choosing: any. */
export function readScope(words: Words, reason: string, all = false): Scope | undefined {
  const text = words.take('a scope')
  if (all && text === 'all') return undefined
  const value = SCOPES.value(text)
  if (value === undefined) throw words.wrong(reason, expected(text, SCOPES.words))
  return RT_SCOPE.byValue.get(value) ?? value
}

/** Whether an address lies in a prefix. */
export function within(address: string, { address: prefix, length }: Prefix): boolean {
  const [a, b] = [bits(address), bits(prefix)]
  return a.length === b.length && a.startsWith(b.slice(0, length))
}
const bits = (address: string): string =>
  [...(ipBytes(address) ?? [])].map(byte => byte.toString(2).padStart(8, '0')).join('')

/** Reads an address without a prefix length, of a family or of any. */
export function readHost(
  words: Words,
  family: Family,
): { readonly family: 'inet' | 'inet6'; readonly address: string } {
  const text = words.take('an address')
  const address = fullAddress(text)
  const found = address !== undefined && isIPv4(address) ? 'inet' : 'inet6'
  const wanted = family === 'inet' || family === 'inet6' ? family : undefined
  if (address === undefined || (wanted && wanted !== found))
    throw words.fail(
      `Error: ${wanted ?? 'any valid'} address is expected rather than "${text}".`,
      address === undefined ? 'an address looks like 192.0.2.2 or 2001:db8::2' : `it is an address of ${found}`,
    )
  return { family: found, address }
}
