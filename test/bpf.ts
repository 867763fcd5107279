// BPF for tests, without what is tested: the smallest program of a type (its answer is 0), loaded and pinned; what the
// kernel has of programs and maps.
import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync } from 'node:fs'
import koffi from 'koffi'

/** BPF_PROG_TYPE_* */
export const PROGRAM_TYPES = {
  classifier: 3,
  action: 4,
  xdp: 6,
  lwtIn: 10,
  lwtOut: 11,
  lwtXmit: 12,
  lwtSeg6local: 19,
} as const

const SYS_BPF = process.arch === 'x64' ? 321 : 280
/** enum bpf_cmd */
const BPF = { lookup: 1, load: 5, pin: 6, get: 7, programById: 13, mapById: 14, info: 15 } as const

const syscall = koffi.load(null).func('long syscall(long, long, void*, unsigned int)')
function bpf(command: keyof typeof BPF, attributes: DataView): number {
  const result = Number(syscall(SYS_BPF, BPF[command], attributes.buffer, attributes.byteLength))
  if (result < 0) throw new Error(`bpf ${command}: errno ${koffi.errno()}`)
  return result
}

/** A union bpf_attr: 32-bit numbers, and buffers as 64-bit addresses, in order. Buffers are aligned. */
function attributes(...fields: readonly (number | Uint8Array)[]): DataView {
  const view = new DataView(new ArrayBuffer(128))
  let at = 0
  for (const field of fields) {
    if (typeof field === 'number') {
      view.setUint32(at, field, true)
      at += 4
    } else {
      at = Math.ceil(at / 8) * 8
      view.setBigUint64(at, koffi.address(field), true)
      at += 8
    }
  }
  return new DataView(view.buffer, 0, Math.ceil(at / 8) * 8)
}

/** A BPF file system of this mount namespace's own. */
export function mountBpf(directory: string): void {
  mkdirSync(directory, { recursive: true })
  execFileSync('mount', ['-t', 'bpf', 'bpf', directory])
}

/** Loads a program of this type and pins it. */
export function pinProgram(type: keyof typeof PROGRAM_TYPES, path: string): void {
  // r0 = 0; exit
  const instructions = Uint8Array.from([0xb7, 0, 0, 0, 0, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0])
  const [license, name] = [Buffer.from('GPL\0'), Buffer.from(`${path}\0`)]
  const load = new DataView(new ArrayBuffer(128))
  load.setUint32(0, PROGRAM_TYPES[type], true)
  load.setUint32(4, 2, true)
  load.setBigUint64(8, koffi.address(instructions), true)
  load.setBigUint64(16, koffi.address(license), true)
  Buffer.from(load.buffer).write('nothing', 48)
  bpf('pin', attributes(name, bpf('load', load)))
}

const textAt = (bytes: Uint8Array, at: number): string =>
  Buffer.from(bytes)
    .toString('latin1', at, at + 16)
    .replace(/\0.*$/s, '')

/** What the kernel has of a program by its number, and of the maps that it holds; without numbers and times. */
export function programFacts(id: number): object {
  const fd = bpf('programById', attributes(id))
  try {
    const [info, maps] = [new Uint8Array(128), new Uint32Array(64)]
    const view = new DataView(info.buffer)
    // struct bpf_prog_info: type, id, tag[8], …, nr_map_ids at 52, map_ids at 56, name[16] at 64
    view.setUint32(52, maps.length, true)
    view.setBigUint64(56, koffi.address(maps), true)
    bpf('info', attributes(fd, info.length, info))
    const ids = [...maps.subarray(0, view.getUint32(52, true))]
    const tag = Buffer.from(info).toString('hex', 8, 16)
    const instructions = view.getUint32(20, true)
    return { type: view.getUint32(0, true), name: textAt(info, 64), tag, instructions, maps: ids.map(mapFacts) }
  } finally {
    closeSync(fd)
  }
}

function mapFacts(id: number): object {
  const fd = bpf('mapById', attributes(id))
  try {
    const info = new Uint8Array(80)
    bpf('info', attributes(fd, info.length, info))
    const [type, , keySize, valueSize, maxEntries, flags] = new Uint32Array(info.buffer)
    // struct bpf_map_info: …, name[16] at 24, …, btf_key_type_id at 68
    const [, keyType, valueType] = new Uint32Array(info.buffer, 64, 3)
    return { name: textAt(info, 24), type, keySize, valueSize, maxEntries, flags, keyType, valueType }
  } finally {
    closeSync(fd)
  }
}

/** The 64-bit number in a pinned map, under a 32-bit key. */
export function pinnedCount(path: string, key: number): bigint {
  const fd = bpf('get', attributes(Buffer.from(`${path}\0`), 0, 0))
  try {
    const value = new BigUint64Array(1)
    const [keyBytes, valueBytes] = [new Uint8Array(new Uint32Array([key]).buffer), new Uint8Array(value.buffer)]
    bpf('lookup', attributes(fd, keyBytes, valueBytes, 0, 0))
    return value[0]!
  } finally {
    closeSync(fd)
  }
}
