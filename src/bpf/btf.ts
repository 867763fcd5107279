// BTF, the types of a BPF object (section .BTF), as far as maps are declared by types; and the same bytes as the kernel
// wants them: a compiler leaves the sizes of sections and the places of variables to whoever reads the ELF file.
import { u8, u16, u32, type Value, viewOf } from '../netlink/codec.ts'
import { struct } from '../netlink/struct.ts'
import { readRows, textAt } from './bytes.ts'
import type { Elf } from './elf.ts'
import { broken } from './error.ts'

// include/uapi/linux/btf.h
const btfHeader = struct('btf_header', {
  magic: ['magic', u16],
  version: ['version', u8],
  flags: ['flags', u8],
  headerLength: ['hdr_len', u32],
  typeOffset: ['type_off', u32],
  typeLength: ['type_len', u32],
  stringOffset: ['str_off', u32],
  stringLength: ['str_len', u32],
})
const btfType = struct('btf_type', { name: ['name_off', u32], info: ['info', u32], type: ['type', u32] })
const btfArray = struct('btf_array', { type: ['type', u32], indexType: ['index_type', u32], count: ['nelems', u32] })
const btfMember = struct('btf_member', { name: ['name_off', u32], type: ['type', u32], offset: ['offset', u32] })
const btfVariable = struct('btf_var_secinfo', { type: ['type', u32], offset: ['offset', u32], size: ['size', u32] })

const BTF_MAGIC = 0xeb9f
/** BTF_KIND_* */
const [
  INT,
  PTR,
  ARRAY,
  STRUCT,
  UNION,
  ENUM,
  TYPEDEF,
  VOLATILE,
  CONST,
  RESTRICT,
  VAR,
  DATASEC,
  FLOAT,
  TYPE_TAG,
  ENUM64,
] = [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 14, 15, 16, 18, 19]
/** Bytes behind a type's struct, by its kind: as they are, and for each of its members. */
const BEHIND: readonly (readonly [number, number])[] = [
  ...([
    [0, 0],
    [4, 0],
    [0, 0],
    [12, 0],
    [0, 12],
    [0, 12],
    [0, 8],
    [0, 0],
    [0, 0],
    [0, 0],
    [0, 0],
  ] as const),
  ...([
    [0, 0],
    [0, 0],
    [0, 8],
    [4, 0],
    [0, 12],
    [0, 0],
    [4, 0],
    [0, 0],
    [0, 12],
  ] as const),
]
const BTF_VAR_STATIC = 0

export interface BtfType {
  readonly name: string
  readonly kind: number
  /** How many members. */
  readonly members: number
  /** The type that it points to, or its size, as its kind has it. */
  readonly type: number
  /** Where its members are in the bytes. */
  readonly at: number
}

export interface Btf {
  readonly file: string
  readonly bytes: Uint8Array
  /** By their numbers; 0 is void. */
  readonly types: readonly BtfType[]
  text(at: number): string
}

/** The types of an object; undefined: it has none. */
export function readBtf({ sections, file }: Elf): Btf | undefined {
  const section = sections.find(({ name }) => name === '.BTF')
  if (!section || section.bytes.length === 0) return undefined
  const b = section.bytes
  const [head] = readRows(b, btfHeader, 0, 1, file, "the header of section '.BTF'") as [Value<typeof btfHeader>]
  if (head.magic !== BTF_MAGIC)
    throw broken(file, `section '.BTF' begins with ${head.magic}, not with BTF's ${BTF_MAGIC}`)
  const stringsAt = head.headerLength + head.stringOffset
  const [at, end] = [head.headerLength + head.typeOffset, head.headerLength + head.typeOffset + head.typeLength]
  if (end > b.length || stringsAt + head.stringLength > b.length)
    throw broken(file, `section '.BTF' has ${b.length} bytes, and its header says that there are more`)
  const strings = b.subarray(stringsAt, stringsAt + head.stringLength)
  const text = (name: number): string => textAt(strings, name, file, "a name in section '.BTF'")
  const types: BtfType[] = [{ name: '', kind: 0, members: 0, type: 0, at: 0 }]
  for (let next = at; next < end; ) {
    const [{ name, info, type }] = readRows(b, btfType, next, 1, file, `type ${types.length} of section '.BTF'`) as [
      Value<typeof btfType>,
    ]
    const [kind, members] = [(info >> 24) & 31, info & 0xffff]
    const behind = BEHIND[kind]
    if (kind === 0 || !behind)
      throw broken(file, `type ${types.length} of section '.BTF' is of kind ${kind}, which is not known here`)
    types.push({ name: text(name), kind, members, type, at: next + btfType.span })
    next += btfType.span + behind[0] + members * behind[1]
    if (next > end) throw broken(file, `type ${types.length - 1} of section '.BTF' ends behind it`)
  }
  return { file, bytes: b, types, text }
}

