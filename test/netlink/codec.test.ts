// Every codec: a value and its bytes, both ways; what it refuses, and in which words; texts and their canonical forms.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NLA_F_NESTED, Writer } from '../../src/netlink/attribute.ts'
import * as c from '../../src/netlink/codec.ts'
import { array, sequence } from '../../src/netlink/schema.ts'
import { struct } from '../../src/netlink/struct.ts'
import { hexText, ipBytes, ipv4Text, ipv6Text, macBytes, macText, strictUtf8, utf8 } from '../../src/netlink/text.ts'
import { words } from '../../src/netlink/words.ts'
import { hex } from '../dump/bytes.ts'

const COLOUR = words('colour (COLOUR_*)', { red: 1, green: 2, blue: 4, azure: 4 })
const pair = struct('pair', { a: ['a', c.u8], b: ['b', c.be16] })

const written = (codec: c.Codec<any, any>, value: unknown): string => {
  const w = new Writer(2)
  codec.write(w, value, {}, {})
  return hexText(w.finish())
}
/** Reads a payload that lies between other bytes. */
const read = (codec: c.Codec<any, any>, text: string): unknown => {
  const payload = hex(text)
  const b = Uint8Array.of(0xaa, 0xaa, 0xaa, ...payload, 0xbb, 0xbb)
  return codec.read(c.viewOf(b), b, 3, payload.length, {}, {})
}

type Row = readonly [codec: string, make: c.Codec<any, any>, value: unknown, bytes: string]
const BOTH_WAYS: readonly Row[] = [
  ['u8', c.u8, 0xfe, 'fe'],
  ['u16', c.u16, 0x0102, '0201'],
  ['u32', c.u32, 0xfffffffe, 'feffffff'],
  ['s8', c.s8, -2, 'fe'],
  ['s16', c.s16, -2, 'feff'],
  ['s32', c.s32, -2147483648, '00000080'],
  ['be16', c.be16, 4789, '12b5'],
  ['be32', c.be32, 1, '00000001'],
  ['u64', c.u64, 2n ** 64n - 2n, 'feffffffffffffff'],
  ['s64', c.s64, -2n, 'feffffffffffffff'],
  ['be64', c.be64, 258n, '0000000000000102'],
  ['uint, small', c.uint, 7n, '07000000'],
  ['uint, large', c.uint, 2n ** 32n, '0000000001000000'],
  ['bool, false', c.bool, false, '00'],
  ['bool, true', c.bool, true, '01'],
  ['bool, another number', c.bool, 7, '07'],
  ['flag', c.flag, true, ''],
  ['enumeration', c.enumeration(c.u8, COLOUR), 'green', '02'],
  ['enumeration, without a word', c.enumeration(c.be16, COLOUR), 9, '0009'],
  ['enumeration, the first of two words', c.enumeration(c.u8, COLOUR), 'blue', '04'],
  ['flags', c.flags(c.u32, COLOUR), ['red', 'blue'], '05000000'],
  ['flags, with bits that have no word', c.flags(c.u32, COLOUR), ['green', 0x80000000], '02000080'],
  ['flags, none', c.flags(c.u8, COLOUR), [], '00'],
  ['string', c.string, 'eth0', '6574683000'],
  ['string, empty', c.string, '', '00'],
  ['string, not ASCII', c.string, 'küche', '6bc3bc63686500'],
  ['string, longer than the cache takes', c.string, 'x'.repeat(30), `${'78'.repeat(30)}00`],
  ['bareString', c.bareString, 'veth', '76657468'],
  ['bareString, empty', c.bareString, '', ''],
  ['bytes', c.bytes, hex('0102ff'), '0102ff'],
  ['blob', c.blob(2), hex('0102'), '0102'],
  ['chars', c.chars(4), 'ab', '61620000'],
  ['chars, full', c.chars(2), 'ab', '6162'],
  ['mac', c.mac, '02:00:00:00:00:0a', '02000000000a'],
  ['mac, none', c.mac, '', ''],
  ['mac of InfiniBand', c.mac, Array(20).fill('0b').join(':'), '0b'.repeat(20)],
  ['ip, 4 bytes', c.ip, '192.0.2.1', 'c0000201'],
  ['ip, 16 bytes', c.ip, '2001:db8::1', '20010db8000000000000000000000001'],
  ['ipv4', c.ipv4, '0.0.0.0', '00000000'],
  ['ipv6', c.ipv6, '::', '00'.repeat(16)],
  ['array', array(c.u16), [1, 2, 3], '010002000300'],
  ['array, empty', array(c.u16), [], ''],
  ['sequence', sequence(c.u8), [7, 8], '05000100070000000500020008000000'],
  ['sequence from 0', sequence(c.u8, 0), [7], '0500000007000000'],
  ['struct', pair, { a: 1, b: 2 }, '010002'],
  ['struct, longer', pair, { a: 1, b: 2, tail: hex('ff') }, '010002ff'],
]

