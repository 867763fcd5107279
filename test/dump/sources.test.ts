// The inputs of nl-dump: hexadecimal text, pcap, pcapng; what each gives, and where each says that it breaks off.
import { describe, expect, it } from 'vitest'
import { type Datagram, datagramsOf, SourceError } from '../../src/dump/sources/index.ts'
import { concat, cooked, fixture, hex, netlinkMessage, pcapFile, pcapngFile } from './bytes.ts'

const text = (lines: string): Uint8Array => new TextEncoder().encode(lines)

/** What a source gives before it ends, and the error that it ends with. */
function read(bytes: Uint8Array): { datagrams: Datagram[]; error: string | undefined } {
  const datagrams: Datagram[] = []
  try {
    for (const datagram of datagramsOf(bytes)) datagrams.push(datagram)
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    return { datagrams, error: error.message }
  }
  return { datagrams, error: undefined }
}

const first = netlinkMessage(18, 0x301, new Uint8Array(16))
const second = netlinkMessage(3, 2, new Uint8Array(4))

describe('hexadecimal text', () => {
  it('has a datagram a line, with its direction', () => {
    expect(read(text('# a comment\n\n> 0102\n< 03 04\r\n0506 # behind\n')).datagrams).toEqual([
      { bytes: hex('0102'), place: 'line 3', direction: 'sent' },
      { bytes: hex('0304'), place: 'line 4', direction: 'received' },
      { bytes: hex('0506'), place: 'line 5' },
    ])
  })

  it.each(['0a:0b:0c', '0x0a 0x0b 0x0c', '0x0a0b0c', '0A0B0C', '  0a,0b, 0c', '\ufeff0a0b0c'])('may be %j', line => {
    expect(read(text(line)).datagrams[0]!.bytes).toEqual(hex('0a0b0c'))
  })

  it('says its protocol', () => {
    const { datagrams } = read(text('# protocol: generic\n> 01\n# protocol: sock_diag\n> 02\n'))
    expect(datagrams.map(datagram => datagram.protocol)).toEqual([16, 4])
    expect(read(text('# protocol: nonsense\n> 01')).error).toBe("line 1: 'nonsense' is no netlink protocol")
  })

  it('points at a digit that is none, and reads on', () => {
    const { datagrams } = read(text('> 0102\n> 01g2\n> 0304'))
    expect(datagrams[1]).toMatchObject({ place: 'line 2', broken: "column 5: 'g' is no hexadecimal digit" })
    expect(datagrams[2]!.bytes).toEqual(hex('0304'))
  })

  it('points at an odd number of digits', () => {
    const { datagrams } = read(text('> 01 02 3 # odd'))
    expect(datagrams[0]).toMatchObject({ bytes: hex('0102'), broken: 'column 9: an odd number of hexadecimal digits' })
  })

  it('is recognised where there are only comments', () => {
    expect(read(text('# command: true\n'))).toEqual({ datagrams: [], error: undefined })
  })
})

describe('pcap', () => {
  const packets = [cooked(first, 0, 7), cooked(second, 16, 6)]

  it.each([
    ['little', false, 1_000_005_000n],
    ['big', false, 1_000_005_000n],
    ['little', true, 1_000_000_005n],
    ['big', true, 1_000_000_005n],
  ] as const)('%s-endian, nanoseconds %s', (order, nanoseconds, time) => {
    expect(read(pcapFile(packets, { order, nanoseconds }))).toEqual({
      error: undefined,
      datagrams: [
        { bytes: first, protocol: 0, direction: 'sent', time, place: 'packet 1 at byte 24' },
        {
          bytes: second,
          protocol: 16,
          direction: 'received',
          time: time + 1_000_000_000n,
          place: 'packet 2 at byte 88',
        },
      ],
    })
  })

  it('holds every datagram of a fixture', () => {
    const captured = read(fixture('link/add-veth.hex')).datagrams
    const file = pcapFile(
      captured.map(datagram => cooked(datagram.bytes, 0)),
      {},
    )
    expect(read(file).datagrams.map(datagram => datagram.bytes)).toEqual(captured.map(datagram => datagram.bytes))
  })

  it.each([
    [10, 0, /at byte 10: the file ends inside its header/],
    [30, 0, /packet 1 at byte 24: the file ends at byte 30, inside the packet's header/],
    [60, 1, /packet 1 at byte 24: the file ends at byte 60; the packet's 48 bytes begin at 40/],
    [90, 1, /packet 2 at byte 88: the file ends at byte 90/],
  ])('cut off at byte %i gives what is there and says where', (length, count, message) => {
    const { datagrams, error } = read(pcapFile(packets, {}).subarray(0, length))
    expect(datagrams).toHaveLength(count)
    expect(error).toMatch(message)
  })

  it('of another link type is refused', () => {
    expect(read(pcapFile([], { linkType: 1 })).error).toMatch(/its link type is 1 \(Ethernet\), not 253 \(netlink/)
  })

  it('may hold packets that are too short, or of another device', () => {
    const other = cooked(first, 0)
    other[3] = 1
    const { datagrams } = read(pcapFile([hex('0004'), other], {}))
    expect(datagrams[0]!.broken).toMatch(/2 bytes, too few for its netlink header/)
    expect(datagrams[1]!.broken).toMatch(/not 824/)
  })
})

describe('pcapng', () => {
  const packets = [cooked(first, 0), cooked(second, 16)]

  it.each(['little', 'big'] as const)('%s-endian', order => {
    expect(read(pcapngFile(packets, order))).toMatchObject({
      error: undefined,
      datagrams: [
        { bytes: first, protocol: 0, time: 1n },
        { bytes: second, protocol: 16, time: 2n },
      ],
    })
  })

  it('cut off says where', () => {
    const file = pcapngFile(packets)
    const { datagrams, error } = read(file.subarray(0, file.length - 10))
    expect(datagrams).toHaveLength(1)
    expect(error).toMatch(new RegExp(`the file ends at byte ${file.length - 10}, inside a block`))
  })

  it('with a block of no length does not hang', () => {
    expect(read(concat(pcapngFile([]), hex('06000000 00000000 00000000'))).error).toMatch(/a block says it has 0 bytes/)
  })
})

describe('what is none of these', () => {
  it.each([
    ['nothing', '', /^it is empty$/],
    [
      'text',
      'hello\n',
      /none of: pcap, pcapng, raw messages \(rtmon\), strace text, hexadecimal text; it begins with the bytes 68656c6c6f0a/,
    ],
  ])('%s', (_what, content, message) => {
    expect(read(text(content)).error).toMatch(message)
  })
})
