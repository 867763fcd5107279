// Who lives in a network namespace, read from /proc: processes, and single threads that went there alone, which
// `ip netns pids` does not see. Looks only; ends nobody. Processes come and go while it reads, and that is no error.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { codeOf, NetnsError, type NetnsIdentity } from '../sys/netns-path.ts'
import { listNamed } from './named.ts'

/** A process in a namespace. */
export interface NetnsProcess {
  readonly pid: number
  /** The command line; `[name]` where the process has none (a kernel thread). */
  readonly command: string
  /** The effective user, by name; the number where it has none. */
  readonly user: string
  readonly uid: number
  /**
   * Only when the process as such (its first thread) is elsewhere, or has ended: the ids of its threads that are in
   * the namespace.
   */
  readonly threads?: readonly number[]
  /** When it started, in clock ticks since the machine did: with `pid` it names the process, however pids are reused. */
  readonly startTime: number
}

/**
 * The processes in a namespace, by pid; `ip netns pids NAME` finds those without `threads`. Processes of others that
 * the caller may not look into (without CAP_SYS_PTRACE) are left out, as iproute2 does.
 */
export function processesIn(netns: NetnsIdentity): NetnsProcess[] {
  const users = new Users()
  return numbersIn('/proc')
    .sort((a, b) => a - b)
    .flatMap(pid => inspect(pid, netns, users) ?? [])
}

/**
 * The names of the namespace that process (or thread) `pid` is in, as `ip netns identify PID`: none, one or more.
 * @throws NetnsError `ENOENT` when there is no such process, `EACCES` when it may not be looked into.
 *
 * @example
 * ```ts
 * console.log(netns.identify(process.pid)) // []
 * ```
 */
export function identify(pid: number): string[] {
  const own = netnsOf(`/proc/${pid}`, pid)
  return listNamed()
    .filter(named => named.device === own.device && named.inode === own.inode)
    .map(named => named.name)
}

/** Process ids below /proc, thread ids below /proc/PID/task; none when the process has gone. */
function numbersIn(path: string): number[] {
  return attempt(() => readdirSync(path), [])
    .filter(isNumber)
    .map(Number)
}
const isNumber = (text: string): boolean => /^[0-9]+$/.test(text)

function inspect(pid: number, netns: NetnsIdentity, users: Users): NetnsProcess | undefined {
  const directory = `/proc/${pid}`
  const whole = isIn(directory, netns)
  const threads = whole ? [] : threadsIn(directory, netns)
  if (!whole && threads.length === 0) return undefined
  return attempt(() => {
    const startTime = readStat(pid)?.startTime
    if (startTime === undefined) return undefined
    const { uid } = statSync(directory)
    const process = { pid, command: commandOf(directory), user: users.name(uid), uid, startTime }
    return whole ? process : { ...process, threads }
  }, undefined)
}

function threadsIn(directory: string, netns: NetnsIdentity): number[] {
  return numbersIn(`${directory}/task`).filter(tid => isIn(`${directory}/task/${tid}`, netns))
}

const isIn = (directory: string, netns: NetnsIdentity): boolean =>
  attempt(() => {
    const { dev, ino } = statSync(`${directory}/ns/net`)
    return ino === netns.inode && dev === netns.device
  }, false)

function netnsOf(directory: string, pid: number): NetnsIdentity {
  if (!Number.isInteger(pid) || pid < 1) throw new TypeError(`a process id is a positive integer, not ${pid}`)
  try {
    const { dev, ino } = statSync(`${directory}/ns/net`)
    return { device: dev, inode: ino }
  } catch (cause) {
    const code = codeOf(cause)
    if (code === 'EACCES')
      throw new NetnsError(code, `process ${pid} may not be looked into: it needs CAP_SYS_PTRACE (root)`, cause)
    throw new NetnsError('ENOENT', `process ${pid} does not exist, or has ended`, cause)
  }
}

function commandOf(directory: string): string {
  const line = readFileSync(`${directory}/cmdline`, 'utf8').replace(/\0+$/, '').replaceAll('\0', ' ')
  return line || `[${readFileSync(`${directory}/comm`, 'utf8').trimEnd()}]`
}

/** What /proc/PID/stat says of a process: its state's letter and when it started; undefined when it has gone. */
export function readStat(pid: number): { state: string; startTime: number } | undefined {
  const line = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'), undefined)
  // The second field is the command in parentheses, and may hold any character: the rest begins after the last one.
  const fields = line?.slice(line.lastIndexOf(')') + 2).split(' ')
  return fields && { state: fields[0]!, startTime: Number(fields[19]) }
}

/** /etc/passwd, read once at the first question. */
class Users {
  #names: Map<number, string> | undefined

  name(uid: number): string {
    this.#names ??= readUsers()
    return this.#names.get(uid) ?? String(uid)
  }
}

function readUsers(): Map<number, string> {
  const names = new Map<number, string>()
  for (const line of attempt(() => readFileSync('/etc/passwd', 'utf8'), '').split('\n')) {
    const [name = '', , uid = ''] = line.split(':')
    if (isNumber(uid) && !names.has(Number(uid))) names.set(Number(uid), name)
  }
  return names
}

/** For files of processes that may vanish, or may not be read: `otherwise` then. */
function attempt<T>(read: () => T, otherwise: T): T {
  try {
    return read()
  } catch {
    return otherwise
  }
}
