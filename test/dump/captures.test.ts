// Captures of the real tools (fixtures/captures/make.sh): what each gives, whole and in pieces of any size.
import { describe, expect, it } from 'vitest'
import { Conversation } from '../../src/dump/conversation.ts'
import { dissect } from '../../src/dump/dissect.ts'
import { type Datagram, datagramsOf, readDatagrams, SourceError } from '../../src/dump/sources/index.ts'
import { captureFiles, cooked, fixture, hex, netlinkMessage, numbers, pcapFile, pcapngFile } from './bytes.ts'

const capture = (file: string): Uint8Array => new Uint8Array(fixture(`captures/${file}`))
const text = (lines: string): Uint8Array => new TextEncoder().encode(lines)

interface Read {
  readonly datagrams: readonly Datagram[]
  readonly notes: readonly string[]
  readonly error: string | undefined
}

function read(bytes: Uint8Array): Read {
  const datagrams: Datagram[] = []
  const notes: string[] = []
  try {
    for (const datagram of datagramsOf(bytes, { note: text => notes.push(text) })) datagrams.push(datagram)
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    return { datagrams, notes, error: error.message }
  }
  return { datagrams, notes, error: undefined }
}

async function readInPieces(bytes: Uint8Array, size: number): Promise<Read> {
  const datagrams: Datagram[] = []
  const notes: string[] = []
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size)
  }
  try {
    for await (const batch of readDatagrams(pieces(), { note: text => notes.push(text) })) datagrams.push(...batch)
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    return { datagrams, notes, error: error.message }
  }
  return { datagrams, notes, error: undefined }
}

/** `> RTM_NEWLINK` */
function summary(datagrams: readonly Datagram[]): string[] {
  const conversation = new Conversation()
  return datagrams.flatMap(({ bytes, protocol, direction }) =>
    dissect(bytes, { protocol, conversation }).map(
      ({ typeName }) => `${direction === undefined ? '' : direction === 'sent' ? '> ' : '< '}${typeName}`,
    ),
  )
}

/** `ip link delete nosuch0` */
const DELETED = ['> RTM_NEWLINK', '< NLMSG_ERROR', '> RTM_GETLINK', '< NLMSG_ERROR']
/** What fixtures/link/add-veth.hex has. */
const VETH = ['RTM_NEWLINK', 'NLMSG_ERROR', 'RTM_NEWLINK', 'NLMSG_ERROR']

describe('every capture', () => {
  it.each(captureFiles)('%s is the same in pieces', async file => {
    const bytes = capture(file)
    const whole = read(bytes)
    for (const size of bytes.length < 5000 ? [1, 7, 1000] : [101, 4096])
      expect(await readInPieces(bytes, size)).toEqual(whole)
  })
})

