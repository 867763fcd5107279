// Tables of attributes: what is decoded, encoded and refused; the compiled decoder beside the closures for every message.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NLA_F_NESTED, Writer } from '../../src/netlink/attribute.ts'
import { bytes, enumeration, flag, string, u8, u16, u32, viewOf } from '../../src/netlink/codec.ts'
import { decodeByClosures, decodeMessageByClosures } from '../../src/netlink/decode.ts'
import { MalformedError } from '../../src/netlink/malformed.ts'
import { walk } from '../../src/netlink/message.ts'
import {
  array,
  attributes,
  byHeader,
  bySibling,
  flaggedNest,
  framed,
  many,
  message,
  nest,
  sequence,
} from '../../src/netlink/schema.ts'
import { struct } from '../../src/netlink/struct.ts'
import { InvalidValueError } from '../../src/netlink/table.ts'
import { hexText } from '../../src/netlink/text.ts'
import { words } from '../../src/netlink/words.ts'
import { addressMessage } from '../../src/route/address.ts'
import { ROUTE_MESSAGES } from '../../src/route/index.ts'
import { linkMessage } from '../../src/route/link.ts'
import { attribute, concat, hex } from '../dump/bytes.ts'
import { bodyOf, outcome } from './attributes.ts'

const INNER = attributes('INNER', { x: [1, 'INNER_X', u16], names: [2, 'INNER_NAME', many(string)] })
const head = struct('head', { family: ['h_family', enumeration(u8, words('family', { left: 1, right: 2 }))] })
const OUTER = attributes('OUTER', {
  number: [1, 'OUTER_NUMBER', u32],
  text: [2, 'OUTER_TEXT', string],
  on: [3, 'OUTER_ON', flag],
  inner: [4, 'OUTER_INNER', nest(INNER)],
  flagged: [5, 'OUTER_FLAGGED', flaggedNest(INNER)],
  list: [6, 'OUTER_LIST', sequence(nest(INNER))],
  kind: [7, 'OUTER_KIND', string],
  data: [8, 'OUTER_DATA', bySibling('kind', { number: u32, inner: nest(INNER) })],
  side: [9, 'OUTER_SIDE', byHeader('family', { left: u8, right: u16 })],
  array: [10, 'OUTER_ARRAY', array(u16)],
  framed: [11, 'OUTER_FRAMED', framed(head, () => INNER)],
  later: [12, 'OUTER_LATER', nest(INNER), { lazy: true }],
  _pad: [13, 'OUTER_PAD', bytes],
})
const example = message('example', { RTM_EXAMPLE: 16 }, head, OUTER, {
  derived: { double: (o: { number?: number }): number => (o.number ?? 0) * 2 },
})
type Input = Parameters<typeof example.encode>[1]

const encoded = (input: Input): string => {
  const w = new Writer()
  example.encode(w, input)
  return hexText(w.finish())
}
const decode = (text: string) => {
  const b = hex(text)
  return example.decode(viewOf(b), b, 0, b.length)
}
const LEFT = '01000000'

describe('a message, both ways', () => {
  test.each<readonly [what: string, attributes: NonNullable<Input['attributes']>, bytes: string]>([
    ['nothing', {}, ''],
    ['a number', { number: 7 }, '0800010007000000'],
    ['attributes in the order that is written', { text: 'a', number: 7 }, '0600020061000000 0800010007000000'],
    ['a flag', { on: true }, '04000300'],
    ['a nest', { inner: { x: 1 } }, '0c000400 0600010001000000'],
    ['an empty nest', { inner: {} }, '04000400'],
    ['a flagged nest', { flagged: { x: 1 } }, '0c000580 0600010001000000'],
    ['an attribute several times', { inner: { names: ['a', 'b'] } }, '14000400 0600020061000000 0600020062000000'],
    ['a list', { list: [{ x: 1 }, {}] }, '14000600 0c000100 0600010001000000 04000200'],
    ['a choice by sibling', { kind: 'number', data: 5 }, '0b0007006e756d62657200000800080005000000'],
    ['another choice', { kind: 'inner', data: { x: 1 } }, '0a000700696e6e65720000000c000800 0600010001000000'],
    ['no choice: bytes', { kind: 'x', data: hex('ff') }, '06000700780000000500 0800ff000000'],
    ['a choice by header', { side: 1 }, '0500090001000000'],
    ['an array', { array: [1, 2] }, '08000a0001000200'],
    [
      'a header and attributes inside',
      { framed: { header: { family: 'right' }, attributes: { x: 1 } } },
      '10000b00 02000000 0600010001000000',
    ],
    ['a lazy nest', { later: { x: 1 } }, '0c000c00 0600010001000000'],
    ['unknown attributes', { unknown: [{ type: 99, bytes: hex('01') }] }, '0500630001000000'],
  ])('%s', (_what, input, text) => {
    expect(encoded({ header: { family: 'left' }, attributes: input })).toBe(LEFT + text.replaceAll(' ', ''))
    expect(outcome(example.decode, hex(LEFT + text))).toEqual({ family: 'left', ...input })
  })

  test('undefined is left out, 0 is 0', () =>
    expect(encoded({ attributes: { number: 0, text: undefined } })).toBe('00000000' + '0800010000000000'))
  test('a flag that is false is left out', () => expect(encoded({ attributes: { on: false } })).toBe('00000000'))
  test('a choice follows the header', () =>
    expect(encoded({ header: { family: 'right' }, attributes: { side: 1 } })).toBe('02000000' + '0600090001000000'))
})

