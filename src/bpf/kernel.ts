// The commands of bpf(2) that a loader gives: each a struct of union bpf_attr, and what is made of its answer.

import { Writer } from '../netlink/attribute.ts'
import { type Codec, chars, type Input, u32, u64, viewOf } from '../netlink/codec.ts'
import { type Struct, struct } from '../netlink/struct.ts'
import { addressOf, bpf } from '../sys/libc.ts'

/** Bytes that a struct points to. They are held by the value, which lives until the call is over. */
const pointer: Codec<bigint, Uint8Array> = {
  ...(u64 as Codec<bigint, any>),
  kind: 'pointer',
  write: (w, bytes, h, s) => u64.write(w, bytes.length === 0 ? 0n : addressOf(bytes), h, s),
}

// include/uapi/linux/bpf.h
const mapCreate = struct('BPF_MAP_CREATE', {
  type: ['map_type', u32],
  keySize: ['key_size', u32],
  valueSize: ['value_size', u32],
  maxEntries: ['max_entries', u32],
  flags: ['map_flags', u32],
  innerMapFd: ['inner_map_fd', u32],
  numaNode: ['numa_node', u32],
  name: ['map_name', chars(16)],
  ifindex: ['map_ifindex', u32],
  btfFd: ['btf_fd', u32],
  keyType: ['btf_key_type_id', u32],
  valueType: ['btf_value_type_id', u32],
  vmlinuxValueType: ['btf_vmlinux_value_type_id', u32],
  extra: ['map_extra', u64],
})
const programLoad = struct('BPF_PROG_LOAD', {
  type: ['prog_type', u32],
  instructionCount: ['insn_cnt', u32],
  instructions: ['insns', pointer],
  license: ['license', pointer],
  logLevel: ['log_level', u32],
  logSize: ['log_size', u32],
  log: ['log_buf', pointer],
  kernelVersion: ['kern_version', u32],
  flags: ['prog_flags', u32],
  name: ['prog_name', chars(16)],
  ifindex: ['prog_ifindex', u32],
  expectedAttachType: ['expected_attach_type', u32],
  btfFd: ['prog_btf_fd', u32],
  functionSize: ['func_info_rec_size', u32],
  functions: ['func_info', pointer],
  functionCount: ['func_info_cnt', u32],
  lineSize: ['line_info_rec_size', u32],
  lines: ['line_info', pointer],
  lineCount: ['line_info_cnt', u32],
})
const btfLoad = struct('BPF_BTF_LOAD', {
  btf: ['btf', pointer],
  log: ['btf_log_buf', pointer],
  size: ['btf_size', u32],
  logSize: ['btf_log_size', u32],
  logLevel: ['btf_log_level', u32],
})
const mapUpdate = struct('BPF_MAP_UPDATE_ELEM', {
  fd: ['map_fd', u32],
  _pad: ['(padding)', u32],
  key: ['key', pointer],
  value: ['value', pointer],
  flags: ['flags', u64],
})
const mapFreeze = struct('BPF_MAP_FREEZE', { fd: ['map_fd', u32] })
const objectPin = struct('BPF_OBJ_PIN', {
  path: ['pathname', pointer],
  fd: ['bpf_fd', u32],
  flags: ['file_flags', u32],
})
const objectInfo = struct('BPF_OBJ_GET_INFO_BY_FD', {
  fd: ['bpf_fd', u32],
  length: ['info_len', u32],
  info: ['info', pointer],
})
const bindMap = struct('BPF_PROG_BIND_MAP', { program: ['prog_fd', u32], map: ['map_fd', u32], flags: ['flags', u32] })

