// The tiny helper: run a synchronous function inside a network namespace, and come back. The one place where a
// thread that goes on changes its namespace.
import { closeSync, openSync, stat } from 'node:fs'
import { CLONE_NEWNET, mustHaveLibc, SysError, setns, UnsupportedError, unshare } from './libc.ts'
import { OWN_NETNS } from './netns-path.ts'

/**
 * Runs `work` with the calling thread in the network namespace open at `fd`, and answers what it returns.
 * Synchronous only: what `work` starts and finishes later (a promise, `listen` with a host name, async fs) happens
 * outside. A promise as a result is refused for that reason; what it began cannot be taken back.
 * When the way back fails the process aborts: going on in the wrong namespace would change the wrong network.
 */
export function enter<T>(fd: number, work: () => T): T {
  return away(() => switchTo(fd), work)
}

/**
 * Runs `work` with the calling thread in a new, empty network namespace, open in it as {@link OWN_NETNS}; the same
 * rules as for {@link enter}. The namespace ends with this call unless `work` keeps it: by a bind mount or an open file.
 */
export function inNewNamespace<T>(work: () => T): T {
  return away(unshareNetwork, work)
}

function away<T>(leave: () => void, work: () => T): T {
  if (work.constructor.name === 'AsyncFunction') throw asynchronous()
  startThreadPool()
  const home = openOwn()
  try {
    leave()
    let result: T
    try {
      result = work()
    } finally {
      comeBack(home)
    }
    if (typeof (result as { then?: unknown } | null | undefined)?.then === 'function') throw asynchronous()
    return result
  } finally {
    closeSync(home)
  }
}

const asynchronous = (): TypeError =>
  new TypeError('only a synchronous function can run inside a namespace: what a promise does later happens outside')

function openOwn(): number {
  mustHaveLibc()
  try {
    return openSync(OWN_NETNS, 'r')
  } catch (cause) {
    throw new UnsupportedError(`cannot open ${OWN_NETNS}: /proc of a Linux with network namespaces is needed`, {
      cause,
    })
  }
}

function switchTo(fd: number): void {
  try {
    setns(fd, CLONE_NEWNET)
  } catch (error) {
    if (!(error instanceof SysError)) throw error
    throw new SysError('setns', error.errno, `to the network namespace at fd ${fd}`, ADVICE[error.code])
  }
}

const ADVICE: Readonly<Record<string, string>> = {
  EPERM: 'entering a namespace needs CAP_SYS_ADMIN (root)',
  EINVAL: 'the file is no network namespace: a stale leftover, perhaps',
  EBADF: 'the descriptor is closed',
}

function unshareNetwork(): void {
  try {
    unshare(CLONE_NEWNET)
  } catch (error) {
    if (!(error instanceof SysError)) throw error
    throw new SysError('unshare', error.errno, 'a new network namespace', UNSHARE_ADVICE[error.code])
  }
}

const UNSHARE_ADVICE: Readonly<Record<string, string>> = {
  EPERM: 'making a namespace needs CAP_SYS_ADMIN (root)',
  ENOSPC: 'the limit in /proc/sys/user/max_net_namespaces is reached',
  EINVAL: 'the kernel has no network namespaces (CONFIG_NET_NS)',
}

function comeBack(home: number): void {
  try {
    setns(home, CLONE_NEWNET)
  } catch (error) {
    process.stderr.write(`netloom: cannot return to the own network namespace, so this process ends: ${error}\n`)
    process.abort()
  }
}

let started = false
/**
 * libuv makes its pool threads at the first asynchronous call, and they inherit the namespace of the thread that
 * makes it, for ever: so they are made before the first switch.
 */
function startThreadPool(): void {
  if (started) return
  started = true
  stat('/', () => {})
}
