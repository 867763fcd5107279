// Every fixed struct of the tables, whatever its bytes: buffer-layout's own decode, the compiled reader and the closure
// reader agree, and what was read is written back.
import { readdirSync } from 'node:fs'
import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Writer } from '../../src/netlink/attribute.ts'
import { u8, u16, u32, viewOf } from '../../src/netlink/codec.ts'
import type { FieldRows, Struct } from '../../src/netlink/struct.ts'
import { hex } from '../dump/bytes.ts'

// Many structs are inside nests and selectors, where no export leads: so each declaration is noted as it is made.
const declared = vi.hoisted(() => [] as { name: string; rows: FieldRows }[])
vi.mock('../../src/netlink/struct.ts', async original => {
  const actual = await original<typeof import('../../src/netlink/struct.ts')>()
  const struct: typeof actual.struct = (name, rows) => {
    declared.push({ name, rows: typeof rows === 'function' ? rows() : rows })
    return actual.struct(name, rows)
  }
  return { ...actual, struct }
})

const source = new URL('../../src/', import.meta.url)
for (const folder of ['route/', 'generic/'])
  for (const file of readdirSync(new URL(folder, source), { recursive: true, encoding: 'utf8' }))
    if (file.endsWith('.ts')) await import(new URL(folder + file, source).href)
await import('../../src/netlink/message.ts')
const tables = [...declared]
const { struct } = await vi.importActual<typeof import('../../src/netlink/struct.ts')>('../../src/netlink/struct.ts')

afterEach(() => vi.unstubAllGlobals())

/** The same struct where code generation from strings is off. */
function withoutGeneration(name: string, rows: FieldRows): Struct {
  const twin = struct(name, rows)
  vi.stubGlobal(
    'Function',
    class {
      constructor() {
        throw new EvalError('Code generation from strings disallowed for this context')
      }
    },
  )
  twin.read(viewOf(new Uint8Array(twin.span)), new Uint8Array(twin.span), 0, twin.span, {}, {})
  vi.unstubAllGlobals()
  return twin
}

/** Random bytes of a struct, behind some others. */
const bytesOf = (span: number) =>
  fc.tuple(fc.nat({ max: 5 }), fc.uint8Array({ minLength: span + 5, maxLength: span + 5 }))

test('the tables declare structs', () => expect(tables.length).toBeGreaterThan(80))

// Some names are declared several times: with other words, or one a generic netlink command.
const numbered = tables.map(({ name, rows }, i) => {
  const earlier = tables.slice(0, i).filter(other => other.name === name).length
  return [earlier === 0 ? name : `${name} #${earlier + 1}`, rows] as const
})
describe.each(numbered)('%s', (name, rows) => {
  const compiled = struct(name, rows)
  const { span } = compiled

  test('buffer-layout, the compiled reader and the closures agree', () => {
    const closures = withoutGeneration(name, rows)
    fc.assert(
      fc.property(bytesOf(span), ([at, b]) => {
        const value = compiled.read(viewOf(b), b, at, span, {}, {})
        expect(compiled.fromLayout!(compiled.structure.decode(Buffer.from(b.buffer), at))).toEqual(value)
        expect(closures.read(viewOf(b), b, at, span, {}, {})).toEqual(value)
      }),
      { numRuns: 50 },
    )
  })

  test('dissect and compose give the same bytes', () => {
    fc.assert(
      fc.property(bytesOf(span), ([at, b]) => {
        const node = { name, offset: at, length: span }
        compiled.dissect!(node, viewOf(b), b, at, span, {}, {})
        const w = new Writer()
        compiled.compose!(w, node)
        expect(w.finish()).toEqual(b.slice(at, at + span))
      }),
      { numRuns: 50 },
    )
  })

  test('its fields follow each other without a gap', () => {
    let end = 0
    for (const field of compiled.fields) {
      expect(field.offset).toBe(end)
      end += field.size
    }
    expect(end).toBe(span)
  })
})

describe('a struct', () => {
  const example = struct('example', { a: ['ex_a', u8], _pad: ['(padding)', u8], b: ['ex_b', u16], c: ['ex_c', u32] })
  const read = (text: string) => {
    const b = hex(text)
    return example.read(viewOf(b), b, 0, b.length, {}, {})
  }
  test('leaves pads out', () => expect(read('01ff020003000000')).toEqual({ a: 1, b: 2, c: 3 }))
  test('of an older kernel reads as zero where it is short', () => expect(read('010002')).toEqual({ a: 1, b: 2, c: 0 }))
  test('of a newer kernel has a tail', () =>
    expect(read('010002000300000004ff')).toEqual({ a: 1, b: 2, c: 3, tail: hex('04ff') }))
  test('without bytes is all zeros', () => expect(read('')).toEqual({ a: 0, b: 0, c: 0 }))
  test('says which field of which struct is wrong', () => {
    const w = new Writer()
    expect(() => example.write(w, { b: 70000 }, {}, {})).toThrow('b (ex_b) must be a whole number from 0 to 65535')
  })
  test('that could not be written leaves nothing behind', () => {
    const w = new Writer()
    w.u32(1)
    expect(() => example.write(w, { a: 1, b: -1, tail: hex('ffffffff') }, {}, {})).toThrow(RangeError)
    w.truncate(4)
    expect(w.bytes.subarray(4).every(byte => byte === 0)).toBe(true)
  })
  test('needs codecs of fixed size', async () => {
    const { string } = await import('../../src/netlink/codec.ts')
    expect(() => struct('odd', { text: ['text', string] }).span).toThrow(
      'odd.text: a codec of fixed size is needed, not string',
    )
  })
})
