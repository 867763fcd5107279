// Become a command inside a network namespace, as `ip netns exec` does: no shell and no extra process, so exit status,
// signals and terminal are the command's own. Knows no names but the one whose /etc/netns files are bound.
//
// What of Node is undone first: low descriptors closed on exec, pipes that do not wait, ignored SIGPIPE and SIGXFSZ,
// the raised limit of open files. What cannot be: Node sets every signal to its default at its start, so a SIGHUP
// that `nohup` ignored is not ignored by the command.
import { accessSync, readdirSync, readFileSync, readlinkSync, writeSync } from 'node:fs'
import { enter } from '../sys/enter.ts'
import { errnoText } from '../sys/errno.ts'
import {
  CLONE_NEWNS,
  closesOnExec,
  execvp,
  MNT_DETACH,
  MS_BIND,
  MS_RDONLY,
  MS_REC,
  MS_SLAVE,
  mount,
  resetSignal,
  SysError,
  setBlocking,
  setCloseOnExec,
  setOpenFilesLimit,
  umount,
  unshare,
} from '../sys/libc.ts'
import { checkName, codeOf } from '../sys/netns-path.ts'

/** Where the files lie that a namespace has in place of those in /etc: `/etc/netns/NAME/resolv.conf` and the like. */
export const NETNS_ETC_DIRECTORY = '/etc/netns'

/** The command could not be started. `exitStatus` is what `ip netns exec` ends with: 1. */
export class ExecError extends Error {
  override readonly name = 'ExecError'
  readonly code: string
  readonly command: string
  readonly exitStatus = 1

  constructor(command: string, errno: number, code: string, advice: string, cause?: unknown) {
    super(`exec of "${command}" failed: ${errnoText(errno)}${advice && `; ${advice}`}`, { cause })
    this.code = code
    this.command = command
  }
}

/** How {@link execIn} goes about it. */
export interface ExecOptions {
  /**
   * The descriptors above 2 that the command gets, besides those that are not closed on exec anyway. By default those
   * that were surely inherited; a command-line tool that has opened nothing itself gives all of
   * {@link inheritedDescriptors}.
   */
  readonly inherit?: readonly number[]
  /** Told what went wrong and did not matter enough to stop: a file that could not be bound. By default to stderr. */
  readonly warn?: (text: string) => void
}

/**
 * Replaces this process by `command` (looked up in PATH) in the network namespace open at `fd`, with /sys showing that
 * namespace and, with a `name`, each file in /etc/netns/NAME bound over its namesake in /etc. As `ip netns exec NAME
 * COMMAND…`. Returns only by throwing: a missing command is found before anything is changed; after a later failure
 * the thread is in its own network namespace again but in a mount namespace of its own, and the process should end.
 * Write all output before: what a stream of this process still holds is lost. Do not touch process.stdin before: it
 * may have read ahead.
 * @throws ExecError, or SysError for what comes before the exec (EPERM: it needs CAP_SYS_ADMIN).
 */
export function execIn(
  fd: number,
  name: string | undefined,
  command: string,
  args: readonly string[],
  options: ExecOptions = {},
): never {
  if (name !== undefined) checkName(name)
  mustExist(command)
  const { inherit = surelyInherited(), warn = warnOnStderr } = options
  return enter(fd, () => {
    remount(name, warn)
    handOver(inherit.filter(other => other !== fd))
    return become(command, args)
  })
}

function become(command: string, args: readonly string[]): never {
  try {
    execvp(command, [command, ...args])
  } catch (cause) {
    if (!(cause instanceof SysError)) throw cause
    throw new ExecError(command, cause.errno, cause.code, EXEC_ADVICE[cause.code] ?? '', cause)
  }
}

const EXEC_ADVICE: Readonly<Record<string, string>> = {
  EACCES: 'the file, or what its first line names, is not executable',
  ENOENT: 'what the first line of the script names does not exist',
  E2BIG: 'the arguments and the environment are too long',
}

const warnOnStderr = (text: string): void => {
  writeSync(2, `${text}\n`)
}

// ── is there such a command ────────────────────────────────────────────────

const ENOENT = 2

function mustExist(command: string): void {
  if (command.includes('/') ? isThere(command) : searchPath().some(directory => isThere(`${directory}/${command}`)))
    return
  const where = command.includes('/')
    ? 'there is no such file'
    : `it is in no directory of PATH (${searchPath().join(':')})`
  throw new ExecError(command, ENOENT, 'ENOENT', command ? where : 'the command is empty')
}

/** execvp(3): an empty part of PATH is the current directory, an absent PATH the C library's. */
const searchPath = (): string[] => (process.env['PATH'] ?? '/bin:/usr/bin').split(':').map(part => part || '.')

function isThere(path: string): boolean {
  try {
    accessSync(path)
    return true
  } catch (error) {
    return codeOf(error) === 'EACCES'
  }
}

