// Section .BTF.ext: what is known of single instructions, by the section that they are in. The functions' types and the
// lines of the source go to the kernel with the program; the places that would have to be fitted to its types are found.
import { u8, u16, u32, type Value, viewOf } from '../netlink/codec.ts'
import { struct } from '../netlink/struct.ts'
import type { Btf } from './btf.ts'
import { readRows } from './bytes.ts'
import type { Elf } from './elf.ts'
import { broken } from './error.ts'

// tools/lib/bpf/libbpf_internal.h: struct btf_ext_header, btf_ext_info_sec
const extHeader = struct('btf_ext_header', {
  magic: ['magic', u16],
  version: ['version', u8],
  flags: ['flags', u8],
  headerLength: ['hdr_len', u32],
  functionOffset: ['func_info_off', u32],
  functionLength: ['func_info_len', u32],
  lineOffset: ['line_info_off', u32],
  lineLength: ['line_info_len', u32],
  relocationOffset: ['core_relo_off', u32],
  relocationLength: ['core_relo_len', u32],
})
const extSection = struct('btf_ext_info_sec', { name: ['sec_name_off', u32], count: ['num_info', u32] })

/** Headers that have no relocations of types end here. */
const SHORT_HEADER = 24

/** Records of one kind: each begins with the byte of the instruction that it is of, in its section. */
export interface Records {
  /** Bytes of a record. */
  readonly size: number
  readonly bySection: ReadonlyMap<string, readonly Uint8Array[]>
}

export interface BtfExt {
  /** struct bpf_func_info */
  readonly functions: Records
  /** struct bpf_line_info */
  readonly lines: Records
  /** struct bpf_core_relo */
  readonly typeRelocations: Records
}

const NONE: Records = { size: 0, bySection: new Map() }

/** What the object says of instructions; nothing where it has no such section. */
export function readBtfExt({ sections, file }: Elf, btf: Btf | undefined): BtfExt {
  const b = sections.find(({ name }) => name === '.BTF.ext')?.bytes
  if (!b || b.length === 0 || !btf) return { functions: NONE, lines: NONE, typeRelocations: NONE }
  // A header that is shorter reads as if it ended in zeros.
  const padded = new Uint8Array(Math.max(b.length, extHeader.span))
  padded.set(b)
  const [head] = readRows(padded, extHeader, 0, 1, file, "the header of section '.BTF.ext'") as [
    Value<typeof extHeader>,
  ]
  if (head.headerLength < SHORT_HEADER)
    throw broken(file, `the header of section '.BTF.ext' has ${head.headerLength} bytes`)
  const records = (offset: number, length: number): Records => {
    const at = head.headerLength + offset
    if (length === 0) return NONE
    if (at + length > b.length)
      throw broken(file, `section '.BTF.ext' has ${b.length} bytes, and a part of it would end at ${at + length}`)
    return readRecords(b.subarray(at, at + length), btf)
  }
  const whole = head.headerLength >= extHeader.span
  return {
    functions: records(head.functionOffset, head.functionLength),
    lines: records(head.lineOffset, head.lineLength),
    typeRelocations: whole ? records(head.relocationOffset, head.relocationLength) : NONE,
  }
}

function readRecords(b: Uint8Array, btf: Btf): Records {
  const what = "a part of section '.BTF.ext'"
  if (b.length < 4) throw broken(btf.file, `${what} has ${b.length} bytes`)
  const size = viewOf(b).getUint32(0, true)
  if (size < 8 || size % 4 !== 0) throw broken(btf.file, `${what} has records of ${size} bytes`)
  const bySection = new Map<string, Uint8Array[]>()
  for (let at = 4; at < b.length; ) {
    const [{ name, count }] = readRows(b, extSection, at, 1, btf.file, what) as [Value<typeof extSection>]
    at += extSection.span
    if (at + count * size > b.length)
      throw broken(btf.file, `${what} has ${b.length} bytes, and ${count} records would end at ${at + count * size}`)
    const own = Array.from({ length: count }, (_, i) => b.subarray(at + i * size, at + (i + 1) * size))
    const section = btf.text(name)
    const known = bySection.get(section)
    if (known) for (const record of own) known.push(record)
    else bySection.set(section, own)
    at += count * size
  }
  return { size, bySection }
}

/** The byte, in its section, of the instruction that a record is of. */
export const instructionOf = (record: Uint8Array): number => viewOf(record).getUint32(0, true)
