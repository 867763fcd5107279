// Guards how much code is generated: a decoder that grows costs time to compile, and V8 optimises small functions sooner.
// A limit is a little more than what it is now.
import { afterEach, describe, expect, test, vi } from 'vitest'
import { recorded } from '../../bench/recorded.ts'
import { compileMessage } from '../../src/netlink/compile.ts'
import type { Message } from '../../src/netlink/table.ts'
import { addressMessage } from '../../src/route/address.ts'
import { ROUTE_MESSAGES } from '../../src/route/index.ts'
import { linkMessage } from '../../src/route/link.ts'
import { routeMessage } from '../../src/route/route.ts'

afterEach(() => void vi.unstubAllGlobals())

/** Functions that are made of text meanwhile, and how many characters they are. */
function generated(work: () => void): { functions: number; characters: number } {
  const made = { functions: 0, characters: 0 }
  vi.stubGlobal(
    'Function',
    class extends Function {
      constructor(...parts: string[]) {
        super(...parts)
        made.functions++
        made.characters += parts.reduce((sum, part) => sum + part.length, 0)
      }
    },
  )
  work()
  vi.unstubAllGlobals()
  return made
}

/** Characters of the decoder of each kind of message; of those that are not named, `OTHERS`. */
const MOST: Readonly<Record<string, number>> = { link: 11_000, route: 6_000, rule: 4_400, qdisc: 3_400 }
const OTHERS = 3_000

describe('a decoder', () => {
  test.each(ROUTE_MESSAGES.map(message => [message.name, message] as const))('%s', (name, message) => {
    const { characters } = generated(() => void compileMessage(message))
    expect(characters).toBeLessThanOrEqual(MOST[name] ?? OTHERS)
  })
})

/** The decoder of a layout that came often, beside the general one, and those of its nests, alone and inside it. */
describe('what comes again and again', () => {
  const kinds = [
    ['link', linkMessage, 'RTM_NEWLINK', 17_000],
    ['address', addressMessage, 'RTM_NEWADDR', 1_300],
    ['route', routeMessage, 'RTM_NEWROUTE', 4_800],
  ] as const satisfies readonly (readonly [string, Message<any, any, any>, string, number])[]
  test.each(kinds)('%s', (folder, message, type, most) => {
    const { view, bytes, spans } = recorded(new URL(`../../fixtures/${folder}/`, import.meta.url), message.types[type]!)
    for (const [p, end] of spans) {
      const decode = compileMessage<any, any, any>(message)!
      const often = (): void => {
        for (let i = 0; i < 200; i++) decode(view, bytes, p, end)
      }
      expect(generated(often).characters).toBeLessThanOrEqual(most)
      // Nothing is compiled twice.
      expect(generated(often).functions).toBe(0)
    }
  })
})
