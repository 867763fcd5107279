// A program's instructions put together with the functions that it calls, and with what they name: maps, variables, other
// functions. Pure: the descriptors of maps are written in where there are some.
import { viewOf } from '../netlink/codec.ts'
import { instructionOf, type Records } from './btf-ext.ts'
import { type Relocation, type Section, SHF_EXECINSTR, SHN_UNDEF } from './elf.ts'
import { type BpfError, broken, unsupported } from './error.ts'
import type { MapDefinition } from './maps.ts'
import { type BpfObject, type Code, functionAt, INSTRUCTION } from './object.ts'

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

/** Puts a program and all that it calls one behind the other, in the order in which libbpf does: their tags agree. */
export function linkProgram(object: BpfObject, main: Code): Linked {
  const linker = new Linker(object, main)
  linker.place(main)
  const { code, references, placed } = linker
  const { functions, lines } = object.ext
  return { code, references, functions: recordsOf(functions, placed), lines: recordsOf(lines, placed) }
}

/** kernel/bpf/verifier.c: BPF_MAX_SUBPROGS */
const MOST_FUNCTIONS = 256
/** include/linux/bpf.h: BPF_COMPLEXITY_LIMIT_INSNS */
const MOST_INSTRUCTIONS = 1_000_000

const [R_BPF_64_64, R_BPF_64_32] = [1, 10]
/** BPF_LD | BPF_IMM | BPF_DW, of two instructions' length, and BPF_JMP | BPF_CALL */
const [LD_IMM64, CALL] = [0x18, 0x85]
/** What the source register of these two says: BPF_PSEUDO_* */
const [PSEUDO_MAP_FD, PSEUDO_CALL, PSEUDO_MAP_VALUE, PSEUDO_FUNC] = [1, 1, 2, 4]

/** A function that has its place in the program. */
interface Placed {
  readonly code: Code
  /** The byte of the program where it begins. */
  readonly at: number
}

/** An instruction of a function. */
interface Instruction {
  readonly of: Code
  /** Its byte in the section. */
  readonly offset: number
  /** Its byte in the program. */
  readonly byte: number
}

class Linker {
  code = new Uint8Array()
  readonly placed: Placed[] = []
  readonly references: MapReference[] = []
  readonly #object: BpfObject
  readonly #main: Code

  constructor(object: BpfObject, main: Code) {
    this.#object = object
    this.#main = main
  }

  /** Gives a function its place behind all others, unless it has one, and then those that it calls. */
  place(code: Code): Placed {
    const known = this.placed.find(({ code: { section, start } }) => section === code.section && start === code.start)
    if (known) return known
    const { elf } = this.#object
    const [at, end] = [this.code.length, this.code.length + code.end - code.start]
    if (this.placed.length === MOST_FUNCTIONS)
      throw broken(elf.file, `program '${this.#main.name}' calls more than ${MOST_FUNCTIONS} functions`)
    if (end / INSTRUCTION > MOST_INSTRUCTIONS)
      throw broken(elf.file, `program '${this.#main.name}' has more than ${MOST_INSTRUCTIONS} instructions`)
    refuseTypeRelocations(this.#object, code)
    const longer = new Uint8Array(end)
    longer.set(this.code)
    longer.set(elf.sections[code.section]!.bytes.subarray(code.start, code.end), at)
    this.code = longer
    const placed = { code, at }
    this.placed.push(placed)
    this.#resolve(placed)
    return placed
  }

  /** Sees to every instruction of a function that names something. */
  #resolve({ code: of, at }: Placed): void {
    const relocations = this.#relocationsOf(of)
    for (let offset = of.start; offset < of.end; offset += INSTRUCTION) {
      const instruction = { of, offset, byte: at + offset - of.start }
      const wide = this.code[instruction.byte] === LD_IMM64
      if (wide && offset + INSTRUCTION >= of.end)
        throw this.#broken(instruction, 'has 16 bytes, and the function ends in it')
      const relocation = relocations.get(offset)
      if (relocation) this.#relocate(instruction, relocation)
      else if (this.#callsWithin(instruction.byte))
        this.#call(instruction, of.section, offset + (this.#number(instruction.byte) + 1) * INSTRUCTION)
      if (wide) offset += INSTRUCTION
    }
  }

  #relocationsOf({ section, sectionName, start, end }: Code): Map<number, Relocation> {
    const { file, relocations } = this.#object.elf
    const found = new Map<number, Relocation>()
    for (const one of relocations.get(section) ?? []) {
      const { offset } = one
      if (offset < start || offset >= end) continue
      if (offset % INSTRUCTION !== 0 || found.has(offset))
        throw broken(file, `a relocation at byte ${offset} of section '${sectionName}' is at no instruction of its own`)
      found.set(offset, one)
    }
    return found
  }

