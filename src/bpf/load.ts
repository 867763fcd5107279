// Loads a program of an object: its types, its maps (found pinned, or made), then its instructions, with the maps'
// descriptors in them. All that was made on the way is given back where one step fails, but for directories of pins.
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import { errnoText } from '../sys/errno.ts'
import { SysError } from '../sys/libc.ts'
import { codeOf } from '../sys/netns-path.ts'
import { BpfError, broken, refused } from './error.ts'
import * as kernel from './kernel.ts'
import { linkProgram } from './link.ts'
import { Made } from './made.ts'
import { type Choice, findProgram, readObject } from './object.ts'

export interface LoadRequest extends Choice {
  /** BPF_PROG_TYPE_* */
  readonly type: number
  /** The device that is to run it; 0: the kernel is. */
  readonly ifindex: number
  /** Where maps are pinned; undefined: where iproute2 does. */
  readonly pinDirectory: string | undefined
  /** Whether the verifier's log is wanted, also of a program that it takes. */
  readonly verbose: boolean
}

export interface Loaded {
  readonly fd: number
  readonly name: string
  readonly log: string
}

/** Loads a program of the object in `file`. */
export function loadObject(file: string, request: LoadRequest): Loaded {
  const bytes = readFile(file)
  const object = readObject(bytes, file)
  const chosen = findProgram(object, request)
  const { code, references, functions, lines } = linkProgram(object, chosen)
  using made = new Made()
  const btf = made.btf(object)
  const maps = new Map(object.maps.map(map => [map, made.map(map, { ...request, object: bytes, file, btf })]))
  const view = new DataView(code.buffer)
  for (const { at, map } of references) view.setUint32(at + 4, maps.get(map)!, true)
  // The kernel takes what is told of functions only with their types, and of lines only with that.
  const known = btf !== 0 && functions.length > 0
  const program = {
    ...{ type: request.type, name: kernel.kernelName(chosen.name), code, license: object.license },
    ...{ flags: flagsOf(chosen.sectionName), ifindex: request.ifindex, btfFd: known ? btf : 0 },
    ...{ functions: known ? functions : NO_RECORDS, functionSize: known ? object.ext.functions.size : 0 },
    ...{ lines: known ? lines : NO_RECORDS, lineSize: known && lines.length > 0 ? object.ext.lines.size : 0 },
  }
  const untyped = made.typesRefused ? `, without the object's types (.BTF: ${made.typesRefused.code})` : ''
  const what = `program '${chosen.name}' of section '${chosen.sectionName}'${untyped}`
  const { fd, log } = load(program, file, what, request.verbose)
  for (const [{ frozen }, map] of maps) if (frozen) bind(fd, map)
  made.keepPins()
  return { fd, name: chosen.name, log }
}

const NO_RECORDS = new Uint8Array()

/** What the name of a section says of its program: `xdp.frags` takes packets of several buffers. */
const flagsOf = (section: string): number => (section.startsWith('xdp.frags') ? BPF_F_XDP_HAS_FRAGS : 0)
const BPF_F_XDP_HAS_FRAGS = 1 << 5

/** Objects have some thousand bytes, and with all types of a kernel some million. */
const MOST_BYTES = 64 * 1024 * 1024

function readFile(file: string): Uint8Array {
  let fd: number | undefined
  try {
    // Without waiting for who may never write into it: what is no file is refused below.
    fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
    const stat = fstatSync(fd)
    if (!stat.isFile()) throw broken(file, 'this is no file')
    if (stat.size > MOST_BYTES) throw broken(file, `it has ${stat.size} bytes, and ${MOST_BYTES} are the most`)
    return readFileSync(fd)
  } catch (error) {
    if (error instanceof BpfError) throw error
    const { errno, message } = error as NodeJS.ErrnoException
    const reason = errno === undefined ? message : `${errnoText(-errno)} (${codeOf(error)})`
    throw new BpfError(codeOf(error), file, `cannot be read: ${reason}`, '', error)
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

// ── the program ────────────────────────────────────────────────────────────

/** Kernels before 5.2 take no longer one (UINT_MAX >> 8). */
const LOG_BYTES = 0xffffff

function load(program: kernel.NewProgram, file: string, what: string, verbose: boolean): { fd: number; log: string } {
  const log = verbose ? new Uint8Array(LOG_BYTES) : new Uint8Array()
  try {
    return { fd: kernel.loadProgram(program, log), log: textOf(log) }
  } catch (error) {
    // Asked again it says why.
    if (!verbose && error instanceof SysError) return { ...load(program, file, what, true), log: '' }
    throw refused(error, file, `the kernel refuses ${what}`, textOf(log))
  }
}

const textOf = (log: Uint8Array): string => new TextDecoder().decode(log.subarray(0, Math.max(0, log.indexOf(0))))

/** Programs that do not name a map of constants hold it all the same: tools read it. Kernels before 5.10 cannot. */
function bind(program: number, map: number): void {
  try {
    kernel.bindToProgram(program, map)
  } catch (error) {
    if (!(error instanceof SysError)) throw error
  }
}
