// dissect and compose: what a datagram's tree says, of good bytes and of broken ones.
import { describe, expect, it } from 'vitest'
import { Conversation } from '../../src/dump/conversation.ts'
import { compose, composeDatagram, dissect, namedBytes, pathAt, problems } from '../../src/dump/dissect.ts'
import type { DissectedMessage } from '../../src/dump/dissected.ts'
import { attribute, concat, glance, hex, netlinkMessage } from './bytes.ts'

const ifinfomsg = new Uint8Array(16)
const name = attribute(3, hex('7665746831 00'))
/** Linkinfo (18) > kind (1) 'veth'. */
const linkinfo = attribute(18, attribute(1, hex('76657468')))
const newLink = netlinkMessage(16, 0x605, concat(ifinfomsg, name, linkinfo))

const one = (bytes: Uint8Array, options = {}): DissectedMessage => dissect(bytes, options)[0]!
const problemsOf = (bytes: Uint8Array) => dissect(bytes).flatMap(problems)
const error = (errno: number): Uint8Array => new Uint8Array(Int32Array.of(-errno).buffer)

describe('a message', () => {
  it('has its header, fields and attributes with their offsets', () => {
    const message = one(newLink)
    expect(message).toMatchObject({ typeName: 'RTM_NEWLINK', offset: 0, length: newLink.length, sequence: 1 })
    expect(message.header.map(node => node.offset)).toEqual([0, 4, 6, 8, 12])
    expect(message.fields.map(node => [node.name, node.offset])).toContainEqual(['ifi_index', 20])
    expect(message.attributes[0]).toMatchObject({ name: 'IFLA_IFNAME', offset: 36, length: 6, value: 'veth1' })
    expect(message.attributes[1]!.children).toMatchObject([{ name: 'IFLA_INFO_KIND', value: 'veth', offset: 52 }])
  })

  it.each([
    [16, 0x605, ['request', 'ack', 'excl', 'create']],
    [17, 0x205, ['request', 'ack', 'bulk']],
    [18, 0x301, ['request', 'dump']],
    [18, 0x101, ['request', 'root']],
    [19, 0x005, ['request', 'ack']],
    [2, 0x300, ['capped', 'ack-tlvs']],
    [3, 0x012, ['multi', 'dump-intr']],
  ])('of type %i has its flags 0x%s in the words of its verb', (type, flags, words) => {
    expect(one(netlinkMessage(type, flags, ifinfomsg)).flagWords).toEqual(words)
  })

  it('of a type that no table has is bytes', () => {
    const message = one(netlinkMessage(200, 0, hex('01020304')))
    expect(message).toMatchObject({
      typeName: 'RTM type 200',
      attributes: [{ name: 'payload', bytes: hex('01020304') }],
    })
    expect(namedBytes(message)).toBe(16)
  })

  it('keeps an attribute that no table has', () => {
    const bytes = netlinkMessage(16, 0, concat(ifinfomsg, attribute(999, hex('0102'))))
    const message = one(bytes)
    expect(message.attributes).toMatchObject([{ name: 'unknown', type: 999, bytes: hex('0102') }])
    expect(namedBytes(message)).toBe(32)
    expect(compose(message)).toEqual(bytes)
  })

  it('is composed from its values, with lengths computed', () => {
    const message = one(newLink)
    message.attributes[0]!.value = 'a-longer-name'
    const composed = one(compose(message))
    expect(composed.attributes[0]!.value).toBe('a-longer-name')
    expect(composed.header[0]!.value).toBe(newLink.length + 8)
    expect(problems(composed)).toEqual([])
  })

  it('may have the zeros of a whole buffer behind what should align it, and is seen so at a glance', () => {
    const message = netlinkMessage(18, 1, new Uint8Array(18))
    const datagram = concat(message, hex('6e33'), new Uint8Array(4))
    const messages = dissect(datagram)
    expect(messages).toHaveLength(1)
    expect(messages[0]).toMatchObject({ length: message.length, padding: 6, paddingBytes: hex('6e3300000000') })
    expect(composeDatagram(messages)).toEqual(datagram)
    expect(glance(datagram)).toHaveLength(1)
  })

  it('may have the zeros of a whole buffer behind it', () => {
    const messages = dissect(concat(newLink, new Uint8Array(1000)))
    expect(messages).toHaveLength(1)
    expect(messages[0]).toMatchObject({ padding: 1000, length: newLink.length })
    expect(problems(messages[0]!)).toEqual([])
  })

  it('may be followed by others', () => {
    const short = netlinkMessage(88, 1, hex('00'))
    const messages = dissect(concat(short, new Uint8Array(3), newLink))
    expect(messages.map(message => [message.typeName, message.offset, message.padding])).toEqual([
      ['RTM_NEWNSID', 0, 3],
      ['RTM_NEWLINK', 20, 0],
    ])
  })
})