describe('value and bytes', () => {
  test.each(BOTH_WAYS)('%s is written', (_name, codec, value, bytes) => expect(written(codec, value)).toBe(bytes))
  test.each(BOTH_WAYS)('%s is read', (_name, codec, value, bytes) => expect(read(codec, bytes)).toEqual(value))
  test.each(BOTH_WAYS.filter(([, codec]) => codec.source))('%s is read by its source', (_n, codec, value, bytes) => {
    const constants: unknown[] = []
    const source = codec.source!({ constant: one => `c[${constants.push(one) - 1}]` })
    const b = hex(bytes)
    const run = new Function('c', 'v', 'b', 'p', 'n', 'h', 'o', `return ${source}`)
    expect(run(constants, c.viewOf(b), b, 0, b.length, {}, {})).toEqual(value)
  })
})

test.each<readonly [what: string, codec: c.Codec<any, any>, value: unknown, bytes: string]>([
  ['a boolean for a bool of another number', c.bool, 1, '01'],
  ['a number for a word', c.enumeration(c.u8, COLOUR), 2, '02'],
  ['a second word of a value', c.enumeration(c.u8, COLOUR), 'azure', '04'],
  ['a number for flags', c.flags(c.u8, COLOUR), 3, '03'],
  ['a number for a bigint', c.u64, 5, '0500000000000000'],
  ['capitals and dashes in a link-layer address', c.mac, '02-AB-0-0-0-1', '02ab00000001'],
  ['IPv6 that is not canonical', c.ip, '2001:DB8:0::1', '20010db8000000000000000000000001'],
  ['IPv6 with a dotted end', c.ip, '::ffff:192.0.2.1', '00000000000000000000ffffc0000201'],
  ['a struct without all its fields', pair, { b: 1 }, '000001'],
])('%s is taken', (_what, codec, value, bytes) => expect(written(codec, value)).toBe(bytes))