describe('strace', () => {
  const styles = ['plain', 'time', 'microseconds', 'epoch', 'relative', 'both-times', 'escaped', 'numbers', 'raw']
  it.each([...styles, 'pointer', 'no-socket', 'stderr'])('%s', style => {
    const { datagrams, error } = read(capture(`${style}.strace`))
    expect({ error, types: summary(datagrams) }).toEqual({ error: undefined, types: DELETED })
    expect(datagrams.filter(({ protocol, broken }) => protocol !== 0 || broken)).toEqual([])
    // Two sockets, each with its answer.
    const [probe, probed, get, got] = datagrams.map(({ socket }) => socket)
    expect(probe).toBe(probed)
    expect(get).toBe(got)
    expect(get).not.toBe(probe)
  })

  it('has times: of day, since 1970, or since the beginning', () => {
    const times = (file: string) => read(capture(`${file}.strace`)).datagrams.map(({ time }) => time)
    const day = 86_400_000_000_000n
    expect(times('microseconds').every(time => time! < day && time! > 0n)).toBe(true)
    expect(times('epoch').every(time => time! > 1_700_000_000_000_000_000n)).toBe(true)
    expect(times('relative').every((time, i, all) => time! > (all[i - 1] ?? 0n) && time! < 1_000_000_000n)).toBe(true)
    expect(times('plain')).toEqual([undefined, undefined, undefined, undefined])
  })

  it('goes past midnight', () => {
    const line = (time: string) => `${time} sendto(3, {nlmsg_len=16}, 16, 0, NULL, 0) = 16\n${sixteen}`
    const { datagrams } = read(text(`${line('23:59:59')}${line('00:00:01')}`))
    expect(datagrams[1]!.time! - datagrams[0]!.time!).toBe(2_000_000_000n)
  })

  it('tells processes apart, and joins what they interrupt', () => {
    const { datagrams } = read(capture('processes.strace'))
    const types = summary(datagrams)
    expect(types.filter(type => type.endsWith('RTM_NEWADDR'))).toEqual(['> RTM_NEWADDR', '< RTM_NEWADDR'])
    const told = datagrams[types.indexOf('< RTM_NEWADDR')]!
    const asked = datagrams[types.indexOf('> RTM_NEWADDR')]!
    expect(told.process).not.toBe(asked.process)
    expect(told.socket).not.toBe(asked.socket)
  })

  it('knows which namespace a descriptor is', () => {
    const { datagrams } = read(capture('netns.strace'))
    const move = datagrams[summary(datagrams).lastIndexOf('> RTM_NEWLINK')]!
    expect([...move.files!.values()]).toEqual(['/run/netns/ns1'])
  })

  it('knows the protocol', () => {
    const { datagrams } = read(capture('generic.strace'))
    expect(summary(datagrams)).toEqual(['> CTRL_CMD_GETFAMILY', '< NLMSG_ERROR'])
  })

  it('without bytes says how to trace', () => {
    const none = read(capture('no-bytes.strace'))
    expect(none.datagrams).toEqual([])
    expect(none.error).toMatch(/^line \d+: 4 calls .* make it with: strace .*-e read=all -e write=all/)
    const half = read(capture('no-writes.strace'))
    expect(summary(half.datagrams)).toEqual(['< NLMSG_ERROR', '< NLMSG_ERROR'])
    expect(half.error).toMatch(/: 2 calls/)
  })

  const sixteen = ' | 00000  10 00 00 00 01 00 00 00  00 00 00 00 00 00 00 00   ............... |\n'
  const opened = 'socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE) = 3\n'

  it.each([
    ['a look that leaves the datagram there', `recvmsg(3, {msg_iov=[]}, MSG_PEEK|MSG_TRUNC) = 16\n${sixteen}`],
    ['another socket', `socket(AF_INET, SOCK_DGRAM, 0) = 3\nsendto(3, "", 16, 0, NULL, 0) = 16\n${sixteen}`],
    ['another descriptor', `write(1, "", 16) = 16\n${sixteen}`],
    ['a closed one', `close(3) = 0\nread(3, "", 16) = 16\n${sixteen}`],
    ['what -y says is a file', `write(3</tmp/x>, "", 16) = 16\n${sixteen}`],
    ['a failed call', 'recvmsg(3, {}, 0) = -1 EAGAIN (Resource temporarily unavailable)\n'],
  ])('passes over %s', (_what, lines) => {
    expect(read(text(opened + lines))).toMatchObject({ datagrams: [], error: undefined })
  })

  it.each([
    ['write', `write(3, "", 16) = 16\n${sixteen}`, 'sent'],
    ['readv', `readv(3, [{"", 16}], 1) = 16\n * 16 bytes in buffer 0\n${sixteen}`, 'received'],
    ['a copy', `dup(3) = 4\nwrite(4, "", 16) = 16\n${sixteen}`, 'sent'],
    ['the form before 5.0', `sendto(5, {{len=16, type=NLMSG_NOOP}, ""}, 16, 0, NULL, 0) = 16\n${sixteen}`, 'sent'],
  ])('reads %s', (_what, lines, direction) => {
    const { datagrams } = read(text(opened + lines))
    expect(datagrams).toMatchObject([{ direction, bytes: netlinkMessage(1, 0, new Uint8Array(0), 0) }])
  })

  it('reads several messages of one call', () => {
    const vector = (i: number) => ` = 1 buffers in vector ${i}\n * 16 bytes in buffer 0\n${sixteen}`
    const { datagrams } = read(text(`${opened}recvmmsg(3, [], 2, 0, NULL) = 2\n${vector(0)}${vector(1)}close(3) = 0\n`))
    expect(datagrams.map(({ bytes, place }) => [bytes.length, place])).toEqual([
      [16, 'line 3'],
      [16, 'line 6'],
    ])
  })

  it('says what was cut', () => {
    const { datagrams } = read(text(`${opened}recvfrom(3, "", 16, MSG_TRUNC, NULL, NULL) = 40\n${sixteen}`))
    expect(datagrams).toMatchObject([{ broken: '16 of its 40 bytes are there' }])
  })

  it('points at a broken line of bytes', () => {
    const broken = `${opened}write(3, "", 32) = 32\n${sixteen}${sixteen.replace('00000', '00020')}`
    expect(read(text(broken)).datagrams).toMatchObject([{ broken: 'line 4: offset 0x00020 follows 0x10' }])
    const bad = `${opened}write(3, "", 16) = 16\n${sixteen.replace('10 00', '1g 00')}`
    expect(read(text(bad)).datagrams).toMatchObject([{ broken: 'line 3: no line of bytes as strace writes them' }])
  })
})

