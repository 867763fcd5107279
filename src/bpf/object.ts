// An object as a loader sees it: its programs, its maps, and a program's instructions put together with the functions
// that it calls. Pure: nothing is loaded.
import { viewOf } from '../netlink/codec.ts'
import { type Btf, readBtf } from './btf.ts'
import { type BtfExt, instructionOf, type Records, readBtfExt } from './btf-ext.ts'
import {
  type Elf,
  type ElfSymbol,
  type Relocation,
  readElf,
  SHF_EXECINSTR,
  SHN_UNDEF,
  SHT_PROGBITS,
  STB_LOCAL,
  STT_FUNC,
} from './elf.ts'
import { BpfError, broken, unsupported } from './error.ts'
import { type MapDefinition, readMaps } from './maps.ts'

export interface BpfObject {
  readonly elf: Elf
  readonly btf: Btf | undefined
  readonly ext: BtfExt
  readonly maps: readonly MapDefinition[]
  /** What can be loaded, in the order of sections. */
  readonly programs: readonly Code[]
  /** The functions of all sections, by `placeOf` where they begin. */
  readonly functions: ReadonlyMap<string, ElfSymbol>
  readonly license: string
}

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

const INSTRUCTION = 8

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

// ── putting a program together ─────────────────────────────────────────────

/** An instruction that names a map; the loader writes the map's descriptor there. */
export interface MapReference {
  /** The byte of the instruction. */
  readonly at: number
  readonly map: MapDefinition
}

export interface Linked {
  readonly code: Uint8Array
  readonly references: readonly MapReference[]
  /** struct bpf_func_info and bpf_line_info; empty where not every function has them. */
  readonly functions: Uint8Array
  readonly lines: Uint8Array
}

/** kernel/bpf/verifier.c: BPF_MAX_SUBPROGS */
const MOST_FUNCTIONS = 256
/** include/linux/bpf.h: BPF_COMPLEXITY_LIMIT_INSNS */
const MOST_INSTRUCTIONS = 1_000_000

const [R_BPF_64_64, R_BPF_64_32] = [1, 10]
const [LD_IMM64, CALL] = [0x18, 0x85]
/** What the source register of these two says: BPF_PSEUDO_* */
const [PSEUDO_MAP_FD, PSEUDO_CALL, PSEUDO_MAP_VALUE, PSEUDO_FUNC] = [1, 1, 2, 4]

/** A function that has its place in the program. */
interface Placed {
  readonly code: Code
  readonly at: number
}

