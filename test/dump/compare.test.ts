// Comparing: two lists aligned, two captures, two messages.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { align } from '../../src/dump/align.ts'
import { run } from '../../src/dump/command.ts'
import { netlinkMatchers, toEqualNetlink } from '../../src/dump/matcher.ts'
import { attribute, concat, fixture, fixtureFiles, hex, netlinkMessage } from './bytes.ts'

describe('align', () => {
  const pairs = (a: string, b: string) =>
    align([{ a: [...a], b: [...b] }]).map(
      ({ a: i, b: j }) => `${i === undefined ? '' : a[i]}${j === undefined ? '' : b[j]}`,
    )

  it('survives insertions and deletions', () => {
    expect(pairs('abcd', 'abXcd')).toEqual(['aa', 'bb', 'X', 'cc', 'dd'])
    expect(pairs('abcd', 'acd')).toEqual(['aa', 'b', 'cc', 'dd'])
    expect(pairs('', 'ab')).toEqual(['a', 'b'])
    expect(pairs('ab', '')).toEqual(['a', 'b'])
  })

  it('looks by the next key at what stands between', () => {
    const exact = { a: ['a', 'b1', 'c'], b: ['a', 'x9', 'b2', 'c'] }
    const first = { a: ['a', 'b', 'c'], b: ['a', 'x', 'b', 'c'] }
    expect(align([exact, first])).toEqual([{ a: 0, b: 0 }, { b: 1 }, { a: 1, b: 2 }, { a: 2, b: 3 }])
  })

  it('has every place of both lists once, in order, and pairs only what is the same: as many as there are', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 14 })
    fc.assert(
      fc.property(text, text, (a, b) => {
        const found = align([{ a: [...a], b: [...b] }])
        expect(found.flatMap(pair => (pair.a === undefined ? [] : [pair.a]))).toEqual([...a].map((_, i) => i))
        expect(found.flatMap(pair => (pair.b === undefined ? [] : [pair.b]))).toEqual([...b].map((_, i) => i))
        const both = found.filter(pair => pair.a !== undefined && pair.b !== undefined)
        for (const pair of both) expect(a[pair.a!]).toBe(b[pair.b!])
        expect(both.length).toBe(longest(a, b))
      }),
    )
  })
})

/** The length of a longest common subsequence, the slow way. */
function longest(a: string, b: string): number {
  let row = new Array<number>(b.length + 1).fill(0)
  for (const x of a) {
    const next = [0]
    for (const [j, y] of [...b].entries()) next.push(x === y ? row[j]! + 1 : Math.max(row[j + 1]!, next[j]!))
    row = next
  }
  return row[b.length]!
}

async function diff(
  a: Uint8Array,
  b: Uint8Array,
  ...argv: string[]
): Promise<{ status: number; out: string; err: string }> {
  let out = ''
  let err = ''
  const status = await run(['diff', ...argv, 'a', 'b'], {
    version: '',
    colors: false,
    async *open(path) {
      yield path === 'a' ? a : b
    },
    out: async text => void (out += text),
    err: text => void (err += text),
  })
  return { status, out, err }
}

const lines = (...datagrams: Uint8Array[]): Uint8Array =>
  new TextEncoder().encode(datagrams.map(bytes => Buffer.from(bytes).toString('hex')).join('\n'))
const text = (value: string): Uint8Array => new TextEncoder().encode(`${value}\0`)
const link = (name: string, mtu: string, sequence: number, index = '00000000') =>
  netlinkMessage(
    16,
    0x605,
    concat(hex(`00000000 ${index} 00000000 00000000`), attribute(3, text(name)), attribute(4, hex(mtu))),
    sequence,
  )