describe('rtmon', () => {
  it('gives its times', () => {
    const { datagrams } = read(capture('address.rtmon'))
    expect(summary(datagrams).slice(-2)).toEqual(['< RTM_NEWADDR', '< RTM_DELADDR'])
    expect(datagrams.at(-1)!.time! > 1_700_000_000_000_000_000n).toBe(true)
  })
})

describe('raw messages', () => {
  const one = netlinkMessage(18, 0x301, new Uint8Array(17))

  it('one behind the other, with zeros between', () => {
    expect(summary(read(capture('veth.bin')).datagrams)).toEqual(['RTM_NEWLINK', 'RTM_NEWLINK'])
    const { datagrams, error } = read(Uint8Array.from([...one, 0, 0, 0, ...new Array(4096).fill(0), ...one, 0]))
    expect({ error, lengths: datagrams.map(({ bytes }) => bytes.length) }).toEqual({
      error: undefined,
      lengths: [33, 33],
    })
  })

  it('break off where a length cannot be', () => {
    const { datagrams, error } = read(Uint8Array.from([...one, 0, 0, 0, ...hex('05000000 12000103 00000000 00000000')]))
    expect(datagrams).toHaveLength(1)
    expect(error).toBe('message 2 at byte 36: its header says it has 5 bytes; what follows cannot be read')
  })
})