describe('decoding', () => {
  test('keeps an attribute of a wrong size as bytes', () =>
    expect(decode(`${LEFT}0600010001020000`)).toEqual({ family: 'left', unknown: [{ type: 1, bytes: hex('0102') }] }))
  test('keeps what no row knows as bytes', () =>
    expect(decode(`${LEFT}0500640001000000`)).toEqual({ family: 'left', unknown: [{ type: 100, bytes: hex('01') }] }))
  test('takes the last of attributes that come once', () =>
    expect(decode(`${LEFT}08000100010000000800010002000000`).number).toBe(2))
  test('does not mind the flag bits of a type', () => expect(decode(`${LEFT}080001c007000000`).number).toBe(7))
  test('leaves pads out', () => expect(decode(`${LEFT}08000d0007000000`)).toEqual({ family: 'left' }))
  test('ends where fewer than 4 bytes are left', () => expect(decode(`${LEFT}ffffff`)).toEqual({ family: 'left' }))
  test('has what is derived, and not as a key', () => {
    const o = decode(`${LEFT}0800010007000000`)
    expect(o.double).toBe(14)
    expect(Object.keys(o)).toEqual(['family', 'number'])
  })
  test('a lazy value outlives the buffer', () => {
    const b = hex(`${LEFT}0c000c000600010001000000`)
    const o = example.decode(viewOf(b), b, 0, b.length)
    b.fill(0xff)
    expect(o.later).toEqual({ x: 1 })
    expect(o.later).toBe(o.later)
  })
  test('is JSON with lazy values', () =>
    expect(JSON.stringify(decode(`${LEFT}0c000c000600010001000000`))).toBe('{"family":"left","later":{"x":1}}'))
})

