// What nl-dump prints: the tree, the bytes, JSON.
import { describe, expect, it } from 'vitest'
import { Conversation } from '../../src/dump/conversation.ts'
import { dissect } from '../../src/dump/dissect.ts'
import { type PrintOptions, print } from '../../src/dump/print.ts'
import { datagramsOf } from '../../src/dump/sources/index.ts'
import { attribute, concat, fixture, fixtureFiles, hex, netlinkMessage } from './bytes.ts'

/** All messages of a file as text. */
function show(bytes: Uint8Array, options: PrintOptions): string[] {
  const conversation = new Conversation()
  const texts: string[] = []
  for (const { bytes: datagram, protocol, direction, place } of datagramsOf(bytes))
    for (const message of dissect(datagram, { protocol, conversation }))
      texts.push(print({ message, datagram, number: texts.length + 1, origin: { place, direction } }, options))
  return texts
}

const rename = (name: string): Uint8Array =>
  netlinkMessage(16, 5, concat(new Uint8Array(16), attribute(3, new TextEncoder().encode(`${name}\0`))))
const showOne = (bytes: Uint8Array, options: PrintOptions = {}): string =>
  print({ message: dissect(bytes)[0]!, datagram: bytes, number: 1 }, options)

describe('the tree', () => {
  it('of a request', () => {
    expect(show(fixture('link/add-veth.hex'), {})[2]).toMatchInlineSnapshot(`
      "#3 → RTM_NEWLINK  request|ack|excl|create  seq 1795489014  port 0  92 bytes  (line 7)
          ifi_family unspec  ifi_type netrom  ifi_index 0  ifi_flags 0  ifi_change 0
          IFLA_IFNAME  'veth1'
          IFLA_LINKINFO
            IFLA_INFO_KIND  'veth'
            IFLA_INFO_DATA
              VETH_INFO_PEER
                ifi_family unspec  ifi_type netrom  ifi_index 0  ifi_flags 0  ifi_change 0
                IFLA_IFNAME  'veth2'
      "
    `)
  })

  it('of a refusal', () => {
    expect(show(fixture('netns/set-twice.hex'), {})[1]).toMatchInlineSnapshot(`
      "#2 ← NLMSG_ERROR  EEXIST: File exists 'Peer netns already has a nsid assigned' at NETNSA_FD  ack-tlvs  seq 1795489019  port 8  108 bytes  (line 9)
          the request: RTM_NEWNSID  request|ack  seq 1795489019  port 0  36 bytes
            rtgen_family unspec
            NETNSA_FD  6
            NETNSA_NSID  8
          NLMSGERR_ATTR_MSG  'Peer netns already has a nsid assigned'
          NLMSGERR_ATTR_OFFS  20  → NETNSA_FD
          at: NETNSA_FD 6, byte 20 of the request
          0010  00 00 00 00 08 00 03 00 06 00 00 00 08 00 01 00
                            ^^^^^^^^^^^^^^^^^^^^^^^
          usually: a namespace keeps its nsid as long as it lives
      "
    `)
  })

  it('of a truncated message', () => {
    expect(showOne(rename('v1').subarray(0, 37))).toMatchInlineSnapshot(`
      "#1 → RTM_NEWLINK  request|ack  seq 1  port 0  37 bytes  ✗ the header says it has 40 bytes, 37 are there
          nlmsg_len 40  nlmsg_type 16  nlmsg_flags 5  nlmsg_seq 1  nlmsg_pid 0  ifi_family unspec
          ifi_type netrom  ifi_index 0  ifi_flags 0  ifi_change 0
          ✗ byte 32: an attribute's header says 7 bytes, 5 are there
            07 00 03 00 76
      "
    `)
  })

  it('has no escape sequences of the capture in it', () => {
    expect(showOne(rename('a\u001b[31m\u009b\u202e\n'))).toContain("'a\\u{1b}[31m\\u{9b}\\u{202e}\\n'")
  })

  it('has colours only where they are asked for', () => {
    expect(showOne(rename('v1'))).not.toContain('\u001b')
    expect(showOne(rename('v1'), { colors: true })).toContain('\u001b[')
  })
})