describe('hexadecimal text', () => {
  const request = capture('request.bin')

  it.each(['xxd-request.txt', 'xxd-p.txt', 'xxd-i.c', 'hexdump-C.txt', 'od.txt'])('%s', file => {
    const { datagrams, error } = read(capture(file))
    expect({ error, bytes: datagrams.map(({ bytes }) => bytes) }).toEqual({ error: undefined, bytes: [request] })
  })

  it.each(['xxd.txt', 'xxd-g1-c8.txt'])('%s', file => {
    expect(read(capture(file)).datagrams.map(({ bytes }) => bytes)).toEqual([capture('veth.bin')])
  })

  it.each(['tcpdump-x.txt', 'tcpdump-X.txt', 'tshark-x.txt'])('%s, with the header of a captured packet', file => {
    const { datagrams, error } = read(capture(file))
    expect({ error, types: summary(datagrams) }).toEqual({ error: undefined, types: VETH })
    expect(datagrams.map(({ bytes }) => bytes)).toEqual(read(fixture('link/add-veth.hex')).datagrams.map(d => d.bytes))
  })

  it.each([
    ['C', 'unsigned char a[16] = {\n  0x10, 0x00, 0x00, 0x00, 1, 0, // type\n  0,0, 0,0,0,0, 0,0,0,0 };\n'],
    ['Go', 'msg := []byte{0x10, 0x00, 0x00, 0x00, 0x01, 0x0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}'],
    ['Rust', 'let a: [u8; 16] = [0x10u8, 0x0, 0x0, 0x0, 0x1, 0x0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];'],
    [
      'no brackets',
      '0x10, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00,\n0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00\n',
    ],
    ['a C string', 'char a[] = "\\x10\\x00\\x00\\x00" /* length */\n  "\\001\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0";'],
    ['Python', "s.send(b'\\x10\\x00\\x00\\x00\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00')"],
    ['characters', "u8 a[] = { 0x10, '\\0', 0, 0, '\\001', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };"],
  ])('%s', (_language, lines) => {
    const bytes = netlinkMessage(1, 0, new Uint8Array(0), 0)
    expect(read(text(lines))).toMatchObject({
      error: undefined,
      datagrams: [{ bytes, place: expect.stringMatching(/^line [12]$/) }],
    })
  })

  it('points at what is no byte', () => {
    expect(read(text('u8 a[] = { 0x10, 0x100, 2 };')).datagrams).toMatchObject([
      { bytes: hex('10'), broken: 'line 1, column 18: 0x100 is no byte' },
    ])
    expect(read(text('u8 a[] = { 0x10, SIZE };')).datagrams).toMatchObject([
      { broken: "line 1, column 18: 'SIZE' is no byte" },
    ])
  })

  it('repeats lines as hexdump does', () => {
    const lines = '00000000  40 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |@...|\n'
    const zeros = '00000010  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |....|\n*\n00000040\n'
    expect(read(text(lines + zeros)).datagrams).toMatchObject([{ bytes: hex(`40${'00'.repeat(63)}`) }])
  })

  it('points at an offset that jumps, and at a bad digit', () => {
    const first = '00000000: 4000 0000 0000 0000 0000 0000 0000 0000  @...............\n'
    expect(read(text(`${first}00000020: 0000\n`)).datagrams).toMatchObject([
      { broken: 'line 2: offset 32 follows 16', bytes: { length: 16 } },
    ])
    expect(read(text(`${first}00000010: 00zz\n`)).datagrams).toMatchObject([
      { broken: "line 2: column 13: 'z' is no hexadecimal digit", bytes: { length: 17 } },
    ])
  })

  it('says time and process in comments', () => {
    const line = '# protocol: generic  time: 2026-11-25T09:27:37.985609001Z  process: 12\n> 0102\n> 0304\n'
    expect(read(text(line)).datagrams).toMatchObject([
      { protocol: 16, process: 12, time: 1_795_598_857_985_609_001n },
      { protocol: 16, place: 'line 3' },
    ])
  })
})

describe('pcap and pcapng', () => {
  it.each(['netlink.pcap', 'nanoseconds.pcap', 'netlink.pcapng', 'mixed.pcapng'])('%s', file => {
    const { datagrams, error } = read(capture(file))
    expect({ error, types: summary(datagrams) }).toEqual({ error: undefined, types: VETH })
  })

  it('names the interfaces that are passed over', () => {
    expect(read(capture('mixed.pcapng')).notes).toEqual([
      "the packets of interface 1, link type 1 (Ethernet) are passed over: they are not netlink's",
    ])
  })

  it('without a netlink interface is refused', () => {
    expect(read(capture('ethernet.pcap')).error).toMatch(/its link type is 1 \(Ethernet\), not 253/)
    const only = pcapngFile([cooked(hex('00'), 0)])
    only[36] = 1
    expect(read(only).error).toMatch(/none of its interfaces .* interface 0, link type 1 \(Ethernet\)/)
  })

  it('with lengths that cannot be are refused, not believed', () => {
    const file = pcapFile([new Uint8Array(16)], {})
    file.set(numbers('little', [4, 0x7fffffff]), 32)
    expect(read(file).error).toMatch(/packet 1 at byte 24: it says it has 2147483647 bytes/)
    const block = pcapngFile([cooked(hex('00'), 0)])
    block[block.length - 4]!++
    expect(read(block).error).toMatch(/says before that it has \d+ bytes, and behind \d+/)
  })
})

describe('what is compressed', () => {
  it('says how to read it', () => {
    expect(read(hex('1f8b0800 00000000 00000000 00000000')).error).toBe("it is compressed: 'gzip -dc FILE | nl-dump -'")
  })
})