  #relocate(instruction: Instruction, { symbol, type }: Relocation): void {
    const { byte } = instruction
    const { file, sections } = this.#object.elf
    if (symbol.section === SHN_UNDEF)
      throw unsupported(file, `${told(instruction)} refers to '${symbol.name}', which is not in the object (extern)`)
    const section = sections[symbol.section]
    if (!section)
      throw this.#broken(instruction, `refers to '${symbol.name}' of section ${symbol.section}, which is not there`)
    const opcode = this.code[byte]!
    if (type === R_BPF_64_32 && opcode === CALL)
      this.#call(instruction, section.index, symbol.value + (this.#number(byte) + 1) * INSTRUCTION)
    else if (type === R_BPF_64_64 && opcode === LD_IMM64 && section.flags & SHF_EXECINSTR) {
      this.#call(instruction, section.index, symbol.value + this.#number(byte))
      this.#setSource(byte, PSEUDO_FUNC)
    } else if (type === R_BPF_64_64 && opcode === LD_IMM64)
      this.#nameMap(instruction, section, symbol.value + this.#number(byte))
    else
      throw this.#broken(instruction, `has a relocation of type ${type}, which does not fit 0x${opcode.toString(16)}`)
  }

  /** The instruction calls, or takes the address of, the function at a byte of a section. */
  #call(instruction: Instruction, section: number, start: number): void {
    const code = functionAt(this.#object, section, start)
    const { name } = this.#object.elf.sections[section]!
    if (!code) throw this.#broken(instruction, `calls byte ${start} of section '${name}', where no function begins`)
    const { at } = this.place(code)
    viewOf(this.code).setInt32(instruction.byte + 4, (at - instruction.byte) / INSTRUCTION - 1, true)
  }

  /** The instruction names the map at a byte of a section, or that byte in the map that holds all of the section. */
  #nameMap(instruction: Instruction, { index, name, size }: Section, offset: number): void {
    const { byte: at } = instruction
    const map = this.#object.maps.find(one => one.section === index && (one.offset ?? offset) === offset)
    if (!map || offset < 0 || offset >= size)
      throw this.#broken(instruction, `refers to byte ${offset} of section '${name}', where no map is declared`)
    const whole = map.offset === undefined
    this.#setSource(at, whole ? PSEUDO_MAP_VALUE : PSEUDO_MAP_FD)
    viewOf(this.code).setInt32(at + INSTRUCTION + 4, whole ? offset : 0, true)
    this.references.push({ at, map })
  }

  /** A call within one section needs no relocation. */
  #callsWithin(byte: number): boolean {
    return this.code[byte] === CALL && this.code[byte + 1]! >> 4 === PSEUDO_CALL
  }

  /** The number in an instruction. */
  #number(byte: number): number {
    return viewOf(this.code).getInt32(byte + 4, true)
  }

  #setSource(byte: number, register: number): void {
    this.code[byte + 1] = (this.code[byte + 1]! & 15) | (register << 4)
  }

  #broken(instruction: Instruction, what: string): BpfError {
    return broken(this.#object.elf.file, `${told(instruction)} ${what}`)
  }
}

const told = ({ of, offset }: Instruction): string =>
  `instruction ${(offset - of.start) / INSTRUCTION} of '${of.name}' (section '${of.sectionName}')`

function refuseTypeRelocations({ elf, ext }: BpfObject, of: Code): void {
  const offset = ext.typeRelocations.bySection
    .get(of.sectionName)
    ?.map(instructionOf)
    .find(at => at >= of.start && at < of.end)
  if (offset === undefined) return
  const what = 'is to be fitted to the types of the running kernel (CO-RE)'
  throw unsupported(elf.file, `${told({ of, offset, byte: 0 })} ${what}`)
}

/** The records of all functions, each at its new place; empty where a function does not begin with one. */
function recordsOf({ size, bySection }: Records, placed: readonly Placed[]): Uint8Array {
  const all: Uint8Array[] = []
  for (const { code, at } of placed) {
    const own = (bySection.get(code.sectionName) ?? [])
      .map(record => ({ record, offset: instructionOf(record) - code.start }))
      .filter(({ offset }) => offset >= 0 && offset < code.end - code.start)
      .sort((x, y) => x.offset - y.offset)
    if (own[0]?.offset !== 0) return new Uint8Array()
    for (const { record, offset } of own) {
      const moved = record.slice()
      viewOf(moved).setUint32(0, (offset + at) / INSTRUCTION, true)
      all.push(moved)
    }
  }
  const bytes = new Uint8Array(all.length * size)
  for (const [i, record] of all.entries()) bytes.set(record, i * size)
  return bytes
}