/** Puts a program and all that it calls one behind the other, in the order in which libbpf does: their tags agree. */
export function linkProgram(object: BpfObject, main: Code): Linked {
  const { file, sections, relocations } = object.elf
  let code = new Uint8Array()
  const placed: Placed[] = []
  const references: MapReference[] = []

  const place = (own: Code): Placed => {
    const known = placed.find(({ code: { section, start } }) => section === own.section && start === own.start)
    if (known) return known
    const at = code.length
    if (placed.length === MOST_FUNCTIONS)
      throw broken(file, `program '${main.name}' calls more than ${MOST_FUNCTIONS} functions`)
    if ((at + own.end - own.start) / INSTRUCTION > MOST_INSTRUCTIONS)
      throw broken(file, `program '${main.name}' has more than ${MOST_INSTRUCTIONS} instructions`)
    refuseTypeRelocations(object, own)
    const longer = new Uint8Array(at + own.end - own.start)
    longer.set(code)
    longer.set(sections[own.section]!.bytes.subarray(own.start, own.end), at)
    code = longer
    const found = { code: own, at }
    placed.push(found)
    resolve(found)
    return found
  }

  /** Sees to every instruction that names something, and to the functions that it calls. */
  const resolve = ({ code: own, at }: Placed): void => {
    const where = (offset: number): string =>
      `instruction ${(offset - own.start) / INSTRUCTION} of '${own.name}' (section '${own.sectionName}')`
    const relocation = new Map<number, Relocation>()
    for (const one of relocations.get(own.section) ?? []) {
      if (one.offset < own.start || one.offset >= own.end) continue
      if (one.offset % INSTRUCTION !== 0 || relocation.has(one.offset))
        throw broken(
          file,
          `a relocation at byte ${one.offset} of section '${own.sectionName}' is at no instruction of its own`,
        )
      relocation.set(one.offset, one)
    }
    /** Of the instruction at a byte of the program: the 32-bit number in it. */
    const immediate = (byte: number): number => viewOf(code).getInt32(byte + 4, true)
    const call = (offset: number, byte: number, section: number, target: number): Placed => {
      const to = object.functions.get(placeOf(section, target))
      if (!to)
        throw broken(
          file,
          `${where(offset)} calls byte ${target} of section '${sections[section]?.name}', where no function begins`,
        )
      const called = place(codeOf(object.elf, to))
      viewOf(code).setInt32(byte + 4, (called.at - byte) / INSTRUCTION - 1, true)
      return called
    }

    for (let offset = own.start; offset < own.end; offset += INSTRUCTION) {
      const byte = at + offset - own.start
      const [opcode, registers] = [code[byte]!, code[byte + 1]!]
      const found = relocation.get(offset)
      const wide = opcode === LD_IMM64
      if (wide && offset + INSTRUCTION >= own.end)
        throw broken(file, `${where(offset)} has 16 bytes, and the function ends in it`)
      if (!found) {
        // A call within one section needs no relocation.
        if (opcode === CALL && registers >> 4 === PSEUDO_CALL)
          call(offset, byte, own.section, offset + (immediate(byte) + 1) * INSTRUCTION)
      } else {
        const { symbol, type } = found
        if (symbol.section === SHN_UNDEF)
          throw unsupported(file, `${where(offset)} refers to '${symbol.name}', which is not in the object (extern)`)
        const section = sections[symbol.section]
        if (!section)
          throw broken(
            file,
            `${where(offset)} refers to '${symbol.name}' of section ${symbol.section}, which is not there`,
          )
        if (type === R_BPF_64_32 && opcode === CALL)
          call(offset, byte, section.index, symbol.value + (immediate(byte) + 1) * INSTRUCTION)
        else if (type === R_BPF_64_64 && wide && section.flags & SHF_EXECINSTR) {
          call(offset, byte, section.index, symbol.value + immediate(byte))
          setSource(code, byte, PSEUDO_FUNC)
        } else if (type === R_BPF_64_64 && wide) {
          const offsetThere = symbol.value + immediate(byte)
          const map = object.maps.find(
            one => one.section === section.index && (one.offset ?? offsetThere) === offsetThere,
          )
          if (!map || offsetThere < 0 || offsetThere >= section.size)
            throw broken(
              file,
              `${where(offset)} refers to byte ${offsetThere} of section '${section.name}', where no map is declared`,
            )
          setSource(code, byte, map.offset === undefined ? PSEUDO_MAP_VALUE : PSEUDO_MAP_FD)
          viewOf(code).setInt32(byte + INSTRUCTION + 4, map.offset === undefined ? offsetThere : 0, true)
          references.push({ at: byte, map })
        } else
          throw broken(
            file,
            `${where(offset)}: a relocation of type ${type} does not fit instruction 0x${opcode.toString(16)}`,
          )
      }
      if (wide) offset += INSTRUCTION
    }
  }

  place(main)
  return {
    ...{ code, references },
    functions: recordsOf(object.ext.functions, placed),
    lines: recordsOf(object.ext.lines, placed),
  }
}

function setSource(code: Uint8Array, byte: number, register: number): void {
  code[byte + 1] = (code[byte + 1]! & 15) | (register << 4)
}

function refuseTypeRelocations({ elf, ext }: BpfObject, { name, sectionName, start, end }: Code): void {
  const found = ext.typeRelocations.bySection.get(sectionName)?.find(record => {
    const at = instructionOf(record)
    return at >= start && at < end
  })
  if (found)
    throw unsupported(
      elf.file,
      `instruction ${(instructionOf(found) - start) / INSTRUCTION} of '${name}' (section '${sectionName}') is to be fitted to the types of the running kernel (CO-RE)`,
    )
}

/** The records of all functions, each at its new place; empty where a function does not begin with one. */
function recordsOf({ size, bySection }: Records, placed: readonly Placed[]): Uint8Array {
  const all: Uint8Array[] = []
  for (const {
    code: { sectionName, start, end },
    at,
  } of placed) {
    const own = (bySection.get(sectionName) ?? [])
      .filter(record => instructionOf(record) >= start && instructionOf(record) < end)
      .sort((x, y) => instructionOf(x) - instructionOf(y))
    if (own.length === 0 || instructionOf(own[0]!) !== start) return new Uint8Array()
    for (const record of own) {
      const moved = record.slice()
      viewOf(moved).setUint32(0, (instructionOf(record) - start + at) / INSTRUCTION, true)
      all.push(moved)
    }
  }
  const bytes = new Uint8Array(all.length * size)
  for (const [i, record] of all.entries()) bytes.set(record, i * size)
  return bytes
}
