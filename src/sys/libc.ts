// The C library: every system call netloom makes that Node has no way to make. The only file that loads koffi, and it
// does so at the first call, so that importing netloom (and nl-dump on files) works where koffi or Linux is missing.
// Knows nothing of netlink. errno is read at once after each call: anything in between would overwrite it.
import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import type koffiModule from 'koffi'
import { requireHere, threads } from './builtin.ts'
import { EINTR, errnoCode, errnoText } from './errno.ts'

/** A system call that failed: `code` is errno's name, `syscall` and `subject` say what was tried on what. */
export class SysError extends Error {
  override readonly name = 'SysError'
  readonly code: string
  readonly errno: number
  readonly syscall: string

  constructor(syscall: string, errno: number, subject = '', advice = '') {
    const of = subject ? ` ${subject}` : ''
    super(`${syscall}${of}: ${errnoText(errno)} (${errnoCode(errno)})${advice && `; ${advice}`}`)
    this.code = errnoCode(errno)
    this.errno = errno
    this.syscall = syscall
  }
}

/** What this machine lacks for system calls: another operating system, or no koffi. */
export class UnsupportedError extends Error {
  override readonly name = 'UnsupportedError'
  readonly code = 'ERR_UNSUPPORTED'
}

type Koffi = typeof koffiModule
interface Call {
  (...args: unknown[]): number
  /** The same on a thread of libuv's pool; `done` is called on the event loop, where errno is that call's. */
  async(...args: [...args: unknown[], done: (error: unknown, result: number) => void]): void
}

const SIGNATURES = {
  socket: 'int socket(int, int, int)',
  close: 'int close(int)',
  bind: 'int bind(int, void*, uint32_t)',
  getsockname: 'int getsockname(int, void*, void*)',
  setsockopt: 'int setsockopt(int, int, int, void*, uint32_t)',
  getsockopt: 'int getsockopt(int, int, int, void*, void*)',
  connect: 'int connect(int, void*, uint32_t)',
  send: 'long send(int, uintptr_t, size_t, int)',
  sendto: 'long sendto(int, void*, size_t, int, void*, uint32_t)',
  sendmsg: 'long sendmsg(int, void*, int)',
  recv: 'long recv(int, uintptr_t, size_t, int)',
  recvmsg: 'long recvmsg(int, uintptr_t, int)',
  recvmmsg: 'int recvmmsg(int, uintptr_t, unsigned int, int, void*)',
  poll: 'int poll(void*, unsigned long, int)',
  setns: 'int setns(int, int)',
  unshare: 'int unshare(int)',
  mount: 'int mount(const char*, const char*, const char*, unsigned long, const char*)',
  umount2: 'int umount2(const char*, int)',
  flock: 'int flock(int, int)',
  inotify_init1: 'int inotify_init1(int)',
  inotify_add_watch: 'int inotify_add_watch(int, const char*, uint32_t)',
  setrlimit: 'int setrlimit(int, void*)',
  fcntl: 'int fcntl(int, int, ...)',
  ioctl: 'int ioctl(int, unsigned long, void*)',
  execvp: 'int execvp(const char*, void*)',
  signal: 'intptr_t signal(int, intptr_t)',
  getnameinfo: 'int getnameinfo(void*, uint32_t, void*, uint32_t, void*, uint32_t, int)',
  syscall: 'long syscall(long, long, void*, unsigned int)',
} as const

type Name = keyof typeof SIGNATURES

interface Loaded {
  readonly koffi: Koffi
  readonly call: Record<Name, Call>
}

let loaded: Loaded | undefined

/** By its directory, whose `main` is what its name leads to: Node looks through a table of exports for 2 to 3 ms. */
function loadKoffi(): Koffi {
  const load = requireHere()
  const place = load.resolve.paths('koffi')?.find(path => existsSync(join(path, 'koffi')))
  if (place === undefined) return load('koffi') as Koffi
  return prebuilt(place) ?? (load(join(place, 'koffi')) as Koffi)
}

