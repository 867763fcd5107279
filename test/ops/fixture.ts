// What iproute2 sent in a fixture, message by message.
import { readFileSync } from 'node:fs'
import { viewOf } from '../../src/netlink/codec.ts'
import { walk } from '../../src/netlink/message.ts'
import { hex } from '../dump/bytes.ts'

/** The last message of a type (with these flags) that a fixture's command sent, without its sequence number (zeroed). */
export function lastSent(file: string, type: number, withFlags = 0): Uint8Array {
  const lines = readFileSync(new URL(`../../fixtures/${file}.hex`, import.meta.url), 'utf8').split('\n')
  let last: Uint8Array | undefined
  for (const line of lines.filter(one => one.startsWith('> '))) {
    const b = hex(line.slice(2))
    walk(viewOf(b), b.length, (found, flags, _sequence, _port, p, end) => {
      if (found === type && (flags & withFlags) === withFlags) last = b.slice(p, end)
    })
  }
  if (!last) throw new Error(`${file}: no message of type ${type} was sent`)
  last.fill(0, 8, 12)
  return last
}
