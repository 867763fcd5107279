// ELF objects as compilers for BPF make them: sections, symbols, relocations. Every offset and size is held against the
// file before it is used. Knows nothing of programs and maps.
import { blob, u8, u16, u32, u64, type Value } from '../netlink/codec.ts'
import { struct } from '../netlink/struct.ts'
import { readRows, textAt } from './bytes.ts'
import { broken } from './error.ts'

// include/uapi/linux/elf.h
const ehdr = struct('Elf64_Ehdr', {
  ident: ['e_ident', blob(16)],
  type: ['e_type', u16],
  machine: ['e_machine', u16],
  version: ['e_version', u32],
  entry: ['e_entry', u64],
  phoff: ['e_phoff', u64],
  shoff: ['e_shoff', u64],
  flags: ['e_flags', u32],
  ehsize: ['e_ehsize', u16],
  phentsize: ['e_phentsize', u16],
  phnum: ['e_phnum', u16],
  shentsize: ['e_shentsize', u16],
  shnum: ['e_shnum', u16],
  shstrndx: ['e_shstrndx', u16],
})
const shdr = struct('Elf64_Shdr', {
  name: ['sh_name', u32],
  type: ['sh_type', u32],
  flags: ['sh_flags', u64],
  addr: ['sh_addr', u64],
  offset: ['sh_offset', u64],
  size: ['sh_size', u64],
  link: ['sh_link', u32],
  info: ['sh_info', u32],
  addralign: ['sh_addralign', u64],
  entsize: ['sh_entsize', u64],
})
const sym = struct('Elf64_Sym', {
  name: ['st_name', u32],
  info: ['st_info', u8],
  other: ['st_other', u8],
  shndx: ['st_shndx', u16],
  value: ['st_value', u64],
  size: ['st_size', u64],
})
/** r_info is two numbers: the type in its lower half, the symbol in the upper. */
const rel = struct('Elf64_Rel', {
  offset: ['r_offset', u64],
  type: ['r_info', u32],
  symbol: ['r_info', u32],
})

const [ELFCLASS64, ELFDATA2LSB, ET_REL, EM_NONE, EM_BPF] = [2, 1, 1, 0, 247]
export const SHT_PROGBITS = 1
const [SHT_SYMTAB, SHT_STRTAB, SHT_RELA, SHT_NOBITS, SHT_REL] = [2, 3, 4, 8, 9]
export const SHF_EXECINSTR = 4
export const SHN_UNDEF = 0
export const STT_FUNC = 2
export const STT_SECTION = 3
export const STB_LOCAL = 0

export interface Section {
  readonly index: number
  readonly name: string
  readonly type: number
  readonly flags: number
  /** Also of a section that takes no room in the file (.bss). */
  readonly size: number
  readonly bytes: Uint8Array
}

export interface ElfSymbol {
  readonly name: string
  /** STT_* */
  readonly type: number
  /** STB_* */
  readonly bind: number
  /** The index of its section; SHN_UNDEF: it is not in this object. */
  readonly section: number
  readonly value: number
  readonly size: number
}

export interface Relocation {
  /** Where in its section. */
  readonly offset: number
  /** R_BPF_* */
  readonly type: number
  readonly symbol: ElfSymbol
}

export interface Elf {
  readonly file: string
  readonly sections: readonly Section[]
  readonly symbols: readonly ElfSymbol[]
  /** By the index of the section that they change, in the order of their offsets. */
  readonly relocations: ReadonlyMap<number, readonly Relocation[]>
}

