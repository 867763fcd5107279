// An outline tells of every message of the fixtures what decoding it gives, and takes none that is broken.
import { describe, expect, it } from 'vitest'
import { Conversation } from '../../src/dump/conversation.ts'
import { dissect, problems } from '../../src/dump/dissect.ts'
import { datagramsOf } from '../../src/dump/sources/index.ts'
import { type Fields, viewOf } from '../../src/netlink/codec.ts'
import { NLMSG_HDRLEN, NLMSG_MIN_TYPE } from '../../src/netlink/message.ts'
import { Outline } from '../../src/netlink/outline.ts'
import type { Message } from '../../src/netlink/table.ts'
import { fixture, fixtureFiles } from '../dump/bytes.ts'

interface Body {
  readonly message: Message<any, any, any>
  readonly bytes: Uint8Array
}

const bodies = (file: string): Body[] => {
  const conversation = new Conversation()
  return [...datagramsOf(fixture(file))].flatMap(({ bytes, protocol = 0 }) =>
    dissect(bytes, { protocol, conversation })
      .filter(found => found.message && found.type >= NLMSG_MIN_TYPE && problems(found).length === 0)
      .map(({ message, offset, length }) => ({
        message: message!,
        bytes: bytes.slice(offset + NLMSG_HDRLEN, offset + length),
      })),
  )
}

describe('an outline', () => {
  it.each(fixtureFiles)('of a message of %s has what decoding has', file => {
    for (const { message, bytes } of bodies(file)) {
      // Decoding stands behind it for texts in place of attributes.
      if (message.payload) continue
      // Offset 0 stands for what is absent: no payload begins there, behind an nlmsghdr.
      const whole = new Uint8Array(NLMSG_HDRLEN + bytes.length)
      whole.set(bytes, NLMSG_HDRLEN)
      const outline = new Outline(message)
      if (!outline.read(viewOf(whole), whole, NLMSG_HDRLEN, whole.length)) continue
      const decoded = message.decode(viewOf(bytes), bytes, 0, bytes.length) as Fields
      const places = outline.places()
      const got = Object.fromEntries(places.map(place => [place.key, outline.get(place, place.path)]))
      const wanted = Object.fromEntries(places.map(({ key }) => [key, decoded[key]]))
      expect(got).toEqual(wanted)
      const own = Object.keys(decoded).filter(key => key !== 'unknown')
      expect(places.map(({ key }) => key)).toEqual(expect.arrayContaining(own))
      expect(outline.unknown()).toEqual(decoded['unknown'] ?? [])
    }
  })

  it('takes nearly every message of the fixtures', () => {
    let taken = 0
    let all = 0
    for (const { message, bytes } of fixtureFiles.flatMap(bodies)) {
      const whole = new Uint8Array(NLMSG_HDRLEN + bytes.length)
      whole.set(bytes, NLMSG_HDRLEN)
      all++
      if (new Outline(message).read(viewOf(whole), whole, NLMSG_HDRLEN, whole.length)) taken++
    }
    expect(taken / all).toBeGreaterThan(0.98)
  })

  it('reads what stands at a path as the decoded object has it', () => {
    const [first] = bodies('link/add-veth.hex').filter(({ bytes }) => bytes.length > 32)
    const { message, bytes } = first!
    const whole = new Uint8Array(NLMSG_HDRLEN + bytes.length)
    whole.set(bytes, NLMSG_HDRLEN)
    const outline = new Outline(message)
    expect(outline.read(viewOf(whole), whole, NLMSG_HDRLEN, whole.length)).toBe(true)
    const info = outline.place('linkInfo')!
    expect(outline.get(info, ['linkInfo', 'kind'])).toBe('veth')
    expect(outline.get(info, ['linkInfo', 'data', 'peer', 'attributes', 'name'])).toBe('veth2')
    expect(outline.get(info, ['linkInfo', 'data', 'nothing'])).toBeUndefined()
    expect(outline.get(info, ['linkInfo', 'slaveKind'])).toBeUndefined()
  })

  it.each([
    ['an attribute that is longer than what is there', '00000000000000000000000000000000 0900 0300'],
    ['an attribute shorter than its header', '00000000000000000000000000000000 0300 0300'],
    ['bytes behind the last one', '00000000000000000000000000000000 0500 0300 61000000 00'],
    ['a nest whose attribute breaks off', '00000000000000000000000000000000 0800 1280 0900 0100'],
    ['a header that breaks off', '0000000000000000'],
  ])('leaves a message with %s to others', (_what, hex) => {
    const { message } = bodies('link/add-veth.hex')[0]!
    const bytes = Uint8Array.from(Buffer.from(`${'00'.repeat(NLMSG_HDRLEN)}${hex.replaceAll(' ', '')}`, 'hex'))
    expect(new Outline(message).read(viewOf(bytes), bytes, NLMSG_HDRLEN, bytes.length)).toBe(false)
  })
})
