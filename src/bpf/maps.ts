// The maps of an object: declared by types (section .maps), by iproute2's struct (section maps), and those that hold its
// global variables (.data, .rodata, .bss). What they are to be, not yet made.
import { basename } from 'node:path'
import { u32, type Value } from '../netlink/codec.ts'
import { struct } from '../netlink/struct.ts'
import {
  type Btf,
  type Declaration,
  declarations,
  hasGlobals,
  numberOf,
  pointedTo,
  sectionType,
  sizeOf,
} from './btf.ts'
import { readRows } from './bytes.ts'
import { type Elf, type ElfSymbol, type Section, STT_SECTION } from './elf.ts'
import { broken, unsupported } from './error.ts'

/** A map that an object declares. */
export interface MapDefinition {
  readonly name: string
  /** Where it is declared: what refers to this place means this map. */
  readonly section: number
  /** Undefined: every place of the section is in its one value. */
  readonly offset: number | undefined
  /** BPF_MAP_TYPE_* */
  readonly type: number
  readonly keySize: number
  readonly valueSize: number
  readonly maxEntries: number
  /** BPF_F_* */
  readonly flags: number
  readonly numaNode?: number | undefined
  readonly extra?: number | undefined
  /** Numbers of BTF types. */
  readonly keyType?: number | undefined
  readonly valueType?: number | undefined
  /** It is found, or pinned, under its name: in the directory of all objects, or of this one. */
  readonly pin?: 'shared' | 'object' | undefined
  /** What its one value is at first. */
  readonly content?: Uint8Array | undefined
  /** Nobody changes it then. */
  readonly frozen?: true
}

const BPF_MAP_TYPE_ARRAY = 2
const BPF_MAP_TYPE_PROG_ARRAY = 3
export const BPF_MAP_TYPE_PERF_EVENT_ARRAY = 4
const [BPF_MAP_TYPE_ARRAY_OF_MAPS, BPF_MAP_TYPE_HASH_OF_MAPS] = [12, 13]
/** BPF_MAP_TYPE_DEVMAP, BPF_MAP_TYPE_DEVMAP_HASH */
export const BPF_MAP_TYPES_OF_DEVICES: readonly number[] = [14, 25]
export const BPF_F_RDONLY_PROG = 1 << 7
const BPF_F_MMAPABLE = 1 << 10
/** Bytes of a name in the kernel, without the NUL that ends it. */
const LONGEST_NAME = 15

/** All maps of an object. */
export function readMaps(elf: Elf, btf: Btf | undefined): MapDefinition[] {
  const all = elf.sections.flatMap(section => {
    if (section.size === 0) return []
    if (section.name === '.maps') return typedMaps(elf, btf, section)
    if (section.name === 'maps') return legacyMaps(elf, section)
    return DATA.test(section.name) ? [dataMap(elf, btf, section)] : []
  })
  const odd = all.find(({ name }) => !/^[\w.$]+$/.test(name))
  if (odd) throw broken(elf.file, `'${odd.name}' is no name for a map`)
  for (const { type, name } of all)
    if (type === BPF_MAP_TYPE_ARRAY_OF_MAPS || type === BPF_MAP_TYPE_HASH_OF_MAPS)
      throw unsupported(elf.file, `map '${name}' is a map of maps`)
  return all
}

// ── global variables ───────────────────────────────────────────────────────

const DATA = /^\.(data|rodata|bss)(\..*)?$/

function dataMap(
  { file, relocations }: Elf,
  btf: Btf | undefined,
  { name, index, size, bytes }: Section,
): MapDefinition {
  if (relocations.has(index)) throw unsupported(file, `section '${name}' holds addresses of other things`)
  const frozen = name.startsWith('.rodata')
  const valueType = btf && sectionType(btf, name)
  return {
    name: dataName(file, name),
    ...{ section: index, offset: undefined, type: BPF_MAP_TYPE_ARRAY, keySize: 4, valueSize: size, maxEntries: 1 },
    // As libbpf does it: what only this file knows nobody maps into memory.
    flags:
      (valueType !== undefined && hasGlobals(btf!, valueType) ? BPF_F_MMAPABLE : 0) | (frozen ? BPF_F_RDONLY_PROG : 0),
    ...(valueType !== undefined && { keyType: 0, valueType }),
    ...(bytes.length > 0 && { content: bytes }),
    ...(frozen && { frozen }),
  }
}

/** As libbpf names it: `filter.rodata`, of the object's name what there is room for. */
function dataName(file: string, section: string): string {
  const object = basename(file).replace(/\..*$/s, '')
  const room = section.includes('.', 1) ? 0 : Math.max(0, LONGEST_NAME - Math.max(section.length, 7))
  return `${object.slice(0, room)}${section}`.slice(0, LONGEST_NAME).replace(/[^\w.]/g, '_')
}

// ── declared by types ──────────────────────────────────────────────────────

/** What a member of a declaration says. */
type Said = { -readonly [K in keyof MapDefinition]?: MapDefinition[K] }
type Member = (btf: Btf, type: number, said: Said, map: string) => void

const number =
  (key: 'type' | 'keySize' | 'valueSize' | 'maxEntries' | 'flags' | 'numaNode' | 'extra'): Member =>
  (btf, type, said, map) => {
    const value = numberOf(btf, type)
    if (value === undefined) throw broken(btf.file, `map '${map}': its ${key} is to be declared by __uint(…)`)
    said[key] = value
  }
