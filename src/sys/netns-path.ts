// Where network namespaces are found: names under /run/netns, paths, processes, descriptors; and opening one, with an
// error that says what is wrong. Opens only: never creates, never switches. Knows nothing of netlink.
import { closeSync, constants, openSync, statfsSync, statSync } from 'node:fs'
import { CLONE_NEWNET, duplicate, ioctl, mustHaveLibc } from './libc.ts'

/** Where iproute2 and netloom keep the names: each a file with a namespace bind-mounted on it. */
export const NETNS_DIRECTORY = '/run/netns'

/** A namespace, said in any of the ways: a string is a path when it begins with `/`, else a name. */
export type NetnsReference =
  | string
  | { readonly name: string }
  | { readonly path: string }
  | { readonly pid: number }
  | { readonly fd: number }

/** What makes one namespace the same as another, however it is reached. */
export interface NetnsIdentity {
  /** `st_dev` of the namespace's file. */
  readonly device: number
  /** `st_ino` of the namespace's file: the number in `net:[4026531840]`. */
  readonly inode: number
}

/**
 * Something about a namespace's name, file or process that is not as it must be. `code` is errno's name where the
 * kernel spoke, or `ERR_NETNS_NAME` (no possible name), `ERR_NETNS_STALE` (a file without a namespace behind it),
 * `ERR_NETNS_TYPE` (a namespace, but not of the network).
 */
export class NetnsError extends Error {
  override readonly name = 'NetnsError'
  readonly code: string

  constructor(code: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
  }
}

/** The `code` of what was thrown: Node's file errors and system call errors have one. */
export const codeOf = (error: unknown): string => (error as { code?: string } | undefined)?.code ?? 'UNKNOWN'

const MAX_NAME = 255

/** Refuses what cannot be the name of a namespace; answers the name. */
export function checkName(name: string): string {
  const reason = whyNoName(name)
  if (reason) throw new NetnsError('ERR_NETNS_NAME', `${JSON.stringify(name)} is no name for a namespace: ${reason}`)
  return name
}

function whyNoName(name: string): string | undefined {
  if (name === '') return 'it is empty'
  if (name === '.' || name === '..') return 'it is a directory'
  if (name.includes('/')) return `it has a slash (a name is one file in ${NETNS_DIRECTORY})`
  if (name.includes('\0')) return 'it has a NUL character'
  const length = Buffer.byteLength(name)
  if (length > MAX_NAME) return `it is ${length} bytes long, and ${MAX_NAME} are the most a file name can have`
  return undefined
}

/** The file of a named namespace: `/run/netns/NAME`. */
export const namedPath = (name: string): string => `${NETNS_DIRECTORY}/${checkName(name)}`

/**
 * Opens a network namespace, and answers a descriptor that the caller closes: read-only, closed on exec, and for
 * `{ fd }` a duplicate. Throws a {@link NetnsError} where there is none, where the file is a stale leftover or another
 * thing, where it may not be opened. Never creates.
 */
