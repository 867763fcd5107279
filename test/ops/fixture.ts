// What iproute2 sent, and what it was answered, in a fixture, message by message.
import { readFileSync } from 'node:fs'
import { viewOf } from '../../src/netlink/codec.ts'
import { walk } from '../../src/netlink/message.ts'
import { hex } from '../dump/bytes.ts'

/** The last message of a type (with these flags) that a fixture's command sent, without its sequence number (zeroed). */
export function lastSent(file: string, type: number, withFlags = 0): Uint8Array {
  const last = lastOf(file, '> ', type, withFlags)
  last.fill(0, 8, 12)
  return last
}

/** The last message of a type that a fixture's command received. */
export const lastReceived = (file: string, type: number): Uint8Array => lastOf(file, '< ', type, 0)

function lastOf(file: string, direction: string, type: number, withFlags: number): Uint8Array {
  const lines = readFileSync(new URL(`../../fixtures/${file}.hex`, import.meta.url), 'utf8').split('\n')
  let last: Uint8Array | undefined
  for (const line of lines.filter(one => one.startsWith(direction))) {
    const b = hex(line.slice(2))
    walk(viewOf(b), b.length, (found, flags, _sequence, _port, p, end) => {
      if (found === type && (flags & withFlags) === withFlags) last = b.slice(p, end)
    })
  }
  if (!last) throw new Error(`${file}: no message of type ${type} was ${direction === '> ' ? 'sent' : 'received'}`)
  return last
}