describe('nl-dump diff', () => {
  it.each(fixtureFiles.filter((_, i) => i % 7 === 0))('finds no difference between %s and itself', async file => {
    const { status, out } = await diff(fixture(file), fixture(file))
    expect({ status, out }).toEqual({ status: 0, out: expect.stringMatching(/the same\n$/) })
  })

  it('sets sequence numbers, ports and indexes apart', async () => {
    expect(
      await diff(lines(link('v1', 'dc050000', 1, '05000000')), lines(link('v1', 'dc050000', 9, '07000000'))),
    ).toMatchObject({
      status: 0,
      out: '1 message is the same\n',
    })
  })

  it('shows what differs, and what is in one only', async () => {
    const a = lines(link('v1', 'dc050000', 1), link('v2', 'dc050000', 2), link('gone', 'dc050000', 3))
    const b = lines(link('new', 'dc050000', 1), link('v1', 'dc050000', 2), link('v2', '78050000', 3))
    expect(await diff(a, b)).toEqual({
      status: 1,
      err: '',
      out: `+ #1 → RTM_NEWLINK new mtu=1500
~ #2 / #3 → RTM_NEWLINK v2 mtu=1500
    IFLA_MTU  1500 → 1400
- #3 → RTM_NEWLINK gone mtu=1500
1 message is the same, 3 differ
`,
    })
  })

  it('is one JSON object', async () => {
    const { status, out } = await diff(lines(link('v1', 'dc050000', 1)), lines(link('v1', '78050000', 1)), '--json')
    expect(status).toBe(1)
    expect(JSON.parse(out)).toMatchObject({
      same: 0,
      changes: [{ a: { number: 1, type: 'RTM_NEWLINK' }, differences: [{ path: 'IFLA_MTU', a: '1500', b: '1400' }] }],
    })
  })

  it('tells results apart', async () => {
    const { status, out } = await diff(fixture('netns/set.hex'), fixture('netns/set-twice.hex'))
    expect(status).toBe(1)
    expect(out).toContain('    result  ok → EEXIST\n')
  })
})

describe('toEqualNetlink', () => {
  const v1 = link('v1', 'dc050000', 1)

  it('passes for the same bytes, whatever the sequence number', () => {
    expect(toEqualNetlink(v1, Buffer.from(link('v1', 'dc050000', 7)).toString('hex')).pass).toBe(true)
    expect(toEqualNetlink(v1, link('v1', 'dc050000', 7), { strict: true }).pass).toBe(false)
  })

  it('names what differs', () => {
    const { pass, message } = toEqualNetlink(v1, link('v2', '78050000', 1))
    expect(pass).toBe(false)
    expect(message()).toBe(`the messages differ:
  RTM_NEWLINK
    IFLA_IFNAME: expected 'v2', received 'v1'
    IFLA_MTU: expected 1400, received 1500`)
  })

  it('names what is missing or too much', () => {
    const header = new Uint8Array(16)
    const group = netlinkMessage(16, 5, concat(header, attribute(27, hex('01000000'))))
    const mtu = netlinkMessage(16, 5, concat(header, attribute(4, hex('01000000'))))
    expect(toEqualNetlink(group, mtu).message()).toContain(
      'IFLA_GROUP: not expected, received 1\n    IFLA_MTU: expected 1, not received',
    )
    expect(toEqualNetlink(concat(mtu, mtu), mtu).message()).toContain('1 messages were expected, 2 received')
  })

  it('says where bytes differ that say the same', () => {
    const name = attribute(3, text('v1'))
    const mtu = attribute(4, hex('dc050000'))
    const header = new Uint8Array(16)
    const a = netlinkMessage(16, 5, concat(header, name, mtu))
    const b = netlinkMessage(16, 5, concat(header, mtu, name))
    expect(toEqualNetlink(a, b).message()).toContain('from byte 32 on:\n    expected 08000400dc050000')
  })

  it.each([[5], ['0'], ['xyz'], [undefined]])('%j is no datagram', value => {
    expect(() => toEqualNetlink(value, v1)).toThrow(TypeError)
    expect(() => toEqualNetlink(v1, value)).toThrow(TypeError)
  })

  it('is a matcher', () => {
    expect.extend(netlinkMatchers)
    const check = (value: unknown) => expect(value) as unknown as { toEqualNetlink(expected: unknown): void }
    check(v1).toEqualNetlink(v1)
    expect(() => check(v1).toEqualNetlink(link('v2', 'dc050000', 1))).toThrow("IFLA_IFNAME: expected 'v2'")
  })

  it('knows the protocols', () => {
    const a = netlinkMessage(16, 1, hex('03010000'))
    const b = netlinkMessage(16, 1, hex('04010000'))
    expect(toEqualNetlink(a, b, { protocol: 'generic' }).message()).toContain('nlctrl CTRL_CMD_')
    expect(() => toEqualNetlink(a, b, { protocol: 'smoke' }).message()).toThrow(TypeError)
  })
})
