// BPF programs for tests: the smallest of a type (its answer is 0), loaded and pinned. Only tests load programs.
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
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
const BPF_PROG_LOAD = 5
const BPF_OBJ_PIN = 6

/** A BPF file system of this mount namespace's own. */
export function mountBpf(directory: string): void {
  mkdirSync(directory, { recursive: true })
  execFileSync('mount', ['-t', 'bpf', 'bpf', directory])
}

/** Loads a program of this type and pins it. */
export function pinProgram(type: keyof typeof PROGRAM_TYPES, path: string): void {
  const syscall = koffi.load(null).func('long syscall(long, long, void*, unsigned int)')
  const call = (command: number, attributes: DataView): number => {
    const result = Number(syscall(SYS_BPF, command, attributes.buffer, attributes.byteLength))
    if (result < 0) throw new Error(`bpf(${command}): errno ${koffi.errno()}`)
    return result
  }
  // r0 = 0; exit
  const instructions = Uint8Array.from([0xb7, 0, 0, 0, 0, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0])
  const [license, name] = [Buffer.from('GPL\0'), Buffer.from(`${path}\0`)]
  const load = new DataView(new ArrayBuffer(128))
  load.setUint32(0, PROGRAM_TYPES[type], true)
  load.setUint32(4, 2, true)
  load.setBigUint64(8, koffi.address(instructions), true)
  load.setBigUint64(16, koffi.address(license), true)
  Buffer.from(load.buffer).write('nothing', 48)
  const fd = call(BPF_PROG_LOAD, load)
  const pin = new DataView(new ArrayBuffer(16))
  pin.setBigUint64(0, koffi.address(name), true)
  pin.setUint32(8, fd, true)
  call(BPF_OBJ_PIN, pin)
}
