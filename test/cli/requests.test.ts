// The command lines of the fixtures, read by our grammar, make the requests that iproute2 made of them: the same
// message, flags, header and attributes with the same values (their order is not compared, nor are sequence numbers).
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { NLM_F_ACK } from '../../src/netlink/message.ts'
import { routeMessageOf } from '../../src/route/index.ts'
import { bodyOf, play, readFixture } from './recorded.ts'

const root = join(import.meta.dirname ?? '', '../../fixtures')

const CHANGES =
  /^(ip( -6)? (link|addr|neigh|ntable|addrlabel|token|stats)( property)?|bridge (link|fdb|mdb|vni|vlan( global)?)) (add|append|set|delete|del|change|replace) |^bridge fdb flush /

/** Commands that cannot be played from a recording, and why. */
const SKIPPED: readonly (readonly [command: RegExp, why: string])[] = [
  [/netns ns1|netns \$|link-netns/, 'opens a namespace, which is no part of a recording'],
  [/ xdpgeneric object/, 'loads a program from an ELF object'],
  [/delete dev v1 type/, 'iproute2 sends the kind too, and the kernel does not look'],
  [/autojoin|preferred_lft 20| dev nosuch|ttl 64 .*nopmtudisc/, 'refused before anything is sent'],
  [/addrlabel del/, 'iproute2 sends the label too, and the kernel does not look'],
  [/ encap-csum6/, 'a word of its help that iproute2 does not take'],
]
const commands = ['link', 'address', 'neighbour', 'story', 'bridge', 'stats', 'kind']
  .flatMap(area => readdirSync(join(root, area)).map(file => `${area}/${file}`))
  .filter(file => file.endsWith('.hex') && !file.endsWith('.generic.hex'))
  .map(file => ({ file, ...readFixture(join(root, file)) }))
  .filter(({ command }) => CHANGES.test(command))
  .filter(({ command }) => !SKIPPED.some(([pattern]) => pattern.test(command)))

/** A request as values. Which flags are on is compared without those of a header that only says what is asked. */
function read(bytes: Uint8Array): object {
  const v = new DataView(bytes.buffer, bytes.byteOffset)
  const type = v.getUint16(4, true)
  const flags = v.getUint16(6, true)
  const body = (
    bodyOf(routeMessageOf(type, flags)!, { bytes }) as unknown as { toObject(): { linkInfo?: { kind?: string } } }
  ).toObject()
  return { type, flags, body: withPortKind(body) }
}

/** iproute2 names a master's kind in IFLA_INFO_KIND, `bridge_slave`; we in IFLA_INFO_SLAVE_KIND, where it belongs. */
function withPortKind(body: { linkInfo?: { kind?: string } }): object {
  const { kind, ...rest } = body.linkInfo ?? {}
  return kind?.endsWith('_slave') ? { ...body, linkInfo: { ...rest, slaveKind: kind.slice(0, -6) } } : body
}

describe('requests are those of iproute2', () => {
  it('finds the fixtures', () => expect(commands.length).toBeGreaterThan(70))

  it.each(commands)('$command', async fixture => {
    const { changes, err } = await play(fixture)
    const theirs = fixture.requests.filter(bytes => (bytes[6]! & NLM_F_ACK) !== 0)
    // The first is often an empty one: a question whether the kernel knows the message at all.
    const wanted = theirs.filter(bytes => bytes.subarray(16).some(byte => byte !== 0))
    expect(err.replace(/^Warning[\s\S]*scripts!\n/, '')).toBe('')
    expect(changes.map(read)).toEqual(wanted.map(read))
  })
})