test.each<readonly [what: string, codec: c.Codec<any, any>, value: unknown, message: string]>([
  ['too large', c.u8, 256, 'must be a whole number from 0 to 255, not 256'],
  ['negative', c.u32, -1, 'must be a whole number from 0 to 4294967295, not -1'],
  ['a fraction', c.u16, 1.5, 'must be a whole number from 0 to 65535, not 1.5'],
  ['text for a number', c.s8, '1', "must be a whole number from -128 to 127, not '1'"],
  ['NaN', c.be32, Number.NaN, 'must be a whole number from 0 to 4294967295, not NaN'],
  ['a bigint too large', c.u64, 2n ** 64n, 'from 0 to 18446744073709551615, not 18446744073709551616n'],
  ['a bigint too small', c.u64, -1n, 'not -1n'],
  ['text for a bigint', c.s64, '1', "not '1'"],
  ['no number for a bigint', c.uint, 'x', "not 'x'"],
  ['a missing number for a uint', c.uint, null, 'must be a whole number'],
  ['an unknown word', c.enumeration(c.u8, COLOUR), 'pink', "'pink' is no colour (COLOUR_*); one of: red, green, blue"],
  ['an unknown flag', c.flags(c.u8, COLOUR), ['red', 'pink'], "'pink' is no colour"],
  ['one word for flags', c.flags(c.u8, COLOUR), 'red', "must be a list of words or a number, not 'red'"],
  ['an object for flags', c.flags(c.u8, COLOUR), {}, 'must be a list of words or a number, not an object'],
  ['an object for a string', c.string, {}, 'must be a string, not an object'],
  ['a NUL in a string', c.string, 'a\0b', 'must not contain a NUL byte'],
  ['a list for bytes', c.bytes, [1], 'must be a Uint8Array, not a list'],
  ['a blob of another size', c.blob(2), hex('01'), 'must have 2 bytes, not 1'],
  ['too many chars', c.chars(2), 'abc', 'must have at most 2 bytes, not 3'],
  ['a number for chars', c.chars(2), 1, 'must be a string, not 1'],
  ['no address', c.mac, '02:zz', "must be a link-layer address like 02:00:00:00:00:01, not '02:zz'"],
  ['an IPv4 address of three parts', c.ip, '192.0.2', "must be an IPv4 or IPv6 address, not '192.0.2'"],
  ['an IPv6 address with a zone', c.ip, 'fe80::1%eth0', "not 'fe80::1%eth0'"],
  ['IPv6 for IPv4', c.ipv4, '::1', 'must have 4 bytes, not 16'],
  ['a single thing for a list', array(c.u8), 1, 'must be a list, not 1'],
  ['a single thing for a sequence', sequence(c.u8), 'x', "must be a list, not 'x'"],
  ['a field that is not there', pair, { c: 1 }, "pair has no field 'c'; one of: a, b"],
  ['a field that is wrong', pair, { b: -1 }, 'b (b) must be a whole number from 0 to 65535, not -1'],
  ['a number for a struct', pair, 5, 'must be an object, not 5'],
])('%s is refused', (_what, codec, value, message) => {
  expect(() => written(codec, value)).toThrow(expect.objectContaining({ message: expect.stringContaining(message) }))
})

test('a size that is not a number’s own is not readable', () => {
  const b = new Uint8Array(20)
  const lengths = (codec: c.Codec<any, any>): number[] =>
    Array.from({ length: 20 }, (_, n) => n).filter(n => c.readable(codec, b, 0, n))
  expect(lengths(c.u32)).toEqual([4])
  expect(lengths(c.ip)).toEqual([4, 16])
  expect(lengths(c.uint)).toEqual([4, 8])
  expect(lengths(c.flag)).toEqual([0])
  expect(lengths(array(c.u64))).toEqual([0, 8, 16])
  expect(lengths(pair)).toHaveLength(20)
})

test('flags of one value are one frozen list', () => {
  const codec = c.flags(c.u8, COLOUR)
  expect(read(codec, '03')).toBe(read(codec, '03'))
  expect(Object.isFrozen(read(codec, '03'))).toBe(true)
})