/** A type by its number, without typedefs and qualifiers. */
function bare(btf: Btf, id: number): BtfType {
  // Types that name each other in a circle come to no end: no more steps than there are types.
  for (let steps = 0; steps <= btf.types.length; steps++) {
    const type = btf.types[id]
    if (!type) throw broken(btf.file, `section '.BTF' has no type ${id}`)
    if (![TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG].includes(type.kind)) return type
    id = type.type
  }
  throw broken(btf.file, `types of section '.BTF' name each other in a circle, through type ${id}`)
}

/** Bytes that a value of this type takes. */
export function sizeOf(btf: Btf, id: number): number {
  let count = 1
  for (let steps = 0; steps <= btf.types.length; steps++) {
    const type = bare(btf, id)
    if (type.kind === PTR && count <= 0xffff) return count * 8
    if ([INT, STRUCT, UNION, ENUM, FLOAT, ENUM64].includes(type.kind) && count * type.type <= 0xffffffff)
      return count * type.type
    if (type.kind !== ARRAY) break
    const array = arrayOf(btf, type)
    count *= array.count
    id = array.type
  }
  throw broken(btf.file, `type ${id} of section '.BTF' has no size that a map could have`)
}

const arrayOf = (btf: Btf, type: BtfType): Value<typeof btfArray> =>
  readRows(btf.bytes, btfArray, type.at, 1, btf.file, 'an array')[0]!

/** A variable of a section, with the members of its struct. */
export interface Declaration {
  readonly name: string
  readonly offset: number
  /** The members of the struct that it is; undefined: it is none. */
  readonly members: readonly { readonly name: string; readonly type: number }[] | undefined
}

/** The number of the type that a section is; undefined: nothing is told of it. */
export function sectionType(btf: Btf, section: string): number | undefined {
  const found = btf.types.findIndex(({ kind, name }) => kind === DATASEC && name === section)
  return found < 0 ? undefined : found
}

/** Whether a section, by the number of its type, has variables that are known outside of their file. */
export const hasGlobals = (btf: Btf, id: number): boolean =>
  variablesOf(btf, btf.types[id]!).some(({ type }) => {
    const variable = btf.types[type]
    return variable?.kind === VAR && linkageOf(btf.bytes, variable) !== BTF_VAR_STATIC
  })

const linkageOf = (bytes: Uint8Array, { at }: BtfType): number => viewOf(bytes).getUint32(at, true)

/** The variables of a section, by its types. */
export function declarations(btf: Btf, section: string): Declaration[] {
  const found = sectionType(btf, section)
  if (found === undefined) return []
  return variablesOf(btf, btf.types[found]!).map(({ type: id, offset }) => {
    const variable = btf.types[id]
    if (variable?.kind !== VAR)
      throw broken(btf.file, `type ${id} of section '.BTF' is to be a variable of '${section}'`)
    const type = bare(btf, variable.type)
    if (type.kind !== STRUCT) return { name: variable.name, offset, members: undefined }
    const members = readRows(btf.bytes, btfMember, type.at, type.members, btf.file, `the members of '${variable.name}'`)
    return {
      name: variable.name,
      offset,
      members: members.map(({ name, type: of }) => ({ name: btf.text(name), type: of })),
    }
  })
}

const variablesOf = (btf: Btf, { at, members, name }: BtfType): Value<typeof btfVariable>[] =>
  readRows(btf.bytes, btfVariable, at, members, btf.file, `the variables of '${name}'`)

/** The number that `int (*name)[NUMBER]` holds; undefined: it is of another type. */
export function numberOf(btf: Btf, id: number): number | undefined {
  const pointer = bare(btf, id)
  const array = pointer.kind === PTR ? bare(btf, pointer.type) : undefined
  return array?.kind === ARRAY ? arrayOf(btf, array).count : undefined
}

/** The type that `typeof(TYPE) *name` points to; undefined: it is no pointer. */
export function pointedTo(btf: Btf, id: number): number | undefined {
  const pointer = bare(btf, id)
  return pointer.kind === PTR ? pointer.type : undefined
}

/**
 * The bytes as the kernel takes them: each section with its size, each variable with its place there, in order.
 * Undefined: a section that is told of is not in the object, and the kernel would refuse all of it.
 */
export function loadableBtf(btf: Btf, { sections, symbols }: Elf): Uint8Array | undefined {
  const bytes = btf.bytes.slice()
  const view = viewOf(bytes)
  const places = new Map(symbols.map(symbol => [symbol.name, symbol]))
  for (const type of btf.types) {
    if (type.kind !== DATASEC) continue
    const section = sections.find(({ name }) => name === type.name)
    if (!section?.size) return undefined
    view.setUint32(type.at - 4, section.size, true)
    const variables = variablesOf(btf, type).map(variable => {
      const told = btf.types[variable.type]
      if (told?.kind !== VAR || linkageOf(bytes, told) === BTF_VAR_STATIC) return variable
      return { ...variable, offset: places.get(told.name)?.value ?? variable.offset }
    })
    for (const [i, { type: of, offset, size }] of variables.sort((x, y) => x.offset - y.offset).entries())
      for (const [field, value] of [of, offset, size].entries())
        view.setUint32(type.at + 12 * i + 4 * field, value, true)
  }
  return bytes
}
