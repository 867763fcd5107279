// Loads a program of an object: its types, its maps (found pinned, or made), then its instructions, with the maps'
// descriptors in them. All that was made on the way is given back where one step fails.
import { closeSync, fstatSync, openSync, readFileSync, rmSync } from 'node:fs'
import { errnoText } from '../sys/errno.ts'
import { close, SysError } from '../sys/libc.ts'
import { codeOf } from '../sys/netns-path.ts'
import { loadableBtf } from './btf.ts'
import { BpfError, broken } from './error.ts'
import * as kernel from './kernel.ts'
import { BPF_F_RDONLY_PROG, BPF_MAP_TYPE_PERF_EVENT_ARRAY, LONGEST_NAME, type MapDefinition } from './maps.ts'
import { type BpfObject, type Choice, findProgram, linkProgram, readObject } from './object.ts'
import { pinDirectory, pinned } from './pins.ts'

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
  const known = btf !== 0 && functions.length > 0
  const program = {
    ...{ type: request.type, name: kernelName(chosen.name), code, license: object.license },
    ...{ flags: flagsOf(chosen.sectionName), ifindex: request.ifindex, btfFd: known ? btf : 0 },
    ...{ functions: known ? functions : NO_RECORDS, functionSize: known ? object.ext.functions.size : 0 },
    ...{ lines: known ? lines : NO_RECORDS, lineSize: known && lines.length > 0 ? object.ext.lines.size : 0 },
  }
  const { fd, log } = load(
    program,
    file,
    `program '${chosen.name}' of section '${chosen.sectionName}'`,
    request.verbose,
  )
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
    fd = openSync(file, 'r')
    const stat = fstatSync(fd)
    if (!stat.isFile()) throw broken(file, 'this is no file')
    if (stat.size > MOST_BYTES) throw broken(file, `it has ${stat.size} bytes, and ${MOST_BYTES} are the most`)
    return readFileSync(fd)
  } catch (error) {
    if (error instanceof BpfError) throw error
    const { errno = 0 } = error as NodeJS.ErrnoException
    throw new BpfError(codeOf(error), file, `cannot be read: ${errnoText(-errno)} (${codeOf(error)})`, '', error)
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

/** As the kernel takes names: 15 letters, digits, `_` and `.`. */
const kernelName = (name: string): string => name.replace(/[^\w.]/g, '_').slice(0, LONGEST_NAME)

// ── the program ────────────────────────────────────────────────────────────

/** Kernels before 5.2 take no longer one (UINT_MAX >> 8). */
const LOG_BYTES = 0xffffff
/** Of the verifier's log, what an error repeats. */
const LAST_LINES = 12

function load(program: kernel.NewProgram, file: string, what: string, verbose: boolean): { fd: number; log: string } {
  const log = verbose ? new Uint8Array(LOG_BYTES) : new Uint8Array()
  try {
    return { fd: kernel.loadProgram(program, log), log: textOf(log) }
  } catch (error) {
    // Asked again it says why.
    if (!verbose && error instanceof SysError) return load(program, file, what, true)
    throw refused(error, file, `the kernel refuses ${what}`, textOf(log))
  }
}

const textOf = (log: Uint8Array): string => new TextDecoder().decode(log.subarray(0, Math.max(0, log.indexOf(0))))

/** What the kernel refused, in a sentence; with the end of what its verifier said. */
function refused(error: unknown, file: string, what: string, log = ''): unknown {
  if (!(error instanceof SysError)) return error
  const lines = log.trimEnd().split('\n').slice(-LAST_LINES)
  const said = log === '' ? '' : `\n  ${lines.join('\n  ')}`
  const advice =
    error.code === 'EPERM' && log === ''
      ? '; it takes CAP_BPF and CAP_NET_ADMIN in the first user namespace, and before Linux 5.11 a large `ulimit -l`'
      : ''
  return new BpfError(
    error.code,
    file,
    `${what}: ${errnoText(error.errno)} (${error.code})${advice}${said}`,
    log,
    error,
  )
}

/** Programs that do not name a map of constants hold it all the same: tools read it. Kernels before 5.10 cannot. */
function bind(program: number, map: number): void {
  try {
    kernel.bindToProgram(program, map)
  } catch (error) {
    if (!(error instanceof SysError)) throw error
  }
}

// ── what it needs ──────────────────────────────────────────────────────────

/** BPF_MAP_TYPE_DEVMAP, BPF_MAP_TYPE_DEVMAP_HASH */
const DEVICES = [14, 25]

interface MapContext extends LoadRequest {
  readonly object: Uint8Array
  readonly file: string
  /** A descriptor of the object's types; 0: the kernel has none of them. */
  readonly btf: number
}

/** The descriptors that are needed until the program is loaded, and the pins that were made on the way. */
class Made implements Disposable {
  readonly #fds: number[] = []
  #pins: string[] = []

  /** The maps are pinned from now on: the program is there. */
  keepPins(): void {
    this.#pins = []
  }

  [Symbol.dispose](): void {
    for (const fd of this.#fds) close(fd)
    for (const path of this.#pins) rmSync(path, { force: true })
  }

  #own(fd: number): number {
    this.#fds.push(fd)
    return fd
  }

  /** The object's types, where the kernel takes them: programs and maps do without. */
  btf({ btf, elf }: BpfObject): number {
    const bytes = btf && loadableBtf(btf, elf)
    try {
      return bytes ? this.#own(kernel.loadBtf(bytes)) : 0
    } catch (error) {
      if (error instanceof SysError) return 0
      throw error
    }
  }

  /** A map's descriptor: of the pinned one, or of a new one. */
  map(declared: MapDefinition, context: MapContext): number {
    const { file } = context
    const map = withEntries(declared)
    const path = map.pin && `${pinDirectory({ ...context, ...map, pin: map.pin }, context.pinDirectory)}/${map.name}`
    if (path !== undefined) {
      const fd = this.#pinned(path, map, file)
      if (fd !== undefined) return fd
    }
    const fd = this.#own(create(map, context))
    const step = (what: string, act: () => void): void => {
      try {
        act()
      } catch (error) {
        throw refused(error, file, what)
      }
    }
    if (map.content) step(`cannot fill map '${map.name}'`, () => kernel.setContent(fd, map.content!, map.name))
    if (map.frozen) step(`cannot freeze map '${map.name}'`, () => kernel.freezeMap(fd, map.name))
    if (path !== undefined) {
      step(`cannot pin map '${map.name}' at ${path}`, () => kernel.pinObject(fd, path))
      this.#pins.push(path)
    }
    return fd
  }

  /** The map that is pinned at `path`; it must be the one that is declared. */
  #pinned(path: string, map: MapDefinition, file: string): number | undefined {
    let found: ReturnType<typeof pinned>
    try {
      found = pinned(path)
    } catch (error) {
      throw refused(error, file, `cannot open what is pinned at ${path}, for map '${map.name}'`)
    }
    if (!found) return undefined
    this.#own(found.fd)
    if (found.kind !== 'bpf-map')
      throw broken(file, `map '${map.name}' is to be at ${path}, where a ${found.kind} is pinned`)
    const info = kernel.mapInfoOf(found.fd)
    // The kernel adds a flag to maps of devices.
    const there = { ...info, flags: DEVICES.includes(info.type) ? info.flags & ~BPF_F_RDONLY_PROG : info.flags }
    const differs = (['type', 'keySize', 'valueSize', 'maxEntries', 'flags'] as const)
      .filter(key => there[key] !== map[key])
      .map(key => `${key} ${map[key]}, there ${there[key]}`)
    if (differs.length === 0) return found.fd
    const what = `map '${map.name}' is another one than that which is pinned at ${path}: ${differs.join('; ')}`
    throw broken(file, `${what}; remove that (rm ${path}), or rename this`)
  }
}

/** A map of events of each CPU that says no number of entries has one for each. */
function withEntries(map: MapDefinition): MapDefinition {
  if (map.type !== BPF_MAP_TYPE_PERF_EVENT_ARRAY || map.maxEntries !== 0) return map
  // The file says `0-7`, or several ranges in this order.
  const last = /\d+\s*$/.exec(readFileSync('/sys/devices/system/cpu/possible', 'latin1'))
  return { ...map, maxEntries: Number(last?.[0] ?? 0) + 1 }
}

function create(map: MapDefinition, { btf, file, ifindex: device }: MapContext): number {
  const { type, keySize, valueSize, maxEntries, flags, numaNode, extra, keyType, valueType } = map
  const ifindex = type === BPF_MAP_TYPE_PERF_EVENT_ARRAY ? 0 : device
  const plain = {
    ...{ type, keySize, valueSize, maxEntries, flags, numaNode, extra, ifindex },
    name: kernelName(map.name),
  }
  // Some types of maps take no types of keys and values.
  const attempts = btf && valueType !== undefined ? [{ ...plain, btfFd: btf, keyType, valueType }, plain] : [plain]
  for (;;) {
    try {
      return kernel.createMap(attempts.shift()!)
    } catch (error) {
      if (attempts.length === 0 || !(error instanceof SysError))
        throw refused(error, file, `cannot make map '${map.name}'`)
    }
  }
}