describe('text', () => {
  const octets = (n: number) => fc.uint8Array({ minLength: n, maxLength: n })
  /** Addresses with runs of zeros, where the canonical form has its rules. */
  const ipv6 = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), { minLength: 8, maxLength: 8 })

  test('IPv4: bytes → text → bytes', () =>
    fc.assert(fc.property(octets(4), b => void expect(ipBytes(ipv4Text(b, 0))).toEqual(b))))
  test('IPv4: text → bytes → text', () =>
    fc.assert(fc.property(fc.ipV4(), text => void expect(ipv4Text(ipBytes(text)!, 0)).toBe(text))))
  test('IPv6: bytes → text → bytes', () =>
    fc.assert(
      fc.property(ipv6, groups => {
        const b = Uint8Array.from(groups.flatMap(g => [g >> 8, g & 255]))
        expect(ipBytes(ipv6Text(b, 0))).toEqual(b)
      }),
    ))
  test('IPv6: any text becomes one canonical text', () =>
    fc.assert(
      fc.property(fc.ipV6(), text => {
        const canonical = ipv6Text(ipBytes(text)!, 0)
        expect(ipv6Text(ipBytes(canonical)!, 0)).toBe(canonical)
        expect(canonical).toMatch(/^[0-9a-f:.]+$/)
      }),
    ))
  test('IPv6 is what WHATWG URL makes of it (beside the dotted forms)', () =>
    fc.assert(
      fc.property(ipv6, groups => {
        const b = Uint8Array.from(groups.flatMap(g => [g >> 8, g & 255]))
        const ours = ipv6Text(b, 0)
        fc.pre(!ours.includes('.'))
        expect(ours).toBe(new URL(`http://[${groups.map(g => g.toString(16)).join(':')}]/`).hostname.slice(1, -1))
      }),
    ))
  test('link-layer addresses: bytes → text → bytes', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 32 }), b => void expect(macBytes(macText(b, 0, b.length))).toEqual(b)),
    ))
  test('UTF-8: text → bytes → text, cached or not', () =>
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), text => {
        const b = new TextEncoder().encode(text)
        const whole = new TextDecoder('utf-8', { ignoreBOM: true }).decode(b)
        expect(utf8(b, 0, b.length)).toBe(whole)
        expect(strictUtf8(b, 0, b.length)).toBe(whole)
      }),
    ))

  test.each([
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['1:0:0:0:0:0:0:0', '1::'],
    ['1:0:0:2:3:0:0:4', '1::2:3:0:0:4'],
    ['::ffff:c000:201', '::ffff:192.0.2.1'],
  ])('%s is %s', (text, canonical) => expect(ipv6Text(ipBytes(text)!, 0)).toBe(canonical))

  test.each(['', '1.2.3', '1.2.3.4.5', '256.1.1.1', '01.2.3.4', '::1::', 'g::', '1:2:3:4:5:6:7:8:9', 'fe80::1%lo'])(
    '%j is no address',
    text => expect(ipBytes(text)).toBeUndefined(),
  )
  test.each(['0', '02:0g', '2:', '021:00', 'x'])('%j is no link-layer address', text =>
    text === '0' ? expect(macBytes(text)).toEqual(hex('00')) : expect(macBytes(text)).toBeUndefined(),
  )
  test('bytes that are not UTF-8 have no strict text', () => expect(strictUtf8(hex('ff'), 0, 1)).toBeUndefined())
})

describe('the writer', () => {
  test('grows, keeps what it has, and is zero behind it', () => {
    const w = new Writer(1)
    for (let i = 0; i < 1000; i++) w.u8(i & 255)
    w.align()
    expect(w.finish()).toEqual(Uint8Array.from({ length: 1000 }, (_, i) => i & 255))
    expect(w.bytes.subarray(w.length).every(byte => byte === 0)).toBe(true)
  })
  test('takes an attribute of 65,535 bytes', () => {
    const w = new Writer()
    const at = w.fork(1)
    w.raw(new Uint8Array(65531))
    w.join(at)
    expect(w.view.getUint16(0, true)).toBe(65535)
    expect(w.length).toBe(65536)
  })
  test('refuses an attribute of 65,536 bytes', () => {
    const w = new Writer()
    const at = w.fork(1)
    w.raw(new Uint8Array(65532))
    expect(() => w.join(at)).toThrow('an attribute of 65536 bytes: at most 65535 fit in its length field')
  })
  test('nests: the outer length has the inner padding, not its own', () => {
    const w = new Writer()
    const outer = w.fork(1 | NLA_F_NESTED)
    const inner = w.fork(2)
    w.u8(7)
    w.join(inner)
    w.join(outer)
    expect(hexText(w.finish())).toBe('0c000180' + '0500020007000000')
  })
  test('truncate leaves zeros', () => {
    const w = new Writer(8)
    w.u32(0xffffffff)
    w.truncate(1)
    w.reserve(3)
    expect(hexText(w.finish())).toBe('ff000000')
  })
})
