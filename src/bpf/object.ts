// An object as a loader sees it: its programs, the functions that they call, its maps. Pure: nothing is loaded.
import { type Btf, readBtf } from './btf.ts'
import { type BtfExt, readBtfExt } from './btf-ext.ts'
import { type Elf, type ElfSymbol, readElf, SHF_EXECINSTR, SHT_PROGBITS, STB_LOCAL, STT_FUNC } from './elf.ts'
import { BpfError, broken, unsupported } from './error.ts'
import { type MapDefinition, readMaps } from './maps.ts'

export interface BpfObject {
  readonly elf: Elf
  readonly btf: Btf | undefined
  readonly ext: BtfExt
  readonly maps: readonly MapDefinition[]
  /** What can be loaded, in the order of sections. */
  readonly programs: readonly Code[]
  /** The functions of all sections, by where they begin. */
  readonly functions: ReadonlyMap<string, ElfSymbol>
  readonly license: string
}

/** Where a function begins, as a key. */
const placeOf = (section: number, start: number): string => `${section}:${start}`

/** A function: a program, or one that programs call. */
export interface Code {
  readonly name: string
  readonly section: number
  readonly sectionName: string
  /** In bytes, in its section. */
  readonly start: number
  readonly end: number
}

/** Reads an object; `file` is its name in errors. */
export function readObject(bytes: Uint8Array, file: string): BpfObject {
  // A Buffer's `slice` is no copy.
  const elf = readElf(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length), file)
  const ops = elf.sections.find(({ name, size }) => size > 0 && name.startsWith('.struct_ops'))
  if (ops) throw unsupported(file, `section '${ops.name}' has operations for the kernel (struct_ops)`)
  const btf = readBtf(elf)
  const license = elf.sections.find(({ name }) => name === 'license')?.bytes ?? new Uint8Array()
  const symbols = elf.symbols.filter(({ type }) => type === STT_FUNC)
  const functions = new Map(symbols.map(symbol => [placeOf(symbol.section, symbol.value), symbol]))
  const programs = elf.sections
    .filter(({ name, type, flags }) => type === SHT_PROGBITS && flags & SHF_EXECINSTR && name !== '.text')
    .flatMap(({ index }) =>
      symbols
        .filter(({ section, bind }) => section === index && bind !== STB_LOCAL)
        .map(symbol => codeOf(elf, symbol))
        .sort((x, y) => x.start - y.start),
    )
  return {
    ...{ elf, btf, ext: readBtfExt(elf, btf), maps: readMaps(elf, btf), programs, functions },
    license: Buffer.from(license).toString('latin1').replace(/\0.*$/s, ''),
  }
}

/** Which of an object's programs is meant: the one of this name, or the first of a section. */
export interface Choice {
  readonly section: string
  readonly program?: string | undefined
}

export function findProgram({ elf, programs }: BpfObject, { section, program }: Choice): Code {
  const found = programs.find(({ name, sectionName }) =>
    program === undefined ? sectionName === section : name === program,
  )
  if (!found) {
    const wanted = program === undefined ? `no program in section '${section}'` : `no program '${program}'`
    const there = programs.map(({ name, sectionName }) => `'${name}' in section '${sectionName}'`)
    throw new BpfError(
      'ERR_BPF_PROGRAM',
      elf.file,
      `${wanted}; ${there.length > 0 ? `it has ${there.join(', ')}` : 'it has none at all'}`,
    )
  }
  if (found.sectionName.startsWith('struct_ops'))
    throw unsupported(elf.file, `program '${found.name}' is one of the kernel's operations (struct_ops)`)
  return found
}

/** The function that begins at a byte of a section; undefined: none does. */
export function functionAt({ elf, functions }: BpfObject, section: number, start: number): Code | undefined {
  const symbol = functions.get(placeOf(section, start))
  return symbol && codeOf(elf, symbol)
}

/** Bytes of an instruction; some have two. */
export const INSTRUCTION = 8

function codeOf({ file, sections }: Elf, { name, section: index, value, size }: ElfSymbol): Code {
  const section = sections[index]!
  const [start, end] = [value, value + size]
  if (size === 0) throw broken(file, `function '${name}' of section '${section.name}' has no instructions`)
  if (start % INSTRUCTION !== 0 || end % INSTRUCTION !== 0)
    throw broken(
      file,
      `function '${name}' is at bytes ${start} to ${end} of section '${section.name}': an instruction has ${INSTRUCTION}`,
    )
  if (end > section.bytes.length)
    throw broken(
      file,
      `function '${name}' ends at byte ${end} of section '${section.name}', which has ${section.bytes.length}`,
    )
  return { name, section: index, sectionName: section.name, start, end }
}