describe('hostile lengths', () => {
  const caught = (work: () => unknown): MalformedError => {
    try {
      work()
    } catch (error) {
      if (error instanceof MalformedError) return error
    }
    throw new Error('no MalformedError')
  }
  const byClosures = (text: string): unknown => {
    const b = hex(text)
    return decodeMessageByClosures(example, viewOf(b), b, 0, b.length)
  }

  test.each<readonly [what: string, bytes: string, table: string, offset: number]>([
    ['zero', `${LEFT}00000100`, 'OUTER', 4],
    ['less than a header', `${LEFT}03000100`, 'OUTER', 4],
    ['more than is there', `${LEFT}0900010000000000`, 'OUTER', 4],
    ['the most', `${LEFT}ffff0100`, 'OUTER', 4],
    ['behind good ones', `${LEFT}080001000700000000000200`, 'OUTER', 12],
    ['inside a nest', `${LEFT}0c0004000900010001000000`, 'INNER', 8],
    ['inside a list', `${LEFT}08000600ffff0100`, 'a sequence', 8],
    ['of a header', '', 'struct head', 0],
  ])('%s', (_what, text, table, offset) => {
    for (const run of [decode, byClosures]) {
      const { what, offset: at, code, message: said } = caught(() => run(text))
      expect({ what, at, code }).toEqual({ what: table, at: offset, code: 'ERR_MALFORMED' })
      expect(said).toContain(`at byte ${offset}`)
    }
  })

  test.each([
    ['zero ends it quietly', `0000000010000000${'00'.repeat(8)}`, undefined],
    ['less than a header', `0f00000010000000${'00'.repeat(8)}`, 0],
    ['more than is there', `1100000010000000${'00'.repeat(8)}`, 0],
    ['the most', `ffffffff10000000${'00'.repeat(8)}`, 0],
    ['a piece behind', `1000000010000000${'00'.repeat(8)}1000`, 16],
  ])('of a message: %s', (_what, text, offset) => {
    const b = hex(text)
    const run = (): void => walk(viewOf(b), b.length, () => {})
    if (offset === undefined) expect(run).not.toThrow()
    else expect(caught(run).offset).toBe(offset)
  })

  test('any bytes at all: an object or a MalformedError, the same from both decoders', () => {
    fc.assert(
      fc.property(fc.constantFrom(linkMessage, addressMessage), fc.uint8Array({ maxLength: 120 }), (definition, b) => {
        const closures = outcome((...args) => decodeMessageByClosures<any, any, any>(definition, ...args), b)
        expect(outcome(definition.decode, b)).toEqual(closures)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('what cannot be encoded', () => {
  const wrong = (input: unknown): InvalidValueError => {
    try {
      encoded({ attributes: input as object })
    } catch (error) {
      if (error instanceof InvalidValueError) return error
      throw error
    }
    throw new Error('no InvalidValueError')
  }
  test.each<readonly [what: string, attributes: unknown, path: string, reason: string]>([
    ['an unknown key', { nubmer: 1 }, 'nubmer', 'is no attribute of OUTER; one of: number, text, on'],
    ['an unknown key in a nest', { inner: { y: 1 } }, 'inner.y', 'is no attribute of INNER; one of: x, names'],
    ['a bad value', { number: -1 }, 'number', 'must be a whole number from 0 to 4294967295, not -1'],
    ['a bad value in a nest', { inner: { x: 'one' } }, 'inner.x', "must be a whole number from 0 to 65535, not 'one'"],
    ['a bad value in a list', { list: [{}, { x: -1 }] }, 'list.1.x', 'must be a whole number'],
    ['a bad value in an array', { array: [1, 'x'] }, 'array.1', "not 'x'"],
    ['a bad value that was chosen', { kind: 'inner', data: { x: -1 } }, 'data.x', 'must be a whole number'],
    ['a bad header inside', { framed: { header: { family: 'up' } } }, 'framed', "family (h_family) 'up' is no family"],
    ['a bad attribute behind a header', { framed: { attributes: { x: -1 } } }, 'framed.x', 'must be a whole number'],
    ['another part beside a header', { framed: { x: 1 } }, 'framed.x', 'is neither header nor attributes'],
    ['a number for a nest', { inner: 1 }, 'inner', 'must be an object, not 1'],
    ['null for a nest', { inner: null }, 'inner', 'must be an object, not null'],
    ['no list where there are many', { inner: { names: 'a' } }, 'inner.names', "must be a list, not 'a'"],
    ['no list of unknown ones', { unknown: 1 }, 'unknown', 'must be a list, not 1'],
    ['more than 65,535 bytes', { text: 'x'.repeat(70000) }, 'text', 'an attribute of 70005 bytes: at most 65535'],
  ])('%s', (_what, input, path, reason) => {
    const error = wrong(input)
    expect(error.path.join('.')).toBe(path)
    expect(error.reason).toContain(reason)
    expect(error).toMatchObject({ code: 'ERR_INVALID_VALUE', message: `${path} ${error.reason}` })
  })
  test('a bad header field', () =>
    expect(() => encoded({ header: { family: 'up' as 'left' } })).toThrow(
      "example family (h_family) 'up' is no family",
    ))
})

test('a table refuses two rows of one number', () =>
  expect(() => attributes('TWICE', { a: [1, 'A', u8], b: [1, 'B', u8] }).byType).toThrow('TWICE: B and A are both 1'))

describe('the compiled decoder and the closures agree', () => {
  test.each(ROUTE_MESSAGES.map(definition => [definition.name, definition] as const))('%s', (_name, definition) => {
    fc.assert(
      fc.property(bodyOf(definition), fc.nat({ max: 7 }), (body, at) => {
        const b = concat(new Uint8Array(at), body, Uint8Array.of(0xff))
        const compiled = outcome(definition.decode, b, at, at + body.length)
        const closures = outcome((...args) => decodeMessageByClosures(definition, ...args), b, at, at + body.length)
        if (!isDeepStrictEqual(compiled, closures)) expect(compiled).toEqual(closures)
      }),
      { numRuns: 200 },
    )
  })

  test('of a table by itself', () => {
    const b = concat(attribute(1, hex('07000000')), attribute(4 | NLA_F_NESTED, attribute(1, hex('0100'))))
    const o = decodeByClosures(OUTER, {}, viewOf(b), b, 0, b.length, {})
    expect(o).toEqual({ number: 7, inner: { x: 1 } })
    expect(OUTER.decode(viewOf(b), b, 0, b.length, {})).toEqual(o)
  })
})

test('where code generation from strings is off, everything decodes to the same', () => {
  const run = (...options: string[]): string[] => {
    const script = fileURLToPath(new URL('./no-codegen.ts', import.meta.url))
    const { stdout, stderr } = spawnSync(process.execPath, [...options, '--import', 'tsx', script], {
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    return stdout.trimEnd().split('\n')
  }
  const [how, ...generated] = run()
  const [how2, ...closures] = run('--disallow-code-generation-from-strings')
  expect([how, how2]).toEqual(['generated', 'closures'])
  expect(generated).toHaveLength(ROUTE_MESSAGES.length)
  expect(closures).toEqual(generated)
})