// ── mounts ─────────────────────────────────────────────────────────────────

/** iproute2: lib/namespace.c: netns_switch. */
function remount(name: string | undefined, warn: (text: string) => void): void {
  unshare(CLONE_NEWNS)
  // Nothing that is mounted from here on shows outside.
  mount('', '/', 'none', MS_SLAVE | MS_REC)
  remountSys(name ?? 'none')
  if (name !== undefined) bindEtc(name, warn)
}

/** /sys shows the devices of the network namespace that it was mounted in. */
function remountSys(source: string): void {
  try {
    umount('/sys', MNT_DETACH)
  } catch {
    // Not mounted, or not ours to unmount: the new one goes on top.
  }
  try {
    mount(source, '/sys', 'sysfs', 0)
  } catch (error) {
    // In a user namespace, a read-only /sys can only be covered by a read-only one.
    if (codeOf(error) !== 'EPERM') throw error
    mount(source, '/sys', 'sysfs', MS_RDONLY)
  }
}

function bindEtc(name: string, warn: (text: string) => void): void {
  const directory = `${NETNS_ETC_DIRECTORY}/${name}`
  for (const file of filesIn(directory)) {
    const [from, onto] = [`${directory}/${file}`, `/etc/${file}`]
    try {
      mount(from, onto, 'none', MS_BIND)
    } catch (error) {
      warn(`Bind ${from} -> ${onto} failed: ${error instanceof SysError ? errnoText(error.errno) : error}`)
    }
  }
}

function filesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

// ── descriptors, signals, limits ───────────────────────────────────────────

const SIGPIPE = 13
const SIGXFSZ = 25

/** Makes of this process what Node found at its start. */
function handOver(inherited: readonly number[]): void {
  for (const fd of [0, 1, 2]) setBlocking(fd)
  for (const fd of [0, 1, 2, ...inherited]) if (closesOnExec(fd)) setCloseOnExec(fd, false)
  resetSignal(SIGPIPE)
  resetSignal(SIGXFSZ)
  restoreOpenFilesLimit()
}

/**
 * The descriptors above 2 that came from the parent, as far as can be told: Node has marked the low ones closed on
 * exec, like its own. Those below Node's first own are inherited; above it, all that are not of the kinds which Node
 * and netloom open. So ask before opening files or sockets: they would be counted.
 */
export function inheritedDescriptors(): number[] {
  const open = openDescriptors()
  const own = firstOwn(open)
  return open.filter(({ fd, target }) => fd < own || !isOwnKind(target, open)).map(({ fd }) => fd)
}

/** Those below Node's first own: when Node opened that, the lower numbers were taken. */
function surelyInherited(): number[] {
  const open = openDescriptors()
  const own = firstOwn(open)
  return open.filter(({ fd }) => fd < own).map(({ fd }) => fd)
}

interface Descriptor {
  readonly fd: number
  /** What the link in /proc/self/fd says. */
  readonly target: string
}

function openDescriptors(): Descriptor[] {
  const numbers = readdirSync('/proc/self/fd').map(Number)
  return numbers
    .filter(fd => fd > 2)
    .sort((a, b) => a - b)
    .flatMap(fd => describeDescriptor(fd) ?? [])
}

/** Undefined for the descriptor that the listing itself had open. */
function describeDescriptor(fd: number): Descriptor | undefined {
  try {
    return { fd, target: readlinkSync(`/proc/self/fd/${fd}`) }
  } catch {
    return undefined
  }
}

/** The first thing that Node opens is the event loop's epoll. */
const firstOwn = (open: readonly Descriptor[]): number =>
  open.find(({ target }) => target === 'anon_inode:[eventpoll]')?.fd ?? Number.POSITIVE_INFINITY

/** Of a pipe that Node made, both ends are here; of one that came from the parent, usually one. */
function isOwnKind(target: string, open: readonly Descriptor[]): boolean {
  if (target.startsWith('pipe:')) return open.filter(other => other.target === target).length > 1
  return target.startsWith('anon_inode:') || target.startsWith('net:')
}

/**
 * Node raises its soft limit of open files to the hard one, and keeps no note of it. The parent's limits are the best
 * witness: where its hard limit is ours and its soft one lower, that was ours, too.
 */
function restoreOpenFilesLimit(): void {
  const own = openFilesLimit('self')
  const parent = openFilesLimit(process.ppid)
  if (own && parent && own.hard === parent.hard && parent.soft < own.soft) setOpenFilesLimit(parent.soft, own.hard)
}

function openFilesLimit(process: number | 'self'): { soft: bigint; hard: bigint } | undefined {
  try {
    const limits = readFileSync(`/proc/${process}/limits`, 'utf8')
    const [, soft, hard] = /^Max open files +(\d+) +(\d+)/m.exec(limits) ?? []
    return soft && hard ? { soft: BigInt(soft), hard: BigInt(hard) } : undefined
  } catch {
    return undefined
  }
}
