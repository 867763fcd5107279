// Objects as they are read, put together and refused: no kernel. The hostile ones are real objects with bytes changed.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { loadableBtf } from '../../src/bpf/btf.ts'
import { BpfError } from '../../src/bpf/error.ts'
import { linkProgram } from '../../src/bpf/link.ts'
import { findProgram, readObject } from '../../src/bpf/object.ts'
import { viewOf } from '../../src/netlink/codec.ts'

const root = join(import.meta.dirname, '../../fixtures/bpf')
const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(join(root, `${name}.o`)))
const objectOf = (name: string) => readObject(bytesOf(name), `${name}.o`)

describe('an object', () => {
  test('has its programs, license and maps', () => {
    const { programs, license, maps } = objectOf('filter')
    expect(programs.map(({ name, sectionName }) => `${sectionName}/${name}`)).toEqual([
      ...['classifier/pass', 'drop/drop_all', 'each/sum_all', 'action/act'],
    ])
    expect(license).toBe('GPL')
    const told = maps.map(({ section: _, offset: __, content, ...map }) => ({ ...map, content: content?.length }))
    expect(told).toEqual([
      {
        ...{ name: 'filter.rodata', type: 2, keySize: 4, valueSize: 4, maxEntries: 1, flags: 0x480 },
        ...{ keyType: 0, valueType: expect.any(Number), content: 4, frozen: true },
      },
      {
        ...{ name: 'filter.data', type: 2, keySize: 4, valueSize: 4, maxEntries: 1, flags: 0x400, keyType: 0 },
        ...{ valueType: expect.any(Number), content: 4 },
      },
      {
        ...{ name: 'filter.bss', type: 2, keySize: 4, valueSize: 8, maxEntries: 1, flags: 0x400, keyType: 0 },
        ...{ valueType: expect.any(Number), content: undefined },
      },
      {
        name: 'shared',
        type: 1,
        keySize: 4,
        valueSize: 8,
        maxEntries: 16,
        flags: 0,
        pin: 'shared',
        content: undefined,
      },
      {
        ...{ name: 'counts', type: 2, keySize: 4, valueSize: 8, maxEntries: 2, flags: 0 },
        ...{ keyType: expect.any(Number), valueType: expect.any(Number), content: undefined },
      },
    ])
  })

  test("has maps in iproute2's struct", () => {
    const told = objectOf('legacy').maps.map(({ name, type, keySize, valueSize, maxEntries, flags, pin }) => {
      return { name, type, keySize, valueSize, maxEntries, flags, pin }
    })
    const counter = { type: 2, keySize: 4, valueSize: 8, flags: 0 }
    expect(told).toEqual([
      { name: 'own', maxEntries: 4, pin: undefined, ...counter },
      { name: 'everyones', maxEntries: 1, pin: 'shared', ...counter },
    ])
  })

  test('is put together with the functions that its program calls', () => {
    const object = objectOf('filter')
    const { code, references, functions, lines } = linkProgram(object, findProgram(object, { section: 'drop' }))
    // drop_all, add, count
    expect(code.length / 8).toBe(27 + 5 + 13)
    const view = viewOf(code)
    const calls = Array.from({ length: code.length / 8 }, (_, i) => i)
      .filter(i => code[i * 8] === 0x85 && code[i * 8 + 1] === 0x10)
      .map(i => [i, i + 1 + view.getInt32(i * 8 + 4, true)])
    expect(calls.map(([, to]) => to)).toEqual([27, 32, 27])
    expect(references.map(({ map }) => map.name)).toEqual([
      'shared',
      'filter.data',
      'shared',
      'counts',
      'filter.rodata',
    ])
    expect([...new Uint32Array(functions.buffer)].filter((_, i) => i % 2 === 0)).toEqual([0, 27, 32])
    expect(lines.length % 16).toBe(0)
  })

  test('has its functions called back', () => {
    const object = objectOf('filter')
    const { code } = linkProgram(object, findProgram(object, { section: 'each' }))
    const at = code.findIndex((byte, i) => i % 8 === 0 && byte === 0x18 && code[i + 1]! >> 4 === 4)
    expect(at / 8 + 1 + viewOf(code).getInt32(at + 4, true)).toBe(19)
  })

  test('has types that the kernel takes: sections with sizes, variables in order', () => {
    const { btf, elf } = objectOf('filter')
    const before = btf!.bytes.slice()
    const bytes = loadableBtf(btf!, elf)!
    expect(btf!.bytes).toEqual(before)
    const sizes = btf!.types
      .filter(({ kind }) => kind === 15)
      .map(({ name, at }) => [name, viewOf(bytes).getUint32(at - 4, true)])
    expect(Object.fromEntries(sizes)).toEqual({ '.bss': 8, '.data': 4, '.maps': 72, '.rodata': 4, license: 4 })
  })

  test('with every program put together', () => {
    for (const name of readdirSync(root).filter(file => /^(filter|xdp|route|legacy)\.o$/.test(file))) {
      const object = objectOf(name.replace('.o', ''))
      for (const program of object.programs) expect(linkProgram(object, program).code.length).toBeGreaterThan(0)
    }
  })
})

