// The command lines of the fixtures of routes, rules and nexthops, read by our grammar, make the requests that iproute2
// made of them: the same message, flags, header and attributes with the same values.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { viewOf } from '../../src/netlink/codec.ts'
import { NLM_F_ACK } from '../../src/netlink/message.ts'
import { routeMessageOf } from '../../src/route/index.ts'
import { meaning } from '../ops/requests.ts'
import { play, readFixture } from './recorded.ts'

const root = join(import.meta.dirname ?? '', '../../fixtures')

const CHANGES = /^ip (-6 |-f mpls )?(route|m?rule|nexthop) (add|append|prepend|change|replace|test|del) /

/** What is on purpose other than iproute2's, or cannot be played, and why. */
const SKIPPED: readonly (readonly [command: RegExp, why: string])[] = [
  [/ encap bpf /, 'it takes a program that the kernel has'],
  [/ encap xfrm /, 'iproute2 loses the dev behind it'],
  [/ flavors psp,usp /, 'iproute2 6.1 asks for usd where usp is written'],
  [/ erspan_opts /, 'iproute2 sends an index that version 2 has not'],
]

const commands = ['route', 'rule', 'nexthop']
  .flatMap(area => readdirSync(join(root, area)).map(file => `${area}/${file}`))
  .filter(file => file.endsWith('.hex'))
  .map(file => ({ file, ...readFixture(join(root, file)) }))
  .filter(({ command }) => CHANGES.test(command))
  .filter(({ command }) => !SKIPPED.some(([pattern]) => pattern.test(command)))

const read = (bytes: Uint8Array): object => meaning(routeMessageOf(viewOf(bytes).getUint16(4, true))!, bytes)

describe('requests are those of iproute2', () => {
  it('finds the fixtures', () => expect(commands.length).toBeGreaterThan(110))

  it.each(commands)('$command', async fixture => {
    const { changes, err } = await play(fixture)
    const wanted = fixture.requests.filter(bytes => (bytes[6]! & NLM_F_ACK) !== 0)
    expect(err.replace('Warning: route NAT is deprecated\n', '')).toBe('')
    expect(changes.map(read)).toEqual(wanted.map(read))
  })
})
