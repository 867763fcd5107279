// BPF programs as handles: loaded from an object file that a compiler made, or opened where they are pinned. What a link,
// a filter, an action or a route is given is the handle's descriptor.
import { checkKeys } from '../ops/options.ts'
import { errnoText } from '../sys/errno.ts'
import { close, mustHaveLibc, SysError } from '../sys/libc.ts'
import { BpfError } from './error.ts'
import * as kernel from './kernel.ts'
import { loadObject } from './load.ts'
import { pinned } from './pins.ts'
import { BPF_PROG_TYPE, type BpfProgramType, defaultSection } from './types.ts'

export interface BpfLoadOptions {
  readonly type: BpfProgramType
  /** The ELF section whose first program is meant: `classifier` for sched_cls, `action` for sched_act, else `prog`. */
  readonly section?: string | undefined
  /** The program by the name of its function; then the section does not matter. */
  readonly program?: string | undefined
  /** Where maps are found that are pinned by name; `tc/globals` of the BPF file system where it is left out. */
  readonly pinDirectory?: string | undefined
  /** The index of a device that is to run the program itself. */
  readonly ifindex?: number | undefined
  /** Keeps what the verifier says of a program that it takes: `log` of the handle. */
  readonly verbose?: boolean | undefined
}

const OPTIONS = ['type', 'section', 'program', 'pinDirectory', 'ifindex', 'verbose']

/** A program that the kernel holds as long as this is open, or something runs it, or it is pinned. */
export class BpfProgram implements Disposable {
  /** For requests: `link.set('eth0', { xdp: { fd } })`. */
  readonly fd: number
  /** The function's name; the kernel keeps 15 bytes of it. */
  readonly name: string
  /** A number where it is none of those that rtnetlink takes. */
  readonly type: BpfProgramType | number
  /** The kernel's number for it. */
  readonly id: number
  /** What the verifier said, where it was asked for. */
  readonly log: string
  #open = true

  /** Takes over an open descriptor of a program; {@link load} and {@link open} make one. */
  constructor(fd: number, name?: string, log = '') {
    const info = kernel.programInfoOf(fd)
    this.fd = fd
    this.name = name ?? info.name
    this.type = BPF_PROG_TYPE.byValue.get(info.type) ?? info.type
    this.id = info.id
    this.log = log
  }

  /** Closes the descriptor. What the program was attached to goes on with it. */
  close(): void {
    if (!this.#open) return
    this.#open = false
    close(this.fd)
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

/**
 * Loads a program of an object file (`clang -O2 -g -target bpf -c`), as `tc filter add … bpf obj FILE` does: with its
 * maps, its global variables and the functions that it calls. Maps that are pinned by name are found where iproute2 pins
 * them, or are pinned there. What needs libbpf (CO-RE, externs, struct_ops, maps of maps, tail calls) is refused.
 *
 * @returns the program's handle: attach its `fd`, then close it.
 * @throws {@link BpfError}: the file is no sound object, has no such program, or the kernel refuses it; with the
 * verifier's last lines in the message, and all of them as `log`.
 * @example
 * ```ts
 * // int drop(struct xdp_md *packet) { return XDP_DROP; } in section xdp
 * using drop = bpf.load('fixtures/bpf/xdp.o', { type: 'xdp', program: 'drop' })
 * await host.run(link.set('veth1', { xdp: { fd: drop.fd } }))
 * console.log(drop.type, drop.name) // xdp drop
 * ```
 */
export function load(file: string, options: BpfLoadOptions): BpfProgram {
  checkKeys('bpf.load', options, OPTIONS)
  const { type, section = defaultSection(type), program, pinDirectory, ifindex = 0, verbose = false } = options
  const number = BPF_PROG_TYPE.byWord.get(type)
  if (number === undefined)
    throw new BpfError(
      'ERR_BPF_PROGRAM',
      file,
      `'${type}' is no type of program: ${[...BPF_PROG_TYPE.byWord.keys()].join(', ')}`,
    )
  mustHaveLibc()
  const found = loadObject(file, { type: number, section, program, pinDirectory, ifindex, verbose })
  return handle(found.fd, found.name, found.log)
}

/**
 * Opens a program that is pinned in a BPF file system, as `tc filter add … bpf object-pinned PATH` does.
 *
 * @throws {@link BpfError}: nothing is there, or it is not a program.
 * @example
 * ```ts
 * try {
 *   using program = bpf.open('/sys/fs/bpf/nothing-here')
 *   await host.run(link.set('veth1', { xdp: { fd: program.fd } }))
 * } catch (error) {
 *   console.log((error as BpfError).name) // BpfError
 * }
 * ```
 */
export function open(path: string): BpfProgram {
  let found: ReturnType<typeof pinned>
  try {
    found = pinned(path)
  } catch (error) {
    if (!(error instanceof SysError)) throw error
    throw new BpfError(
      error.code,
      path,
      `cannot be opened as a pinned program: ${errnoText(error.errno)} (${error.code})`,
      '',
      error,
    )
  }
  if (!found) throw new BpfError('ENOENT', path, 'nothing is pinned there: bpftool prog load FILE PATH pins a program')
  if (found.kind !== 'bpf-prog') {
    close(found.fd)
    throw new BpfError('ERR_BPF_PROGRAM', path, `a ${found.kind} is pinned there, not a program`)
  }
  return handle(found.fd)
}

function handle(fd: number, name?: string, log?: string): BpfProgram {
  try {
    return new BpfProgram(fd, name, log)
  } catch (error) {
    close(fd)
    throw error
  }
}