describe('what the kernel answers', () => {
  it('is an ack, with the header of the request', () => {
    const ack = netlinkMessage(2, 0x100, concat(error(0), newLink.subarray(0, 16)))
    const message = one(ack)
    expect(message.verdict).toEqual({ errno: 0, code: '', text: '' })
    expect(message.echo).toMatchObject({ typeName: 'RTM_NEWLINK', capped: true, flagWords: expect.any(Array) })
    expect(namedBytes(message)).toBe(ack.length)
    expect(compose(message)).toEqual(ack)
  })

  it('is an ack of an old kernel, capped without the flag', () => {
    const ack = netlinkMessage(2, 0, concat(error(0), newLink.subarray(0, 16)))
    expect(problemsOf(ack)).toEqual([])
    expect(compose(one(ack))).toEqual(ack)
  })

  it('is an error, with the whole request and the attribute that it points at', () => {
    const says = attribute(1, hex('6e6f00'))
    const at = attribute(2, hex('30000000'))
    const bytes = netlinkMessage(2, 0x200, concat(error(95), newLink, says, at))
    const message = one(bytes)
    expect(message.verdict).toEqual({
      errno: 95,
      code: 'EOPNOTSUPP',
      text: 'Operation not supported',
      said: 'no',
      offset: 48,
      attribute: ['IFLA_LINKINFO', 'IFLA_INFO_KIND'],
      advice: expect.stringContaining('this kernel has no support for it'),
    })
    expect(message.refused).toBe(message.echo)
    expect(message.echo!.attributes[0]!.value).toBe('veth1')
    expect(compose(message)).toEqual(bytes)
    expect(namedBytes(message)).toBe(bytes.length)
  })

  it('points into the request sent before when the echo is capped', () => {
    const conversation = new Conversation()
    dissect(newLink, { conversation })
    const refusal = concat(error(22), newLink.subarray(0, 16), attribute(2, hex('20000000')))
    const message = one(netlinkMessage(2, 0x300, refusal), { conversation })
    expect(message.verdict!.attribute).toEqual(['IFLA_IFNAME'])
    expect(compose(message.refused!)).toEqual(newLink)
  })

  it.each([
    ['in the message', '', 'IFLA_MTU', undefined],
    ['in a nest', '08000600 2c000000', 'IFLA_INFO_SLAVE_KIND', ['IFLA_LINKINFO']],
  ])('names an attribute that is missing %s', (_where, nest, missing, missingIn) => {
    const type = attribute(5, hex('04000000'))
    const message = one(netlinkMessage(2, 0x200, concat(error(22), newLink, type, hex(nest))))
    expect(message.verdict!.missing).toBe(missing)
    expect(message.verdict!.missingIn).toEqual(missingIn)
  })

  it('has the policy in words', () => {
    const policy = attribute(
      4,
      concat(
        attribute(1, hex('04000000')),
        attribute(4, hex('4400000000000000')),
        attribute(5, hex('ffff000000000000')),
      ),
    )
    const message = one(netlinkMessage(2, 0x200, concat(error(34), newLink, policy)))
    expect(message.verdict!.policy).toBe('u32, 68 to 65535')
  })

  it('is the end of a dump, with an error or without', () => {
    expect(one(netlinkMessage(3, 2, error(0))).verdict!.errno).toBe(0)
    expect(one(netlinkMessage(3, 2, error(4))).verdict!.code).toBe('EINTR')
    expect(problemsOf(netlinkMessage(3, 2, new Uint8Array(0)))).toEqual([])
  })
})

