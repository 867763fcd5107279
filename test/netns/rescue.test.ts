// Which devices the kernel would lose with their namespace: told from captured links. No machine here has hardware to
// spare, so a captured link without its IFLA_LINKINFO plays it: that is all the kernel leaves out for one.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Writer } from '../../src/netlink/attribute.ts'
import { viewOf } from '../../src/netlink/codec.ts'
import { composeBody, dissectBody } from '../../src/netlink/dissect.ts'
import { NLMSG_HDRLEN, walk } from '../../src/netlink/message.ts'
import { isPhysical } from '../../src/netns/delete.ts'
import { type Link, linkMessage } from '../../src/route/link.ts'

/** The links that the kernel sent, as bytes of their payloads. */
function captured(file: string): Uint8Array[] {
  const text = readFileSync(new URL(`../../fixtures/${file}`, import.meta.url), 'utf8')
  const payloads: Uint8Array[] = []
  for (const [, hex] of text.matchAll(/^< ([0-9a-f]+)$/gm)) {
    const bytes = Buffer.from(hex!, 'hex')
    walk(viewOf(bytes), bytes.length, (type, _flags, _sequence, _port, p, end) => {
      if (type === linkMessage.types.RTM_NEWLINK) payloads.push(bytes.subarray(p + NLMSG_HDRLEN, end))
    })
  }
  return payloads
}
const decode = (b: Uint8Array): Link => linkMessage.decode(viewOf(b), b, 0, b.length)

function withoutKind(b: Uint8Array): Uint8Array {
  const body = dissectBody(linkMessage, viewOf(b), b, 0, b.length)
  const w = new Writer()
  composeBody(w, { header: body.header, attributes: body.attributes.filter(node => node.name !== 'IFLA_LINKINFO') })
  return w.finish()
}

const LINKS = captured('story/03-link.hex')

test('lo and links of a kind are not physical', () => {
  expect(LINKS.map(decode).map(link => [link.kind, isPhysical(link)])).toEqual(
    LINKS.map(decode).map(link => [link.kind, false]),
  )
  expect(LINKS.map(decode).map(link => link.kind)).toEqual(expect.arrayContaining([undefined, 'veth']))
})

test('a link without a kind that is not lo is physical', () => {
  const ends = LINKS.filter(bytes => decode(bytes).kind === 'veth')
  expect(ends.map(withoutKind).map(decode).map(isPhysical)).toEqual(ends.map(() => true))
})
