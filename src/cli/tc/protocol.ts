// EtherTypes by their names: `ip`, `ipv6`, `802.1q`, `arp`, `all`.
import { ETH_P } from '../../route/words.ts'
import { expected, type Words } from '../words.ts'
import { parseNumber } from './values.ts'

/** Names that iproute2 takes besides those that it prints. */
const ALSO: Readonly<Record<string, string>> = { ipv4: 'ip' }

export function parseProtocol(text: string): string | number | undefined {
  const word = text.toLowerCase()
  const name = ALSO[word] ?? [...ETH_P.byWord.keys()].find(known => known.toLowerCase() === word)
  if (name !== undefined) return name
  const value = parseNumber(text)
  return value === undefined || value > 0xffff ? undefined : value
}

export function protocol(words: Words): string | number {
  const text = words.take('a protocol (ip, ipv6, all)')
  const found = parseProtocol(text)
  if (found === undefined) throw words.wrong('invalid protocol', expected(text, [...ETH_P.byWord.keys()]))
  return found
}

/** Its name; a number as iproute2 writes it, `[34887]`. */
export const protocolText = (value: string | number): string => (typeof value === 'number' ? `[${value}]` : value)
/** Its number, as two bytes in the order of the wire. */
export const protocolNumber = (value: string | number): number =>
  typeof value === 'number' ? value : (ETH_P.byWord.get(value) ?? 0)