const typed =
  (typeKey: 'keyType' | 'valueType', sizeKey: 'keySize' | 'valueSize'): Member =>
  (btf, type, said, map) => {
    const to = pointedTo(btf, type)
    if (to === undefined) throw broken(btf.file, `map '${map}': its ${typeKey} is to be declared by __type(…)`)
    const size = sizeOf(btf, to)
    if (said[sizeKey] !== undefined && said[sizeKey] !== size)
      throw broken(
        btf.file,
        `map '${map}': its ${sizeKey} is said to be ${said[sizeKey]}, and its type has ${size} bytes`,
      )
    said[typeKey] = to
    said[sizeKey] = size
  }

/** tools/lib/bpf/libbpf.c: parse_btf_map_def */
const MEMBERS: Readonly<Record<string, Member>> = {
  type: number('type'),
  max_entries: number('maxEntries'),
  map_flags: number('flags'),
  numa_node: number('numaNode'),
  map_extra: number('extra'),
  key_size: number('keySize'),
  value_size: number('valueSize'),
  key: typed('keyType', 'keySize'),
  value: typed('valueType', 'valueSize'),
  pinning(btf, type, said, map) {
    const value = numberOf(btf, type)
    if (value !== 0 && value !== 1)
      throw broken(btf.file, `map '${map}': pinning ${value} is neither LIBBPF_PIN_NONE (0) nor LIBBPF_PIN_BY_NAME (1)`)
    if (value === 1) said.pin = 'shared'
  },
  values(btf, _type, _said, map) {
    throw unsupported(btf.file, `map '${map}' is declared with what is in it at first (values)`)
  },
}

function typedMaps(elf: Elf, btf: Btf | undefined, { index }: Section): MapDefinition[] {
  if (!btf)
    throw broken(
      elf.file,
      `its maps are declared by types (section '.maps'), and it has none (section '.BTF'): compile it with -g`,
    )
  const symbols = new Map(elf.symbols.filter(({ section }) => section === index).map(symbol => [symbol.name, symbol]))
  return declarations(btf, '.maps').map(declared => typedMap(btf, declared, index, symbols.get(declared.name)))
}

function typedMap(
  btf: Btf,
  { name, offset, members }: Declaration,
  section: number,
  symbol: ElfSymbol | undefined,
): MapDefinition {
  if (!members) throw broken(btf.file, `map '${name}' is to be declared as a struct`)
  const said: Said = {}
  for (const member of members) {
    const read = Object.hasOwn(MEMBERS, member.name) ? MEMBERS[member.name]! : undefined
    if (!read) throw unsupported(btf.file, `map '${name}' is declared with '${member.name}'`)
    read(btf, member.type, said, name)
  }
  if (said.type === undefined) throw broken(btf.file, `map '${name}' is declared without a type`)
  return {
    ...{ name, section, offset: symbol?.value ?? offset, keySize: 0, valueSize: 0, maxEntries: 0, flags: 0 },
    ...said,
    type: said.type,
  }
}

// ── declared by iproute2's struct ──────────────────────────────────────────

// iproute2, include/bpf_elf.h: struct bpf_elf_map; the first five alone are libbpf's struct bpf_map_def.
const elfMap = struct('bpf_elf_map', {
  type: ['type', u32],
  keySize: ['size_key', u32],
  valueSize: ['size_value', u32],
  maxEntries: ['max_elem', u32],
  flags: ['flags', u32],
  id: ['id', u32],
  pinning: ['pinning', u32],
  innerId: ['inner_id', u32],
  innerIndex: ['inner_idx', u32],
})
const SPANS = [20, 28, 36]
/** PIN_NONE, PIN_OBJECT_NS, PIN_GLOBAL_NS */
const PINS = [undefined, 'object', 'shared'] as const

function legacyMaps({ file, sections, symbols }: Elf, { index, bytes }: Section): MapDefinition[] {
  const own = symbols
    .filter(({ section, type }) => section === index && type !== STT_SECTION)
    .sort((x, y) => x.value - y.value)
  const span = bytes.length / own.length
  if (!SPANS.includes(span))
    throw broken(file, `section 'maps' has ${bytes.length} bytes for ${own.length} maps; a map has ${SPANS.join(', ')}`)
  return own.map(({ name, value }) => {
    const whole = new Uint8Array(elfMap.span)
    whole.set(bytes.subarray(value, value + span))
    const [said] = readRows(whole, elfMap, 0, 1, file, `map '${name}'`) as [Value<typeof elfMap>]
    const { id, pinning, innerId, innerIndex: _, ...rest } = said
    if (innerId !== 0) throw unsupported(file, `map '${name}' is the pattern of a map of maps`)
    if (pinning >= PINS.length)
      throw unsupported(file, `map '${name}' is pinned where number ${pinning} of bpf_pinning says`)
    const isArray = rest.type === BPF_MAP_TYPE_PROG_ARRAY
    const tail = isArray && sections.find(section => section.name.startsWith(`${id}/`))
    if (tail) throw unsupported(file, `section '${tail.name}' is a program for map '${name}' (a tail call)`)
    return { name, section: index, offset: value, ...rest, pin: PINS[pinning] }
  })
}
