// Which descriptor is which netlink socket, in every process of a trace: from socket(2), dup, fork and close, from what
// -y and -yy write beside descriptors, or at worst from what strace says of the call's bytes.
import { protocolNumber } from '../protocols.ts'

export interface Socket {
  /** The netlink protocol's number, where the trace tells it. */
  readonly protocol: number | undefined
  /** `descriptor 3 of process 12`; another one for each socket. */
  readonly name: string
  /** The path of the network namespace that it was opened in, where the trace has the process enter it. */
  readonly netns: string | undefined
}

/** What is no netlink socket: a path, or nothing known. */
type File = Socket | { readonly path: string | undefined }
type Files = Map<number, File>

const ANNOTATED = /^(0x[0-9a-f]+|\d+)(?:<(.*?)>(?=,|$))?/
const NAMESPACE = /^\/proc\/[^/]+\/(?:task\/\d+\/)?ns\/net$|\/netns\//

const OWN_NAMESPACE = /^\/proc\/(?:self|thread-self)\/ns\/net$/

/** What is of interest stands before. */
const LONGEST_PATH = 4200

export class Descriptors {
  readonly #processes = new Map<number, Files>()
  /** The namespaces that processes have entered. */
  readonly #netns = new Map<number, string>()
  /** Whoever opened it: for threads, whose clone(2) the trace may not have. */
  readonly #latest: Files = new Map()
  #opened = 0

  #files(process: number): Files {
    const known = this.#processes.get(process)
    if (known) return known
    const files: Files = new Map()
    this.#processes.set(process, files)
    return files
  }

  /** A call that opens, copies or closes descriptors; others say nothing. */
  call(process: number, name: string, all: string, result: number): void {
    if (result < 0) return
    const args = all.slice(0, LONGEST_PATH)
    if (name === 'socket') this.#set(process, result, this.#socket(process, result, args))
    else if (name === 'openat' || name === 'open' || name === 'openat2')
      this.#set(process, result, { path: /"((?:[^"\\]|\\.)*)"/.exec(args)?.[1] })
    else if (name === 'close') this.#set(process, Number.parseInt(args, 10), { path: undefined })
    else if (/^dup[23]?$/.test(name) || (name.startsWith('fcntl') && args.includes('F_DUPFD')))
      this.#copy(process, Number.parseInt(args, 10), result)
    else if (/^(?:v?fork|clone3?)$/.test(name) && result > 0) {
      this.#processes.set(result, args.includes('CLONE_FILES') ? this.#files(process) : new Map(this.#files(process)))
      this.#enter(result, this.#netns.get(process))
    } else if (name === 'setns') this.#enter(process, this.#entered(process, args))
    else if (name === 'unshare' && args.includes('CLONE_NEWNET')) this.#enter(process, 'a new namespace')
  }

  #enter(process: number, netns: string | undefined): void {
    if (netns === undefined) this.#netns.delete(process)
    else this.#netns.set(process, netns)
  }

  /** Where setns(2) leads: its own namespace is where a process comes from; another kind of namespace changes nothing. */
  #entered(process: number, args: string): string | undefined {
    const found = ANNOTATED.exec(args)
    const file = this.#files(process).get(Number(found?.[1]))
    const path = (file && 'path' in file ? file.path : undefined) ?? found?.[2] ?? `descriptor ${found?.[1]}`
    if (OWN_NAMESPACE.test(path)) return undefined
    return NAMESPACE.test(path) || args.includes('CLONE_NEWNET') ? path : this.#netns.get(process)
  }

  #set(process: number, descriptor: number, file: File): void {
    this.#files(process).set(descriptor, file)
    this.#latest.set(descriptor, file)
  }

  #copy(process: number, from: number, to: number): void {
    const file = this.#files(process).get(from)
    if (file) this.#set(process, to, file)
  }

  #socket(process: number, descriptor: number, args: string): File {
    const [family, , protocol] = args.split(', ')
    if (!/\bAF_NETLINK\b|^(?:0x10|16)$/.test(family ?? '')) return { path: undefined }
    return {
      protocol: protocolOf(protocol ?? ''),
      name: this.#name(process, descriptor),
      netns: this.#netns.get(process),
    }
  }

  #name(process: number, descriptor: number): string {
    const of = process > 0 ? ` of process ${process}` : ''
    const again = this.#opened++ > 0 ? ` (socket ${this.#opened})` : ''
    return `descriptor ${descriptor}${of}${again}`
  }

  /** The netlink socket that is the first of `args`; undefined where it is something else. */
  socket(process: number, args: string): Socket | undefined {
    const found = ANNOTATED.exec(args)
    if (!found) return undefined
    const descriptor = Number(found[1])
    const known = this.#files(process).get(descriptor) ?? this.#latest.get(descriptor)
    const note = found[2]
    if (note !== undefined && !/^(?:NETLINK|socket):/.test(note)) return undefined
    const protocol = note === undefined ? undefined : /^NETLINK:\[([A-Z]\w*):/.exec(note)?.[1]
    if (known && 'name' in known) return known
    const isNetlink =
      note?.startsWith('NETLINK') || (!known && /\bnlmsg_len=|\{len=\d+, type=|\bAF_NETLINK\b/.test(args))
    if (!isNetlink) return undefined
    const socket = {
      protocol: protocolOf(protocol ?? guess(args)),
      name: this.#name(process, descriptor),
      netns: this.#netns.get(process),
    }
    this.#set(process, descriptor, socket)
    return socket
  }

  /** The paths of the network namespaces that a process has open; undefined where there is none. */
  namespaces(process: number): ReadonlyMap<number, string> | undefined {
    let paths: Map<number, string> | undefined
    for (const [descriptor, file] of this.#files(process)) {
      if (!('path' in file) || file.path === undefined || !NAMESPACE.test(file.path)) continue
      paths ??= new Map()
      paths.set(descriptor, file.path)
    }
    return paths
  }

  /** The process has ended. */
  forget(process: number): void {
    this.#processes.delete(process)
    this.#netns.delete(process)
  }
}

/** `NETLINK_ROUTE`, `ROUTE`, `0`. */
function protocolOf(text: string): number | undefined {
  const word = /(?:NETLINK_)?([A-Z]\w*)/.exec(text)?.[1]
  if (word !== undefined) return protocolNumber(word === 'INET_DIAG' ? 'sock_diag' : word)
  return /^(?:0x[0-9a-f]+|\d+)$/.test(text) ? Number(text) : undefined
}

/** What strace makes of the bytes tells the protocol where nothing else does. */
const guess = (args: string): string => (/type=RTM_/.test(args) ? 'ROUTE' : '')