/**
 * What koffi loads in the end, where npm put it beside koffi and Node runs on glibc, without its own looking around, which
 * takes five times as long. undefined: it is not there, or does not belong to it.
 */
function prebuilt(place: string): Koffi | undefined {
  const path = join(place, '@koromix', `koffi-linux-${process.arch}`, `linux_${process.arch}`, 'koffi.node')
  try {
    if (!existsSync(path) || !usesGlibc()) return undefined
    const { version } = JSON.parse(readFileSync(join(place, 'koffi/package.json'), 'utf8')) as { version: string }
    const koffi = requireHere()(path) as Koffi
    return koffi.version === version ? koffi : undefined
  } catch {
    return undefined
  }
}

/** By the name of its dynamic loader, which nearly always stands in the first page of a program. */
function usesGlibc(): boolean {
  const page = Buffer.alloc(4096)
  const fd = openSync(process.execPath, 'r')
  try {
    return page.subarray(0, readSync(fd, page)).includes('/ld-linux')
  } finally {
    closeSync(fd)
  }
}

function libc(): Loaded {
  if (loaded) return loaded
  if (process.platform !== 'linux')
    throw new UnsupportedError(
      `netlink is Linux's: this is ${process.platform}; nl-dump on files works here, networking does not`,
    )
  let koffi: Koffi
  try {
    koffi = loadKoffi()
  } catch (cause) {
    throw new UnsupportedError(
      `koffi, through which netloom makes system calls, cannot be loaded on ${process.platform}-${process.arch}: ` +
        `install it with its optional packages (npm install koffi, without --omit=optional)`,
      { cause },
    )
  }
  const library = koffi.load(null)
  // Few are ever called: each is declared at its first call, and from then on it is koffi's own.
  const declare = (name: Name): Call => (call[name] = library.func(SIGNATURES[name]) as Call)
  const undeclared = (name: Name): Call =>
    Object.assign((...args: unknown[]) => declare(name)(...args), {
      async: (...args: Parameters<Call['async']>) => declare(name).async(...args),
    })
  // Made at once: an object that gets so many keys one by one becomes a hash table, and each call a search in it.
  const call = Object.fromEntries((Object.keys(SIGNATURES) as Name[]).map(name => [name, undeclared(name)])) as Record<
    Name,
    Call
  >
  loaded = { koffi, call }
  return loaded
}

/** Throws UnsupportedError where no system call can be made: for what would begin with files, before it does. */
export function mustHaveLibc(): void {
  libc()
}

/** The result of a call, or a SysError. */
function check(name: Name, result: number, subject?: string): number {
  if (result >= 0) return result
  throw new SysError(name, libc().koffi.errno(), subject)
}

// ── sockets ────────────────────────────────────────────────────────────────

export const AF_INET = 2
export const AF_INET6 = 10
export const AF_NETLINK = 16
export const SOCK_DGRAM = 2
export const SOCK_RAW = 3
const SOCK_NONBLOCK = 0o4000
const SOCK_CLOEXEC = 0o2000000
export const SOL_SOCKET = 1

/** A new socket: non-blocking, closed on exec. */
export function socket(domain: number, type: number, protocol: number): number {
  return check('socket', libc().call.socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol))
}

export function close(fd: number): void {
  check('close', libc().call.close(fd))
}

export function bind(fd: number, address: Uint8Array): void {
  check('bind', libc().call.bind(fd, address, address.length))
}

export function connect(fd: number, address: Uint8Array): void {
  check('connect', libc().call.connect(fd, address, address.length))
}

/** Fills `address` with the socket's own. */
export function getsockname(fd: number, address: Uint8Array): void {
  const length = new Uint32Array([address.length])
  check('getsockname', libc().call.getsockname(fd, address, length))
}

/** Sets an option whose value is an int. */
export function setsockopt(fd: number, level: number, option: number, value: number): void {
  const int = new Int32Array([value])
  check('setsockopt', libc().call.setsockopt(fd, level, option, int, 4))
}

