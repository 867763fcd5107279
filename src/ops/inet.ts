// Addresses and prefixes as options write them.
import { InvalidValueError } from '../netlink/table.ts'
import { ipBytes, ipv4Number } from '../netlink/text.ts'

export type InetFamily = 'inet' | 'inet6'

/** An address and its prefix length, parsed from `192.0.2.2/24`. */
export interface Prefix {
  readonly family: InetFamily
  readonly address: string
  readonly length: number
}

/** Without a length it is a single host's (/32, /128). */
export function parsePrefix(text: unknown, key: string): Prefix {
  if (typeof text !== 'string')
    throw new InvalidValueError([key], `must be an address like 192.0.2.2/24, not ${typeof text}`)
  const [address = '', length, ...rest] = text.split('/')
  const family = familyOf(address)
  const most = family === 'inet' ? 32 : 128
  if (family === undefined || rest.length > 0)
    throw new InvalidValueError([key], `'${text}' is no IPv4 or IPv6 address with a prefix length (like 192.0.2.2/24)`)
  if (length === undefined) return { family, address, length: most }
  if (!/^\d{1,3}$/.test(length) || Number(length) > most)
    throw new InvalidValueError([key], `'${text}': the prefix length must be a whole number from 0 to ${most}`)
  return { family, address, length: Number(length) }
}

/** The family of an address without a prefix length; undefined: it is none. */
export function familyOf(address: unknown): InetFamily | undefined {
  if (typeof address !== 'string') return undefined
  if (ipv4Number(address) >= 0) return 'inet'
  return ipBytes(address) ? 'inet6' : undefined
}

/** The same, where an address must stand. */
export function inetFamily(address: unknown, key: string): InetFamily {
  const family = familyOf(address)
  if (family) return family
  throw new InvalidValueError([key], `must be an IPv4 or IPv6 address, not ${String(address)}`)
}