const mapInfo = struct('bpf_map_info', {
  type: ['type', u32],
  id: ['id', u32],
  keySize: ['key_size', u32],
  valueSize: ['value_size', u32],
  maxEntries: ['max_entries', u32],
  flags: ['map_flags', u32],
})
const programInfo = struct('bpf_prog_info', {
  type: ['type', u32],
  id: ['id', u32],
  tag: ['tag', u64],
  jitedLength: ['jited_prog_len', u32],
  translatedLength: ['xlated_prog_len', u32],
  jited: ['jited_prog_insns', u64],
  translated: ['xlated_prog_insns', u64],
  loadTime: ['load_time', u64],
  createdByUid: ['created_by_uid', u32],
  mapCount: ['nr_map_ids', u32],
  maps: ['map_ids', u64],
  name: ['name', chars(16)],
})

/** enum bpf_cmd */
const COMMANDS = new Map<Struct<any>, number>([
  ...([
    [mapCreate, 0],
    [mapUpdate, 2],
    [programLoad, 5],
    [objectPin, 6],
    [objectInfo, 15],
  ] as const),
  ...([
    [btfLoad, 18],
    [mapFreeze, 22],
    [bindMap, 35],
  ] as const),
])

/** Gives a command; answers what it answers, a descriptor or 0. `of` says of what, for the error. */
function give<S extends Struct<any>>(command: S, value: Input<S>, of: string): number {
  const writer = new Writer(command.span)
  command.write(writer, value, {}, {})
  held.value = value
  try {
    return bpf(COMMANDS.get(command)!, writer.bytes, `${command.name} ${of}`)
  } finally {
    held.value = undefined
  }
}
/** The buffers of the command that is being given: what no line names behind the call could be collected before it. */
const held: { value: unknown } = { value: undefined }

/** As the kernel takes names: 15 letters, digits, `_` and `.`. */
export const kernelName = (name: string): string => name.replace(/[^\w.]/g, '_').slice(0, 15)

export type NewMap = Input<typeof mapCreate>
export const createMap = (map: NewMap): number => give(mapCreate, map, map.name ?? '')

/** Sets the one value of a map of global variables. */
export function setContent(fd: number, value: Uint8Array, name: string): void {
  give(mapUpdate, { fd, key: new Uint8Array(4), value }, name)
}
export const freezeMap = (fd: number, name: string): number => give(mapFreeze, { fd }, name)
/** The program holds the map, also where no instruction names it. */
export const bindToProgram = (program: number, map: number): number => give(bindMap, { program, map }, '')

export const pinObject = (fd: number, path: string): number =>
  give(objectPin, { fd, path: Buffer.from(`${path}\0`) }, path)

export const loadBtf = (btf: Uint8Array): number => give(btfLoad, { btf, size: btf.length }, '')

export interface NewProgram {
  /** BPF_PROG_TYPE_* */
  readonly type: number
  readonly name: string
  readonly code: Uint8Array
  readonly license: string
  readonly flags: number
  readonly ifindex: number
  readonly btfFd: number
  readonly functions: Uint8Array
  readonly functionSize: number
  readonly lines: Uint8Array
  readonly lineSize: number
}

/** Has the verifier look at a program, which writes what it has to say into `log`; answers the descriptor. */
export function loadProgram({ code, license, functions, lines, ...rest }: NewProgram, log: Uint8Array): number {
  const info = {
    ...{ functions, functionCount: rest.functionSize && functions.length / rest.functionSize },
    ...{ lines, lineCount: rest.lineSize && lines.length / rest.lineSize },
  }
  return give(
    programLoad,
    {
      ...{ ...rest, ...info, instructions: code, instructionCount: code.length / 8 },
      ...{ license: Buffer.from(`${license}\0`), log, logSize: log.length, logLevel: Number(log.length > 0) },
    },
    rest.name,
  )
}

/** What the kernel tells of a map: of anything else, this is not to be asked. */
export const mapInfoOf = (fd: number) => infoOf(fd, mapInfo)
/** What the kernel tells of a program. */
export const programInfoOf = (fd: number) => infoOf(fd, programInfo)

function infoOf<T>(fd: number, layout: Codec<T, any> & Pick<Struct, 'span'>): T {
  const info = new Uint8Array(layout.span)
  give(objectInfo, { fd, length: info.length, info }, `of descriptor ${fd}`)
  return layout.read(viewOf(info), info, 0, info.length, {}, {})
}