/** Reads an object; `file` is its name in errors. */
export function readElf(b: Uint8Array, file: string): Elf {
  const head = header(b, file)
  const count = head.shnum
  const headers = readRows(b, shdr, Number(head.shoff), count, file, 'the table of sections')
  const part = (index: number, what: string): Uint8Array => {
    const { offset, size } = headers[index]!
    if (offset + size > BigInt(b.length))
      throw broken(file, `${what} ends at byte ${offset + size}, and the file has ${b.length}`)
    return b.subarray(Number(offset), Number(offset + size))
  }
  const strings = (index: number, of: string): Uint8Array => {
    if (headers[index]?.type !== SHT_STRTAB)
      throw broken(file, `the names of ${of} are to be in section ${index}, which has none`)
    return part(index, `section ${index}, the names of ${of},`)
  }
  const sectionNames = strings(head.shstrndx, 'sections')
  const sections = headers.map(({ name: at, type, flags, size }, index): Section => {
    const name = index === 0 ? '' : textAt(sectionNames, at, file, `the name of section ${index}`)
    const whole = Number(size)
    if (whole > MOST_BYTES)
      throw broken(file, `section '${name}' says it has ${size} bytes, and ${MOST_BYTES} are the most`)
    const bytes = type === SHT_NOBITS || index === 0 ? new Uint8Array() : part(index, `section '${name}'`)
    return { index, name, type, flags: Number(flags & 0xffffffffn), size: whole, bytes }
  })
  const table = sections.find(({ type }) => type === SHT_SYMTAB)
  const symbols = table ? readSymbols(table, strings(headers[table.index]!.link, 'symbols'), file) : []
  const relocations = new Map<number, readonly Relocation[]>()
  for (const section of sections) {
    const { info } = headers[section.index]!
    const target = sections[info]
    if (section.type === SHT_RELA && target && target.flags & SHF_EXECINSTR)
      throw broken(file, `section '${section.name}' has relocations with addends (RELA); BPF objects have REL`)
    if (section.type !== SHT_REL) continue
    if (!target || info === 0)
      throw broken(file, `section '${section.name}' relocates section ${info}, which is not there`)
    if (relocations.has(info)) throw broken(file, `section '${target.name}' has two sections of relocations`)
    relocations.set(
      info,
      readRelocations(section, symbols, file).sort((x, y) => x.offset - y.offset),
    )
  }
  return { file, sections, symbols, relocations }
}

/** What one value of a map can have (kernel/bpf/arraymap.c: KMALLOC_MAX_SIZE and INT_MAX), and more than any object. */
const MOST_BYTES = 2 ** 31 - 1

function header(b: Uint8Array, file: string): Value<typeof ehdr> {
  const magic = [0x7f, 0x45, 0x4c, 0x46]
  if (!magic.every((byte, i) => b[i] === byte)) throw broken(file, 'this is no ELF file')
  if (b[4] !== ELFCLASS64) throw broken(file, 'this is a 32-bit ELF file; BPF objects are 64-bit')
  if (b[5] !== ELFDATA2LSB)
    throw broken(
      file,
      'this object is big-endian, and this machine is not: compile it with -target bpfel (or bpf, here)',
    )
  const [head] = readRows(b, ehdr, 0, 1, file, 'the ELF header') as [Value<typeof ehdr>]
  if (head.machine !== EM_BPF && head.machine !== EM_NONE)
    throw broken(
      file,
      `this is machine code of ELF machine ${head.machine}, not of BPF (${EM_BPF}): compile it with -target bpf`,
    )
  if (head.type !== ET_REL)
    throw broken(file, `this ELF file is of type ${head.type}, and an object (1) is loaded: compile it with -c`)
  if (head.shentsize !== shdr.span && head.shnum > 0)
    throw broken(file, `its headers of sections have ${head.shentsize} bytes, not ${shdr.span}`)
  if (head.shnum === 0) throw broken(file, 'it has no sections')
  return head
}

function readSymbols(table: Section, names: Uint8Array, file: string): ElfSymbol[] {
  return readRows(table.bytes, sym, 0, countOf(table, sym.span, file), file, `section '${table.name}'`).map(
    ({ name, info, shndx, value, size }, i) => ({
      name: textAt(names, name, file, `the name of symbol ${i}`),
      ...{ type: info & 15, bind: info >> 4, section: shndx, value: Number(value), size: Number(size) },
    }),
  )
}

function readRelocations(section: Section, symbols: readonly ElfSymbol[], file: string): Relocation[] {
  const where = `section '${section.name}'`
  return readRows(section.bytes, rel, 0, countOf(section, rel.span, file), file, where).map(
    ({ offset, type, symbol: index }, i) => {
      const symbol = symbols[index]
      if (!symbol)
        throw broken(file, `relocation ${i} of ${where} is of symbol ${index}, and there are ${symbols.length}`)
      return { offset: Number(offset), type, symbol }
    },
  )
}

function countOf({ name, bytes }: Section, span: number, file: string): number {
  if (bytes.length % span !== 0)
    throw broken(file, `section '${name}' has ${bytes.length} bytes, which is no multiple of ${span}`)
  return bytes.length / span
}