/** What becomes of an object with bytes changed. */
function changed(name: string, change: (bytes: Uint8Array, view: DataView) => unknown, section = 'classifier'): string {
  const bytes = bytesOf(name)
  const made = change(bytes, viewOf(bytes))
  try {
    const object = readObject(made instanceof Uint8Array ? made : bytes, `${name}.o`)
    linkProgram(object, findProgram(object, { section }))
  } catch (error) {
    expect(error).toBeInstanceOf(BpfError)
    return (error as BpfError).message
  }
  return 'it is sound'
}
/** Where the header of a section is, by its name. */
function headerOf(name: string, section: string): number {
  const { elf } = objectOf(name)
  return (
    Number(viewOf(bytesOf(name)).getBigUint64(40, true)) + 64 * elf.sections.find(one => one.name === section)!.index
  )
}
/** Where a symbol is. */
function symbolOf(name: string, symbol: string): number {
  const at = Number(viewOf(bytesOf(name)).getBigUint64(headerOf(name, '.symtab') + 24, true))
  return at + 24 * objectOf(name).elf.symbols.findIndex(one => one.name === symbol)
}
/** Where a section's bytes are. */
const bytesAt = (name: string, section: string): number =>
  Number(viewOf(bytesOf(name)).getBigUint64(headerOf(name, section) + 24, true))

describe('what is refused', () => {
  it.each([
    ['filter', 'nosuch', "no program in section 'nosuch'; it has 'pass' in section 'classifier'"],
    ['filter', '.text', "no program in section '.text'"],
    [
      'refused',
      'core',
      "instruction 3 of 'fitted' (section 'core') is to be fitted to the types of the running kernel (CO-RE)",
    ],
    [
      'refused',
      'extern',
      "instruction 0 of 'outside' (section 'extern') refers to 'bpf_prog_active', which is not in the object",
    ],
    ['nested', 'classifier', "map 'outer' is declared with what is in it at first (values)"],
    ['tail', 'classifier', "section '1/0' is a program for map 'jumps' (a tail call)"],
  ])('%s.o, section %s', (name, section, told) => {
    expect(changed(name, () => {}, section)).toContain(`${name}.o: ${told}`)
  })
  test('what takes libbpf, with what to do', () => {
    expect(changed('refused', () => {}, 'core')).toMatch(
      /, which netloom does not load: bpftool prog load refused\.o \/sys\/fs\/bpf\/NAME, then use what is pinned there$/,
    )
  })

  const header = (offset: number, value: number) => (_: Uint8Array, view: DataView) =>
    view.setUint16(offset, value, true)
  it.each<[string, (bytes: Uint8Array, view: DataView) => unknown, string]>([
    ['an empty file', () => new Uint8Array(), 'this is no ELF file'],
    ['a text', () => Buffer.from('int main() {}'), 'this is no ELF file'],
    ['only the magic', bytes => bytes.subarray(0, 20), 'the ELF header would end at byte 64, and there are 20'],
    ['a 32-bit one', bytes => void (bytes[4] = 1), 'this is a 32-bit ELF file'],
    ['a big-endian one', bytes => void (bytes[5] = 2), 'this object is big-endian, and this machine is not'],
    ['one of another machine', header(18, 62), 'this is machine code of ELF machine 62, not of BPF (247)'],
    ['an executable', header(16, 2), 'this ELF file is of type 2, and an object (1) is loaded'],
    ['odd headers of sections', header(58, 40), 'its headers of sections have 40 bytes, not 64'],
    ['no sections', header(60, 0), 'it has no sections'],
    ['more sections than there is room for', header(60, 9999), 'the table of sections would end at byte'],
    ['names in no section', header(62, 999), 'the names of sections are to be in section 999'],
    ['a table of sections outside', (_, v) => v.setBigUint64(40, 1n << 60n, true), 'the table of sections would end'],
    ['one that ends early', bytes => bytes.subarray(0, bytes.length - 64), 'the table of sections would end at byte'],
    [
      'a section outside',
      (_, v) => v.setBigUint64(headerOf('filter', 'drop') + 24, 1n << 40n, true),
      "section 'drop' ends at byte 1099511627992, and the file has",
    ],
    [
      'a section without end',
      (_, v) => v.setBigUint64(headerOf('filter', '.bss') + 32, 1n << 62n, true),
      "section '.bss' says it has 4611686018427387904 bytes",
    ],
    [
      'the name of a section outside',
      (_, v) => v.setUint32(headerOf('filter', 'drop'), 0xffffff, true),
      'the name of section 6 begins at byte 16777215',
    ],
    [
      'half a symbol',
      (_, v) => v.setBigUint64(headerOf('filter', '.symtab') + 32, 25n, true),
      "section '.symtab' has 25 bytes, which is no multiple of 24",
    ],
    [
      'relocations of a section that is not there',
      (_, v) => v.setUint32(headerOf('filter', '.reldrop') + 44, 999, true),
      "section '.reldrop' relocates section 999, which is not there",
    ],
    [
      'a relocation of a symbol that is not there',
      (_, v) => v.setUint32(bytesAt('filter', '.relclassifier') + 12, 999, true),
      "relocation 0 of section '.relclassifier' is of symbol 999, and there are",
    ],
    [
      'a relocation of an unknown type',
      (_, v) => v.setUint32(bytesAt('filter', '.relclassifier') + 8, 77, true),
      "instruction 0 of 'pass' (section 'classifier') has a relocation of type 77, which does not fit 0x18",
    ],
    [
      'a relocation in the middle of an instruction',
      (_, v) => v.setBigUint64(bytesAt('filter', '.relclassifier'), 3n, true),
      "a relocation at byte 3 of section 'classifier' is at no instruction of its own",
    ],
    [
      'a function without instructions',
      (_, v) => v.setBigUint64(symbolOf('filter', 'pass') + 16, 0n, true),
      "function 'pass' of section 'classifier' has no instructions",
    ],
    [
      'a function that ends behind its section',
      (_, v) => v.setBigUint64(symbolOf('filter', 'pass') + 16, 8000n, true),
      "function 'pass' ends at byte 8000 of section 'classifier', which has 72",
    ],
    [
      'a function in the middle of an instruction',
      (_, v) => v.setBigUint64(symbolOf('filter', 'pass') + 16, 7n, true),
      "function 'pass' is at bytes 0 to 7 of section 'classifier': an instruction has 8",
    ],
    [
      'a call to where no function begins',
      (_, v) => v.setInt32(bytesAt('filter', 'classifier') + 6 * 8 + 4, 3, true),
      "instruction 6 of 'pass' (section 'classifier') calls byte 32 of section '.text', where no function begins",
    ],
    [
      'a variable outside its section',
      (_, v) => v.setInt32(bytesAt('filter', 'classifier') + 4, 4096, true),
      "instruction 0 of 'pass' (section 'classifier') refers to byte 4096 of section '.bss', where no map is declared",
    ],
    [
      'types that begin with something else',
      (_, v) => v.setUint16(bytesAt('filter', '.BTF'), 1, true),
      "section '.BTF' begins with 1, not with BTF's 60319",
    ],
    [
      'types that end behind their section',
      (_, v) => v.setUint32(bytesAt('filter', '.BTF') + 12, 0x7fffffff, true),
      "section '.BTF' has",
    ],
    [
      'a type of an unknown kind',
      (_, v) => v.setUint32(bytesAt('filter', '.BTF') + 24 + 4, 31 << 24, true),
      "type 1 of section '.BTF' is of kind 31, which is not known here",
    ],
    [
      'what is said of instructions ends behind its section',
      (_, v) => v.setUint32(bytesAt('filter', '.BTF.ext') + 12, 0x7fffffff, true),
      "section '.BTF.ext' has",
    ],
  ])('%s', (_, change, told) => {
    expect(changed('filter', change)).toContain(`filter.o: ${told}`)
  })

  test('types that name each other in a circle', () => {
    const { btf } = objectOf('filter')
    const [one, other] = btf!.types.flatMap(({ kind }, i) => (kind === 8 ? [i] : []))
    const at = (type: number) => bytesAt('filter', '.BTF') + btf!.types[type]!.at - 4
    const told = changed('filter', (_, view) => {
      view.setUint32(at(one!), other!, true)
      view.setUint32(at(other!), one!, true)
    })
    expect(told).toMatch(/^filter\.o: types of section '\.BTF' name each other in a circle, through type \d+$/)
  })
})

