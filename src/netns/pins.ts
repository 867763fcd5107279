// Who holds a namespace beside those that live in it: open descriptors and mounts, read from /proc. A socket holds its
// namespace too, and /proc does not tell of which one it is.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import type { NetnsIdentity } from '../sys/netns-path.ts'

/** Something that keeps a namespace alive. */
export interface Pin {
  readonly pid: number
  readonly command: string
  /** The open descriptor; undefined for a mount. */
  readonly fd?: number
  /** Where it is mounted. */
  readonly mount?: string
}

/**
 * The descriptors of all processes, and the mounts of this one's mount namespace, that hold a namespace; without those
 * in `except` (descriptors of this process, and paths). Processes that may not be looked into are left out.
 */
export function pinsOf(netns: NetnsIdentity, except: { fd: number; path: string }): Pin[] {
  const descriptors = numbersIn('/proc').flatMap(pid =>
    numbersIn(`/proc/${pid}/fd`)
      .filter(fd => !(pid === process.pid && fd === except.fd) && isIt(`/proc/${pid}/fd/${fd}`, netns))
      .map((fd): Pin => ({ pid, command: commandOf(pid), fd })),
  )
  const mounts = mountsOf(`net:[${netns.inode}]`)
    .filter(path => path !== except.path)
    .map((mount): Pin => ({ pid: process.pid, command: commandOf(process.pid), mount }))
  return [...descriptors, ...mounts]
}

/** In words: `process 7 (node) has it open at fd 23`. */
export function describePin({ pid, command, fd, mount }: Pin): string {
  if (mount !== undefined) return `it is mounted on ${mount} too`
  return `${pid === process.pid ? 'this process' : `process ${pid} (${command})`} has it open at fd ${fd}`
}

/** The mount points of a namespace: field 4 of mountinfo is its name, field 5 where it is mounted. */
function mountsOf(link: string): string[] {
  return attempt(() => readFileSync('/proc/self/mountinfo', 'utf8'), '')
    .split('\n')
    .map(line => line.split(' '))
    .filter(fields => fields[3] === link)
    .map(fields => fields[4]!)
}

const numbersIn = (directory: string): number[] =>
  attempt(() => readdirSync(directory), [])
    .filter(name => /^\d+$/.test(name))
    .map(Number)
const isIt = (path: string, netns: NetnsIdentity): boolean =>
  attempt(() => {
    const { dev, ino } = statSync(path)
    return ino === netns.inode && dev === netns.device
  }, false)
const commandOf = (pid: number): string => attempt(() => readFileSync(`/proc/${pid}/comm`, 'utf8').trimEnd(), '?')

/** Processes come and go, and some may not be read. */
function attempt<T>(read: () => T, otherwise: T): T {
  try {
    return read()
  } catch {
    return otherwise
  }
}
