// What a program needs in the kernel before it is loaded: the object's types, and its maps, found pinned or made. All of it
// is given back by disposing; what was pinned on the way too (its directory stays), unless the program came to be.
import { readFileSync, rmSync } from 'node:fs'
import { close, SysError } from '../sys/libc.ts'
import { loadableBtf } from './btf.ts'
import { broken, refused } from './error.ts'
import * as kernel from './kernel.ts'
import {
  BPF_F_RDONLY_PROG,
  BPF_MAP_TYPE_PERF_EVENT_ARRAY,
  BPF_MAP_TYPES_OF_DEVICES,
  type MapDefinition,
} from './maps.ts'
import type { BpfObject } from './object.ts'
import { pinDirectory, pinned } from './pins.ts'

/** What a map is made for. */
interface MapContext {
  /** The device that is to hold it; 0: the kernel does. */
  readonly ifindex: number
  /** Where maps are pinned; undefined: where iproute2 does. */
  readonly pinDirectory: string | undefined
  /** The object file's bytes. */
  readonly object: Uint8Array
  readonly file: string
  /** A descriptor of the object's types; 0: the kernel has none of them. */
  readonly btf: number
}

/** The descriptors that are needed until the program is loaded, and the pins that were made on the way. */
export class Made implements Disposable {
  readonly #fds: number[] = []
  /** Why the kernel has none of the object's types, where it refused them. */
  typesRefused: SysError | undefined
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
      if (!(error instanceof SysError)) throw error
      // Who may not load types may not load programs: then that is said.
      if (error.code !== 'EPERM') this.typesRefused = error
      return 0
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
    const there = {
      ...info,
      flags: BPF_MAP_TYPES_OF_DEVICES.includes(info.type) ? info.flags & ~BPF_F_RDONLY_PROG : info.flags,
    }
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
    name: kernel.kernelName(map.name),
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