/** Reads an option whose value is an int. */
export function getsockopt(fd: number, level: number, option: number): number {
  const int = new Int32Array(1)
  const length = new Uint32Array([4])
  check('getsockopt', libc().call.getsockopt(fd, level, option, int, length))
  return int[0]!
}

/**
 * send(2) from a buffer that is used again and again: where it lies is asked for once, as numbers pass faster than
 * buffers.
 */
export class Sender {
  /** Held, so that it stays where it is. */
  #bytes: Uint8Array | undefined
  #address = 0

  /** Sends the first `length` bytes; answers the error number, 0 for success. */
  send(fd: number, bytes: Uint8Array, length: number): number {
    const { koffi, call } = loaded ?? libc()
    if (bytes !== this.#bytes) {
      this.#bytes = bytes
      this.#address = Number(koffi.address(bytes))
    }
    return call.send(fd, this.#address, length, 0) < 0 ? koffi.errno() : 0
  }
}

/**
 * send(2) on a thread of libuv's pool; `done` is called on the event loop with the error number, 0 for success. Until
 * then the caller holds `bytes`, and leaves them as they are. They are of an ArrayBuffer that was made by itself: small
 * arrays that were not lie on V8's heap, which moves them.
 */
export function sendInPool(fd: number, bytes: Uint8Array, done: (errno: number) => void): void {
  const { koffi, call } = libc()
  call.send.async(fd, Number(koffi.address(bytes)), bytes.length, 0, (_error, n) => done(n < 0 ? koffi.errno() : 0))
}

/** Sends one datagram to `address` (a struct sockaddr); answers the error number, 0 for success. */
export function sendto(fd: number, bytes: Uint8Array, address: Uint8Array): number {
  const { koffi, call } = libc()
  return call.sendto(fd, bytes, bytes.length, 0, address, address.length) < 0 ? koffi.errno() : 0
}

/** As a flag of a call: it answers the datagram's own length, also where that is more than the buffer takes. */
const MSG_TRUNC = 0x20
const SENDER_SIZE = 32
const CONTROL_SIZE = 128
/** struct msghdr on 64-bit Linux: name, namelen, iov, iovlen, control, controllen, flags. */
const MSGHDR = { size: 56, name: 0, nameLength: 8, iov: 16, iovLength: 24, control: 32, controlLength: 40 } as const

/**
 * recv(2) and recvmsg(2) with their structures built once: a buffer, the sender's address and control data.
 * Both answer the length of the datagram, which may be more than the buffer takes, or the negative error number.
 */
export class Receiver {
  readonly bytes: Uint8Array
  readonly view: DataView
  /** The struct sockaddr of who sent what `receiveMessage` received, as far as it has one. */
  readonly sender = new DataView(new ArrayBuffer(SENDER_SIZE))
  readonly control = new DataView(new ArrayBuffer(CONTROL_SIZE))
  readonly #header = new DataView(new ArrayBuffer(MSGHDR.size))
  readonly #iovec: BigUint64Array
  /** Where they lie: numbers pass faster than buffers. The fields keep them alive, and nothing moves them. */
  readonly #bytesAt: number
  readonly #headerAt: number

  constructor(size: number) {
    const { koffi } = libc()
    this.bytes = new Uint8Array(new ArrayBuffer(size))
    this.view = new DataView(this.bytes.buffer)
    this.#iovec = new BigUint64Array([koffi.address(this.bytes), BigInt(size)])
    this.#header.setBigUint64(MSGHDR.name, koffi.address(this.sender.buffer), true)
    this.#header.setBigUint64(MSGHDR.iov, koffi.address(this.#iovec), true)
    this.#header.setBigUint64(MSGHDR.iovLength, 1n, true)
    this.#header.setBigUint64(MSGHDR.control, koffi.address(this.control.buffer), true)
    this.#bytesAt = Number(koffi.address(this.bytes))
    this.#headerAt = Number(koffi.address(this.#header.buffer))
  }