export function openNetns(reference: NetnsReference): number {
  const target = locate(reference)
  mustHaveLibc()
  const fd = target.fd === undefined ? openFile(target) : duplicateOf(target.fd, target)
  try {
    mustBeNetns(fd, target)
    return fd
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

/** Which namespace is open at `fd`. */
export function identityOf(fd: number): NetnsIdentity {
  const { dev, ino } = statSync(`/proc/thread-self/fd/${fd}`)
  return { device: dev, inode: ino }
}

/** The calling thread's own network namespace (`/proc/self` would be the main thread's). */
export const OWN_NETNS = '/proc/thread-self/ns/net'

/** Whether the namespace at `fd` is the calling thread's. */
export function isOwn(fd: number): boolean {
  const { dev, ino } = statSync(OWN_NETNS)
  const { device, inode } = identityOf(fd)
  return device === dev && inode === ino
}

const NSFS_MAGIC = 0x6e736673
/** Whether a file is a namespace: one of the kernel's nsfs. Throws where there is no such file. */
export const isNamespaceFile = (path: string): boolean => statfsSync(path).type === NSFS_MAGIC

interface Target {
  readonly path: string
  /** How an error calls it. */
  readonly what: string
  /** What an error advises when it does not exist. */
  readonly absent: string
  /** What an error advises when it is not permitted. */
  readonly denied: string
  /** What an error advises when the file has no namespace behind it. */
  readonly stale: string
  readonly fd?: number
}

function locate(reference: NetnsReference): Target {
  if (typeof reference === 'string')
    return reference.startsWith('/') ? pathTarget(reference) : nameTarget(checkName(reference))
  // First, for an open handle has a descriptor beside its name.
  if ('fd' in reference) return fdTarget(reference.fd)
  if ('name' in reference) return nameTarget(checkName(reference.name))
  if ('path' in reference) return pathTarget(reference.path)
  if ('pid' in reference) return pidTarget(reference.pid)
  throw new TypeError('a namespace is a name, an absolute path, { name }, { path }, { pid } or { fd }')
}

const nameTarget = (name: string): Target => ({
  path: namedPath(name),
  what: `network namespace "${name}" (${namedPath(name)})`,
  absent: 'create it first; opening never does',
  denied: 'the file must be readable',
  stale: 'delete the name, and create it again',
})

function pathTarget(path: string): Target {
  if (!path.startsWith('/') || path.includes('\0'))
    throw new NetnsError('ERR_NETNS_NAME', `${JSON.stringify(path)} is no absolute path of a namespace`)
  return {
    path,
    what: `network namespace ${path}`,
    absent: 'nothing has that path',
    denied: 'the file must be readable',
    stale: 'give the path of a namespace, as /proc/PID/ns/net',
  }
}

function pidTarget(pid: number): Target {
  if (!Number.isInteger(pid) || pid < 1) throw new TypeError(`a process id is a positive integer, not ${pid}`)
  return {
    path: `/proc/${pid}/ns/net`,
    what: `the network namespace of process ${pid}`,
    absent: 'no such process, or it has ended',
    denied: 'looking into another user’s process needs CAP_SYS_PTRACE (root)',
    stale: 'is /proc mounted?',
  }
}

function fdTarget(fd: number): Target {
  if (!Number.isInteger(fd) || fd < 0) throw new TypeError(`a file descriptor is an integer from 0 up, not ${fd}`)
  return {
    path: `/proc/thread-self/fd/${fd}`,
    what: `the network namespace at descriptor ${fd}`,
    absent: 'the descriptor is closed',
    denied: '',
    stale: 'the descriptor is of something else',
    fd,
  }
}

function openFile(target: Target): number {
  try {
    // O_NONBLOCK: the open of a FIFO in the way would wait for ever.
    return openSync(target.path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (cause) {
    throw whyNotOpened(target, cause)
  }
}

function whyNotOpened(target: Target, cause: unknown): NetnsError {
  const code = codeOf(cause)
  if (code === 'ENOENT' || code === 'ESRCH' || code === 'ENOTDIR')
    return new NetnsError('ENOENT', `${target.what} does not exist: ${target.absent}`, cause)
  // A leftover has mode 0: for all but root it cannot be opened, and that is not what is wrong with it.
  if (code === 'EACCES' && isPlainFile(target.path)) return stale(target)
  if (code === 'EACCES' || code === 'EPERM')
    return new NetnsError(code, `${target.what} may not be opened (${code}): ${target.denied}`, cause)
  return new NetnsError(code, `${target.what} cannot be opened: ${(cause as Error).message}`, cause)
}

function isPlainFile(path: string): boolean {
  try {
    return !isNamespaceFile(path)
  } catch {
    return false
  }
}

function duplicateOf(fd: number, target: Target): number {
  try {
    return duplicate(fd)
  } catch (cause) {
    throw new NetnsError(codeOf(cause), `${target.what} cannot be opened: ${target.absent}`, cause)
  }
}

const NS_GET_NSTYPE = 0xb703

function mustBeNetns(fd: number, target: Target): void {
  if (!isNamespaceFile(`/proc/thread-self/fd/${fd}`)) throw stale(target)
  if (ioctl(fd, NS_GET_NSTYPE, null) !== CLONE_NEWNET)
    throw new NetnsError('ERR_NETNS_TYPE', `${target.what} is a namespace, but not a network namespace`)
}

const stale = (target: Target): NetnsError =>
  new NetnsError('ERR_NETNS_STALE', `${target.what} has no namespace behind it (a stale file): ${target.stale}`)
