// A world of its own for a program that plays with networks: this command again, in private mount, network and pid
// namespaces, with a /run of its own. Nothing it does can reach the machine's network; it all ends with it.
import { mkdirSync } from 'node:fs'
import { childProcess } from '../sys/builtin.ts'
import {
  CLONE_NEWNET,
  CLONE_NEWNS,
  CLONE_NEWPID,
  MS_PRIVATE,
  MS_REC,
  mount,
  SysError,
  UnsupportedError,
  unshare,
} from '../sys/libc.ts'
import { NETNS_DIRECTORY } from '../sys/netns-path.ts'

/** Tells the command that it is inside. */
const MARK = 'NETLOOM_INSIDE'
/**
 * Whether this process was started by `runInSandbox`.
 *
 * @example
 * ```ts
 * console.log(typeof insideSandbox()) // boolean
 * ```
 */
export const insideSandbox = (): boolean => process.env[MARK] === '1'

/** Longer than anything that is played inside takes; a kernel whose RTNL lock is stuck never answers. */
const LONGEST = 60_000

/** By whom the namespaces are made: `self` needs root; `user` goes through a user namespace. */
export type Way = 'self' | 'user'

/**
 * Runs this very command again inside, and answers its exit status. It begins with `insideSandbox()` true, and should
 * call `furnishSandbox()` first. An ordinary user gets there through a user namespace (way `user`), by util-linux's
 * `unshare`: a process with several threads, as Node is, cannot make one itself. With `self` this process gives up its
 * own namespaces: it should do nothing more but end.
 *
 * @example
 * ```ts
 * async function main() {
 *   if (!insideSandbox()) process.exit(await runInSandbox())
 *   furnishSandbox()
 *   // … in private mount, network and pid namespaces from here on
 * }
 * ```
 */
export function runInSandbox(way: Way = process.getuid?.() === 0 ? 'self' : 'user'): Promise<number> {
  const command = [process.execPath, ...process.execArgv, ...process.argv.slice(1)]
  const root = way === 'self'
  if (root) leave()
  const user = ['unshare', '--user', '--map-root-user', '--mount', '--net', '--pid', '--fork', '--kill-child']
  const [file, ...args] = root ? command : [...user, ...command]
  const child = childProcess().spawn(file!, args, { stdio: 'inherit', env: { ...process.env, [MARK]: '1' } })
  return new Promise((resolve, reject) => {
    const end = (): boolean => child.kill('SIGKILL')
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end)
    const timer = setTimeout(() => {
      end()
      reject(new UnsupportedError(`no end after ${LONGEST / 1000} seconds: the kernel does not answer; see dmesg`))
    }, LONGEST)
    child.once('error', error => {
      clearTimeout(timer)
      reject(
        new UnsupportedError(`private namespaces need root, or util-linux's unshare: ${error.message}`, {
          cause: error,
        }),
      )
    })
    child.once('exit', (status, signal) => {
      clearTimeout(timer)
      resolve(signal ? 1 : (status ?? 1))
    })
  })
}

/** The next child of this thread is process 1 of a new pid namespace, in a new network and a new mount namespace. */
function leave(): void {
  try {
    unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID)
  } catch (error) {
    if (!(error instanceof SysError) || error.code !== 'EPERM') throw error
    throw new UnsupportedError('private namespaces need CAP_SYS_ADMIN: a container has it with --privileged', {
      cause: error,
    })
  }
}

let furnished = false
/**
 * Inside: mounts of its own, so that /proc, /sys and /run/netns show this world and not the machine's. Once is enough.
 *
 * @example
 * ```ts
 * async function main() {
 *   if (!insideSandbox()) process.exit(await runInSandbox())
 *   furnishSandbox()
 * }
 * ```
 */
export function furnishSandbox(): void {
  if (furnished) return
  furnished = true
  mount('none', '/', null, MS_REC | MS_PRIVATE)
  mount('proc', '/proc', 'proc', 0)
  mount('tmpfs', '/run', 'tmpfs', 0)
  mkdirSync(NETNS_DIRECTORY)
  try {
    mount('sysfs', '/sys', 'sysfs', 0)
  } catch {
    // An ordinary user may not always; nothing here reads /sys.
  }
}