describe('generic netlink', () => {
  const controller = netlinkMessage(16, 1, hex('03010000'))

  it('knows the controller', () => {
    expect(one(controller, { protocol: 16 })).toMatchObject({ family: 'nlctrl', typeName: 'CTRL_CMD_GETFAMILY' })
  })

  it('learns a family from the answers of the controller', () => {
    const conversation = new Conversation()
    const options = { protocol: 16, conversation }
    const request = netlinkMessage(33, 1, hex('01010000'))
    expect(one(request, options).typeName).toBe('family 33 command 1')
    const family = concat(attribute(1, hex('2100')), attribute(2, hex('6e657464657600')))
    dissect(netlinkMessage(16, 0, concat(hex('01020000'), family)), options)
    expect(one(request, options)).toMatchObject({ family: 'netdev', typeName: 'NETDEV_CMD_DEV_GET' })
  })
})

describe('broken bytes', () => {
  it.each([
    ['a header cut off', newLink.subarray(0, 10), 0, /10 of the 16 bytes/],
    ['a message cut off', newLink.subarray(0, 40), 0, /it has 56 bytes, 40 are there/],
    ['a length of 0 that more follows', concat(hex('00000000'), newLink.subarray(4)), 0, /it has 0 bytes/],
    ['a length of 8', concat(hex('08000000'), newLink.subarray(4)), 0, /it has 8 bytes/],
    ['a length of 4 GB', concat(hex('ffffffff'), newLink.subarray(4)), 0, /4294967295 bytes, 56 are there/],
    ['an attribute of 0 bytes', netlinkMessage(16, 0, concat(ifinfomsg, hex('00000300'))), 32, /says 0 bytes/],
    ['an attribute of 64 KB', netlinkMessage(16, 0, concat(ifinfomsg, hex('ffff0300'))), 32, /says 65535 bytes, 4/],
    ['bytes behind the last attribute', netlinkMessage(16, 0, concat(ifinfomsg, hex('0102'))), 32, /2 bytes are over/],
    ['an error without an errno', netlinkMessage(2, 0, hex('0102')), undefined, undefined],
    [
      'an error whose request is cut off',
      netlinkMessage(2, 0, concat(error(1), newLink.subarray(0, 30))),
      20,
      /56 bytes, 30/,
    ],
  ])('%s: points at it, keeps the rest, composes the same', (_what, bytes, offset, text) => {
    const found = problemsOf(bytes)
    if (offset !== undefined) expect(found[0]).toEqual({ offset, text: expect.stringMatching(text!) })
    expect(concat(...dissect(bytes).map(compose))).toEqual(bytes)
  })

  it('shows what is before the break', () => {
    const message = one(newLink.subarray(0, 50))
    expect(message.attributes[0]).toMatchObject({ name: 'IFLA_IFNAME', value: 'veth1' })
    expect(message.attributes[1]).toMatchObject({ name: 'malformed', offset: 44 })
  })

  it('survives nests within nests as deep as a message allows', () => {
    let nest: Uint8Array = new Uint8Array(0)
    while (nest.length < 60_000) nest = attribute(18, attribute(2, nest))
    expect(() => dissect(netlinkMessage(16, 0, concat(ifinfomsg, nest)))).not.toThrow()
  })
})

describe('pathAt', () => {
  it.each([
    [20, ['ifi_index']],
    [32, ['IFLA_IFNAME']],
    [44, ['IFLA_LINKINFO']],
    [48, ['IFLA_LINKINFO', 'IFLA_INFO_KIND']],
    [500, []],
  ])('offset %i is %j', (offset, path) => {
    expect(pathAt(one(newLink), offset)).toEqual(path)
  })
})