describe('--hex', () => {
  it('shows every byte once, in order', () => {
    expect(showOne(rename('v1'), { format: 'hex' })).toMatchInlineSnapshot(`
      "#1 → RTM_NEWLINK  request|ack  seq 1  port 0  40 bytes
        0000  28 00 00 00                                      nlmsg_len 40
        0004  10 00                                            nlmsg_type RTM_NEWLINK (16)
        0006  05 00                                            nlmsg_flags request|ack
        0008  01 00 00 00                                      nlmsg_seq 1
        000c  00 00 00 00                                      nlmsg_pid 0
        0010  00                                                 ifi_family unspec
        0011  00                                                 __ifi_pad 0
        0012  00 00                                              ifi_type netrom
        0014  00 00 00 00                                        ifi_index 0
        0018  00 00 00 00                                        ifi_flags 0
        001c  00 00 00 00                                        ifi_change 0
        0020  07 00 03 00                                        IFLA_IFNAME type 3, length 7 + 1 padding
        0024  76 31 00                                             string 'v1'
        0027  00                                                   padding
      "
    `)
  })

  it.each(fixtureFiles)('has all bytes of %s', file => {
    const bytes = fixture(file)
    const conversation = new Conversation()
    for (const { bytes: datagram, protocol } of datagramsOf(bytes)) {
      const messages = dissect(datagram, { protocol, conversation })
      const text = messages.map(message => print({ message, datagram, number: 1 }, { format: 'hex' })).join('')
      const shown = [...text.matchAll(/^ {2}[0-9a-f]{4,} {2}((?:[0-9a-f]{2} ?)+)/gm)].map(match => match[1]).join('')
      expect(shown.replaceAll(' ', '')).toBe(Buffer.from(datagram).toString('hex'))
    }
  })
})

describe('--json', () => {
  it('is an object a line', () => {
    const texts = show(fixture('link/show.hex'), { format: 'json' })
    for (const text of texts) expect(text).toMatch(/^\{.*\}\n$/)
    const link = texts
      .map(text => JSON.parse(text))
      .find(message => message.type === 'RTM_NEWLINK' && message.direction === 'received')
    expect(link).toMatchObject({ protocol: 'route', typeNumber: 16, direction: 'received', portId: expect.any(Number) })
    expect(link.attributes).toContainEqual(expect.objectContaining({ name: 'IFLA_IFNAME', key: 'name', type: 3 }))
  })

  it('has 64-bit numbers as numbers while they are exact, then as text, and bytes as hexadecimal digits', () => {
    const stats = (value: string) => attribute(23, hex(value.padEnd(2 * 8 * 25, '0')))
    const message = (value: string) => netlinkMessage(16, 0, concat(new Uint8Array(16), stats(value)))
    const packets = (value: string) =>
      JSON.parse(showOne(message(value), { format: 'json' })).attributes[0].children[0].value
    expect(packets('0500000000000000')).toBe(5)
    expect(packets('ffffffffffffffff')).toBe('18446744073709551615')
    const unknown = netlinkMessage(16, 0, concat(new Uint8Array(16), attribute(999, hex('00ff'))))
    expect(JSON.parse(showOne(unknown, { format: 'json' })).attributes[0]).toMatchObject({ bytes: '00ff' })
  })

  it('says what is wrong and where', () => {
    const json = JSON.parse(showOne(rename('v1').subarray(0, 37), { format: 'json' }))
    expect(json.problems).toEqual([
      { offset: 0, text: 'the header says it has 40 bytes, 37 are there' },
      { offset: 32, text: "an attribute's header says 7 bytes, 5 are there" },
    ])
  })
})