// ── any bytes ──────────────────────────────────────────────────────────────

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 3000)
const originals = readdirSync(root)
  .filter(name => name.endsWith('.o'))
  .map(name => bytesOf(name.replace('.o', '')))

test('any object is read, or refused with a sentence', () => {
  const change = fc.record({
    at: fc.nat(),
    value: fc.oneof(fc.constantFrom(0, 1, 2, 7, 8, 24, 127, 128, 254, 255), fc.nat(255)),
  })
  const mutation = fc.record({
    which: fc.nat(originals.length - 1),
    // Near the end are the headers of sections, in the middle the types.
    changes: fc.array(change, { minLength: 1, maxLength: 6 }),
    cut: fc.option(fc.nat(8000), { freq: 2 }),
  })
  let sound = 0
  fc.assert(
    fc.property(mutation, ({ which, changes, cut }) => {
      const original = originals[which]!
      const bytes = original.slice(0, cut === null ? undefined : cut % original.length)
      for (const { at, value } of changes) bytes[at % bytes.length] = value
      try {
        const object = readObject(bytes, 'x.o')
        if (object.btf) loadableBtf(object.btf, object.elf)
        for (const program of object.programs) linkProgram(object, program)
        sound++
      } catch (error) {
        if (!(error instanceof BpfError)) throw error
        expect(error.message).toMatch(/^x\.o: ./)
      }
    }),
    { numRuns: RUNS },
  )
  expect(sound).toBeGreaterThan(RUNS / 20)
})