  /** Without the sender and control data. */
  receive(fd: number): number {
    const { koffi, call } = loaded!
    const n = call.recv(fd, this.#bytesAt, this.bytes.length, MSG_TRUNC)
    return n < 0 ? -koffi.errno() : n
  }

  /** With the sender and control data. */
  receiveMessage(fd: number): number {
    const { koffi, call } = loaded!
    // The kernel writes the lengths it used: set the room there is again before each call.
    this.#header.setUint32(MSGHDR.nameLength, SENDER_SIZE, true)
    this.#header.setUint32(MSGHDR.controlLength, CONTROL_SIZE, true)
    const n = call.recvmsg(fd, this.#headerAt, MSG_TRUNC)
    return n < 0 ? -koffi.errno() : n
  }

  /** Bytes of control data that came with the last `receiveMessage`. */
  get controlLength(): number {
    return this.#header.getUint32(MSGHDR.controlLength, true)
  }
}

/** struct mmsghdr: a struct msghdr, and the datagram's length. */
const MMSGHDR = { size: 64, length: 56 } as const

/** recvmmsg(2): several datagrams at once, each into a buffer of its own, on a thread of libuv's pool. */
export class PoolReceiver {
  readonly buffers: readonly DataView[]
  readonly #headers: DataView
  readonly #iovecs: BigUint64Array
  readonly #headersAt: number

  constructor(count: number, size: number) {
    const { koffi } = libc()
    this.buffers = Array.from({ length: count }, () => new DataView(new ArrayBuffer(size)))
    this.#iovecs = new BigUint64Array(this.buffers.flatMap(({ buffer }) => [koffi.address(buffer), BigInt(size)]))
    this.#headers = new DataView(new ArrayBuffer(count * MMSGHDR.size))
    const iovecsAt = koffi.address(this.#iovecs)
    for (let i = 0; i < count; i++) {
      this.#headers.setBigUint64(i * MMSGHDR.size + MSGHDR.iov, iovecsAt + BigInt(2 * i * 8), true)
      this.#headers.setBigUint64(i * MMSGHDR.size + MSGHDR.iovLength, 1n, true)
    }
    this.#headersAt = Number(koffi.address(this.#headers.buffer))
  }

  /**
   * Receives what there is, up to the number of buffers. `done` is called on the event loop with how many came, or the
   * negative error number. The buffers are not to be touched before.
   */
  receive(fd: number, done: (n: number) => void): void {
    const { koffi, call } = loaded!
    call.recvmmsg.async(fd, this.#headersAt, this.buffers.length, MSG_TRUNC, null, (_error, n) =>
      done(n < 0 ? -koffi.errno() : n),
    )
  }

  /** The length of the datagram in a buffer, which may be more than that takes. */
  length(i: number): number {
    return this.#headers.getUint32(i * MMSGHDR.size + MMSGHDR.length, true)
  }
}

/** Waits until `fd` can be read or `milliseconds` have passed; blocks the thread. Answers whether it can be read. */
export function waitReadable(fd: number, milliseconds: number): boolean {
  const POLLIN = 1
  const { koffi, call } = libc()
  const request = new Int32Array([fd, POLLIN])
  const n = call.poll(request, 1, Math.max(0, Math.ceil(milliseconds)))
  if (n >= 0) return n > 0
  const errno = koffi.errno()
  if (errno === EINTR) return false
  throw new SysError('poll', errno)
}

/** Something that watches a descriptor until it is closed. Close it before the descriptor. */
export interface Watch {
  close(): void
  /** Lets the process end while the watch is open. */
  unref(): void
  ref(): void
}

/**
 * Calls `ready` on the event loop whenever `fd` can be read (or has an error to read): libuv's own poll, no thread.
 * Not in a Worker: ending a Worker that has one is a segmentation fault.
 */
export function watchReadable(fd: number, ready: () => void): Watch {
  if (!threads().isMainThread)
    throw new UnsupportedError(
      'waiting for a socket works in the main thread only: subscribe there and post the events to the Worker',
    )
  const { koffi } = libc()
  const handle = koffi.node.poll(fd, { readable: true }, onReady as never)
  // An overrun ends libuv's polling with status -EBADF and no events: the reader sees ENOBUFS, and we start again.
  function onReady(status: number): void {
    try {
      ready()
    } catch (error) {
      queueMicrotask(() => {
        throw error
      })
    }
    if (status < 0 && !closed) handle.start({ readable: true }, onReady as never)
  }
  let closed = false
  const watch: Watch = {
    close() {
      closed = true
      held.delete(watch)
      if (held.size === 0) process.off('exit', closeWatches)
      handle.close()
    },
    unref: () => handle.unref(),
    ref: () => handle.ref(),
  }
  if (held.size === 0) process.once('exit', closeWatches)
  held.add(watch)
  return watch
}
/** koffi collects a poll handle that nobody holds, and its events are lost; one that is open at exit aborts Node. */
const held = new Set<Watch>()
function closeWatches(): void {
  for (const watch of [...held]) watch.close()
}

// ── namespaces, mounts, files ──────────────────────────────────────────────

export const CLONE_NEWNS = 0x00020000
export const CLONE_NEWPID = 0x20000000
export const CLONE_NEWNET = 0x40000000

/** Moves the calling thread into the namespace of `fd`. Only enter.ts and exec may use it. */
export function setns(fd: number, type: number): void {
  check('setns', libc().call.setns(fd, type))
}

/** Gives the calling thread new namespaces (for CLONE_NEWPID: its future children). */
export function unshare(flags: number): void {
  check('unshare', libc().call.unshare(flags))
}

export const MS_BIND = 0x1000
export const MS_REC = 0x4000
export const MS_PRIVATE = 1 << 18
export const MS_SLAVE = 1 << 19
export const MS_SHARED = 1 << 20
export const MS_RDONLY = 1
export const MNT_DETACH = 2
export const UMOUNT_NOFOLLOW = 8

export function mount(
  source: string,
  target: string,
  type: string | null,
  flags: number,
  data: string | null = null,
): void {
  check('mount', libc().call.mount(source, target, type, flags, data), target)
}

export function umount(target: string, flags = 0): void {
  check('umount2', libc().call.umount2(target, flags), target)
}

const LOCK_EX = 2
/** Waits for, and takes, the exclusive lock of an open file, until that is closed. */
export function lock(fd: number): void {
  check('flock', libc().call.flock(fd, LOCK_EX))
}

const F_GETFD = 1
const F_SETFD = 2
const FD_CLOEXEC = 1
/** Whether a descriptor is closed on exec; undefined when there is no such descriptor. */
export function closesOnExec(fd: number): boolean | undefined {
  const flags = libc().call.fcntl(fd, F_GETFD)
  return flags < 0 ? undefined : (flags & FD_CLOEXEC) !== 0
}
export function setCloseOnExec(fd: number, on: boolean): void {
  check('fcntl', libc().call.fcntl(fd, F_SETFD, 'int', on ? FD_CLOEXEC : 0))
}

const F_DUPFD_CLOEXEC = 1030
/** A second descriptor of the same open file, closed on exec. */
export function duplicate(fd: number): number {
  return check('fcntl', libc().call.fcntl(fd, F_DUPFD_CLOEXEC, 'int', 3), `descriptor ${fd}`)
}

const F_GETFL = 3
const F_SETFL = 4
const O_NONBLOCK = 0o4000
/** Makes reads and writes of a descriptor wait again: Node leaves pipes non-blocking. */
export function setBlocking(fd: number): void {
  const { call } = libc()
  const flags = call.fcntl(fd, F_GETFL)
  if (flags >= 0 && flags & O_NONBLOCK) check('fcntl', call.fcntl(fd, F_SETFL, 'int', flags & ~O_NONBLOCK))
}

/** ioctl(2) with a buffer; answers its result. */
export function ioctl(fd: number, request: number, argument: Uint8Array | null): number {
  return check('ioctl', libc().call.ioctl(fd, request, argument))
}

/** The network namespace of a socket, as a descriptor that the caller closes. Needs CAP_NET_ADMIN in it. */
export function netnsOfSocket(fd: number): number {
  const SIOCGSKNS = 0x894c
  return ioctl(fd, SIOCGSKNS, null)
}

/** The speed of a link, in megabits a second, by any socket of its namespace; undefined: it is not known. */
export function ethtoolSpeed(fd: number, name: string): number | undefined {
  const [SIOCETHTOOL, ETHTOOL_GSET, SPEED_UNKNOWN] = [0x8946, 1, 0xffffffff]
  // struct ethtool_cmd: cmd, …, speed at 12, speed_hi at 28
  const command = new DataView(new ArrayBuffer(44))
  command.setUint32(0, ETHTOOL_GSET, true)
  // struct ifreq: the name's 16 bytes, then a pointer
  const request = new Uint8Array(40)
  request.set(Buffer.from(name).subarray(0, 15))
  new DataView(request.buffer).setBigUint64(16, libc().koffi.address(command.buffer), true)
  ioctl(fd, SIOCETHTOOL, request)
  const speed = command.getUint16(28, true) * 0x10000 + command.getUint16(12, true)
  return speed === SPEED_UNKNOWN || speed === 0xffff || speed === 0 ? undefined : speed
}

/** The name of a host by its address (4 or 16 bytes), as the C library finds it; undefined: it has none. Blocks. */
export function hostName(address: Uint8Array): string | undefined {
  const NI_NAMEREQD = 8
  const inet6 = address.length === 16
  // struct sockaddr_in: family, port, address; struct sockaddr_in6: family, port, flow information, address, scope
  const socketAddress = new Uint8Array(inet6 ? 28 : 16)
  new DataView(socketAddress.buffer).setUint16(0, inet6 ? AF_INET6 : AF_INET, true)
  socketAddress.set(address, inet6 ? 8 : 4)
  const name = new Uint8Array(1025)
  const result = libc().call.getnameinfo(socketAddress, socketAddress.length, name, name.length, null, 0, NI_NAMEREQD)
  return result === 0 ? new TextDecoder().decode(name.subarray(0, name.indexOf(0))) : undefined
}

/** The number of bpf(2), which the C library has no function for: include/uapi/asm-generic/unistd.h and the others. */
const SYS_BPF: Readonly<Record<string, number>> = {
  x64: 321,
  arm64: 280,
  riscv64: 280,
  loong64: 280,
  s390x: 351,
  ppc64: 361,
}

/** bpf(2): `attributes` is its union bpf_attr, with the addresses of buffers that whoever calls holds. */
export function bpf(command: number, attributes: ArrayBufferView, subject: string): number {
  const number = SYS_BPF[process.arch]
  if (number === undefined) throw new UnsupportedError(`bpf(2) has no number here for ${process.arch}`)
  const result = libc().call.syscall(number, command, attributes, attributes.byteLength)
  return check('syscall', result, `bpf ${subject}`)
}

/** Where bytes are, for a struct that points to them. Nothing moves them; hold them until the call is over. */
export function addressOf(bytes: Uint8Array): bigint {
  return libc().koffi.address(bytes)
}

/** A descriptor of the BPF program (or map) that is pinned at `path`. */
export function bpfPinned(path: string): number {
  const BPF_OBJ_GET = 7
  const name = new Uint8Array(Buffer.from(`${path}\0`))
  // union bpf_attr: pathname, bpf_fd, file_flags
  const attributes = new DataView(new ArrayBuffer(16))
  attributes.setBigUint64(0, libc().koffi.address(name), true)
  return bpf(BPF_OBJ_GET, attributes, `BPF_OBJ_GET ${path}`)
}

/** What the kernel tells of a loaded BPF program. */
export interface BpfProgramInfo {
  readonly name: string
  /** Hexadecimal. */
  readonly tag: string
  /** Whether it is native code. */
  readonly jited: boolean
  /** Nanoseconds since the machine started. */
  readonly loadTime: bigint
  readonly createdByUid: number
  /** 0: it has none. */
  readonly btfId: number
}

export function bpfProgram(id: number): BpfProgramInfo {
  const [BPF_PROG_GET_FD_BY_ID, BPF_OBJ_GET_INFO_BY_FD] = [13, 15]
  // union bpf_attr: prog_id, next_id, open_flags
  const asked = new DataView(new ArrayBuffer(12))
  asked.setUint32(0, id, true)
  const fd = bpf(BPF_PROG_GET_FD_BY_ID, asked, `BPF_PROG_GET_FD_BY_ID ${id}`)
  try {
    // struct bpf_prog_info: tag[8] at 8, jited_prog_len 16, load_time 40, created_by_uid 48, name[16] 64, btf_id 128
    const info = new Uint8Array(136)
    // union bpf_attr: bpf_fd, info_len, info
    const attributes = new DataView(new ArrayBuffer(16))
    attributes.setUint32(0, fd, true)
    attributes.setUint32(4, info.length, true)
    attributes.setBigUint64(8, libc().koffi.address(info), true)
    bpf(BPF_OBJ_GET_INFO_BY_FD, attributes, `BPF_OBJ_GET_INFO_BY_FD ${id}`)
    const [bytes, view] = [Buffer.from(info.buffer), new DataView(info.buffer)]
    const name = bytes.toString('latin1', 64, 80).replace(/\0.*$/s, '')
    return {
      ...{ name, tag: bytes.toString('hex', 8, 16), jited: view.getUint32(16, true) > 0 },
      ...{ loadTime: view.getBigUint64(40, true), createdByUid: view.getUint32(48, true) },
      btfId: view.getUint32(128, true),
    }
  } finally {
    close(fd)
  }
}

/** What a process does at a signal by default: Node ignores SIGPIPE and SIGXFSZ, and exec would hand that on. */
export function resetSignal(signal: number): void {
  const SIG_DFL = 0
  libc().call.signal(signal, SIG_DFL)
}

export const IN_MOVED_FROM = 0x40
export const IN_MOVED_TO = 0x80
export const IN_CREATE = 0x100
export const IN_DELETE = 0x200
export const IN_Q_OVERFLOW = 0x4000
export const IN_IGNORED = 0x8000
export const IN_ONLYDIR = 0x01000000

/** A new inotify instance: non-blocking, closed on exec; read(2) answers its events. */
export function inotifyInit(): number {
  return check('inotify_init1', libc().call.inotify_init1(O_NONBLOCK | SOCK_CLOEXEC))
}

/** Watches `path` for the events of `mask`; answers the watch's number. */
export function inotifyAdd(fd: number, path: string, mask: number): number {
  return check('inotify_add_watch', libc().call.inotify_add_watch(fd, path, mask), path)
}

/** Sets the limits of open files, of this process and of what it becomes. */
export function setOpenFilesLimit(soft: bigint, hard: bigint): void {
  const RLIMIT_NOFILE = 7
  check('setrlimit', libc().call.setrlimit(RLIMIT_NOFILE, new BigUint64Array([soft, hard])), 'RLIMIT_NOFILE')
}

/** Replaces this process by `file` (looked up in PATH). Comes back only to throw. */
export function execvp(file: string, args: readonly string[]): never {
  const { koffi, call } = libc()
  const strings = args.map(arg => Buffer.from(`${arg}\0`))
  const argv = new BigUint64Array(args.length + 1)
  for (const [i, string] of strings.entries()) argv[i] = koffi.address(string)
  call.execvp(file, argv)
  throw new SysError('execvp', koffi.errno(), file)
}
