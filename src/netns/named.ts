// Named network namespaces as iproute2 keeps them: /run/netns/NAME with a namespace bind-mounted on it. Create, attach,
// delete, list, in iproute2's own steps, so that each sees, enters and deletes the other's; and what a killed creation
// or deletion leaves behind is repaired. Looks at names only: what lives inside is for others. Knows no netlink.
import {
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  opendirSync,
  openSync,
  readFileSync,
  statSync,
  unlinkSync,
} from 'node:fs'
import { inNewNamespace } from '../sys/enter.ts'
import {
  lock,
  MNT_DETACH,
  MS_BIND,
  MS_PRIVATE,
  MS_REC,
  MS_SHARED,
  mount,
  mustHaveLibc,
  UMOUNT_NOFOLLOW,
  umount,
} from '../sys/libc.ts'
import {
  codeOf,
  isNamespaceFile,
  NETNS_DIRECTORY,
  NetnsError,
  type NetnsIdentity,
  namedPath,
  OWN_NETNS,
  openNetns,
} from '../sys/netns-path.ts'

/** One entry of /run/netns. */
export interface NamedNetns {
  readonly name: string
  readonly path: string
  /** No namespace is behind the file: entering it fails, deleting it clears it. */
  readonly stale: boolean
  /** Which namespace it is; absent for a stale one. */
  readonly device?: number
  readonly inode?: number
}

/**
 * Makes a new network namespace and gives it a name, as `ip netns add NAME` does. The calling thread is in the new
 * namespace for a moment and comes back. Everything happens, or nothing: a failure leaves no file and no mount.
 * An empty file that a killed creation left under the name is cleared first.
 * @throws NetnsError `EEXIST` for a taken name, `EPERM` without CAP_SYS_ADMIN, `ERR_NETNS_NAME`.
 */
export function createNamed(name: string): void {
  const path = namedPath(name)
  withLockedDirectory('create', name, () => inNewNamespace(() => mount(OWN_NETNS, path, 'none', MS_BIND)))
}

/**
 * Gives the namespace that process `pid` is in a name, as `ip netns attach NAME PID` does. `pid` may be a thread's id.
 * @throws NetnsError `ENOENT` when there is no such process; otherwise as `netns.create`.
 *
 * @example
 * ```ts
 * using ns1 = netns.open('ns1')
 * const child = ns1.spawn('sleep', ['60'])
 * netns.attach('same', child.pid!)
 * console.log(netns.list().length) // 2
 * child.kill('SIGKILL')
 * ```
 */
export function attachNamed(name: string, pid: number): void {
  const path = namedPath(name)
  const fd = openNetns({ pid })
  try {
    withLockedDirectory('attach', name, () => mount(`/proc/thread-self/fd/${fd}`, path, 'none', MS_BIND))
  } finally {
    closeSync(fd)
  }
}

/**
 * Takes a name away: unmounts and removes its file, as `ip netns delete NAME` does, a stale one too. The namespace
 * itself lives on as long as a process, an open file or another mount holds it.
 * @throws NetnsError `ENOENT` for an unknown name, `EPERM` without CAP_SYS_ADMIN.
 */
export function deleteNamed(name: string): void {
  const path = namedPath(name)
  mustHaveLibc()
  try {
    const directory = lockDirectory()
    try {
      unmountAll(path)
      unlinkSync(path)
    } finally {
      closeSync(directory)
    }
  } catch (cause) {
    throw failure('delete', name, cause)
  }
}

/**
 * All names, in the order in which the directory gives them (as `ip netns list`); none where there is no directory.
 *
 * @example
 * ```ts
 * console.log(netns.list().map(({ name }) => name)) // [ 'ns1' ]
 * ```
 */
export function listNamed(): NamedNetns[] {
  return namesInDirectory().flatMap(name => describe(name) ?? [])
}

function namesInDirectory(): string[] {
  const names: string[] = []
  try {
    const directory = opendirSync(NETNS_DIRECTORY)
    try {
      for (let entry = directory.readSync(); entry; entry = directory.readSync()) names.push(entry.name)
    } finally {
      directory.closeSync()
    }
  } catch (cause) {
    if (codeOf(cause) !== 'ENOENT') throw failure('list', '', cause)
  }
  return names
}

/** Undefined when the name has gone meanwhile. */
function describe(name: string): NamedNetns | undefined {
  const path = `${NETNS_DIRECTORY}/${name}`
  const identity = namedIdentity(name)
  if (identity) return { name, path, stale: false, ...identity }
  return exists(path) ? { name, path, stale: true } : undefined
}

/** Which namespace a name stands for; undefined for a stale or an unknown name. */
export function namedIdentity(name: string): NetnsIdentity | undefined {
  const path = `${NETNS_DIRECTORY}/${name}`
  try {
    if (!isNamespaceFile(path)) return undefined
    const { dev, ino } = statSync(path)
    return { device: dev, inode: ino }
  } catch {
    return undefined
  }
}

const exists = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined

// ── making a name ──────────────────────────────────────────────────────────

/** Makes the file of `name` and runs `bind` to mount a namespace on it; takes the file away again if that fails. */
function withLockedDirectory(doing: string, name: string, bind: () => void): void {
  const path = namedPath(name)
  mustHaveLibc()
  try {
    makeDirectory()
    const directory = lockDirectory()
    try {
      shareDirectory()
      clearLeftover(path)
      createFile(path)
      try {
        bind()
      } catch (error) {
        unlinkSync(path)
        throw error
      }
    } finally {
      closeSync(directory)
    }
  } catch (cause) {
    throw failure(doing, name, cause)
  }
}

function makeDirectory(): void {
  try {
    mkdirSync(NETNS_DIRECTORY, 0o755)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
}

function createFile(path: string): void {
  closeSync(openSync(path, constants.O_RDONLY | constants.O_CREAT | constants.O_EXCL, 0))
}

/**
 * Takes the lock that `ip netns add` takes, too; closing the descriptor gives it back. iproute2 holds it while it
 * makes the directory a mount; we hold it until the name is ready, so that a file without a namespace, found under
 * the lock, is nobody's work in progress (of netloom's).
 */
function lockDirectory(): number {
  const fd = openSync(NETNS_DIRECTORY, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    lock(fd)
    return fd
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

/**
 * Makes the directory a shared mount, so that a name made or deleted here is made and deleted in other mount
 * namespaces (iproute2: ip/ipnetns.c: netns_add). Its own peer group, not its parent's: within that one each
 * namespace would be mounted twice.
 */
function shareDirectory(): void {
  try {
    makeShared()
  } catch (error) {
    if (codeOf(error) !== 'EINVAL') throw error
    mount(NETNS_DIRECTORY, NETNS_DIRECTORY, 'none', MS_BIND | MS_REC)
    mount('', NETNS_DIRECTORY, 'none', MS_PRIVATE | MS_REC)
    makeShared()
  }
  repairPeerGroup()
}

const makeShared = (): void => mount('', NETNS_DIRECTORY, 'none', MS_SHARED | MS_REC)

let peerGroupChecked = false
/**
 * Who was killed between the bind and MS_PRIVATE has left the directory in its parent's peer group. With names in it
 * (an older iproute2 makes it so) it stays: each is mounted twice already, and only peers go together.
 */
function repairPeerGroup(): void {
  if (peerGroupChecked) return
  const mounts = readMounts()
  const directory = mounts.findLast(m => m.path === NETNS_DIRECTORY)
  const parent = mounts.find(m => m.id === directory?.parent)
  const inUse = mounts.some(m => m.parent === directory?.id)
  if (directory?.group !== undefined && directory.group === parent?.group && !inUse) {
    mount('', NETNS_DIRECTORY, 'none', MS_PRIVATE)
    mount('', NETNS_DIRECTORY, 'none', MS_SHARED)
  }
  peerGroupChecked = true
}

interface Mount {
  readonly id: string
  readonly parent: string
  readonly path: string
  /** The peer group of a shared mount. */
  readonly group: string | undefined
}

/** proc(5): id, parent, device, root, mount point, options, optional fields. */
function readMounts(): Mount[] {
  const lines = readFileSync('/proc/thread-self/mountinfo', 'utf8').trimEnd().split('\n')
  return lines.map(line => {
    const [id = '', parent = '', , , path = ''] = line.split(' ', 5)
    return { id, parent, path, group: / shared:(\d+) .*- /.exec(line)?.[1] }
  })
}

// ── leftovers ──────────────────────────────────────────────────────────────

/**
 * How old a file without a namespace must be to be a leftover. iproute2 makes the file and mounts the namespace on it
 * without the lock, so a young one may be its work in progress.
 */
const LEFTOVER_AGE_MS = 1000

/** Removes what a killed creation or deletion left under a name: an empty file of mode 0, and no namespace on it. */
function clearLeftover(path: string): void {
  const deadline = Date.now() + LEFTOVER_AGE_MS
  let age = leftoverAge(path)
  while (age !== undefined && age < LEFTOVER_AGE_MS && Date.now() < deadline) {
    sleep(5)
    age = leftoverAge(path)
  }
  if (age !== undefined) unlinkSync(path)
}

/** Milliseconds since a leftover was made; undefined when there is none. */
function leftoverAge(path: string): number | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (!stats?.isFile() || stats.size !== 0 || (stats.mode & 0o7777) !== 0 || isNamespaceFile(path)) return undefined
  return Date.now() - stats.ctimeMs
}

function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}

const MAX_STACKED_MOUNTS = 64

/**
 * Unmounts all that is mounted on a name: one mount usually, more where the directory was not private. Never through
 * a symbolic link (to /proc/PID/ns/net, as container tools make them; to another name): a link is only removed.
 */
function unmountAll(path: string): void {
  for (let i = 0; i < MAX_STACKED_MOUNTS; i++) {
    try {
      umount(path, MNT_DETACH | UMOUNT_NOFOLLOW)
    } catch (error) {
      const code = codeOf(error)
      if (code === 'EINVAL' || code === 'ENOENT') return
      throw error
    }
  }
}

// ── errors ─────────────────────────────────────────────────────────────────

const NEEDS_ROOT = 'it needs CAP_SYS_ADMIN (root) and write access there'

const REASONS: Readonly<Record<string, string>> = {
  'delete ENOENT': 'there is no such name',
  EPERM: NEEDS_ROOT,
  EACCES: NEEDS_ROOT,
}

const whyTaken = (name: string): string =>
  namedIdentity(name)
    ? 'the name is taken; choose another, or delete it first'
    : 'a file that is no namespace (a stale one) has the name; delete it first'

function failure(doing: string, name: string, cause: unknown): unknown {
  if (cause instanceof NetnsError || !(cause instanceof Error)) return cause
  const code = codeOf(cause)
  const where = name ? namedPath(name) : NETNS_DIRECTORY
  const what = name ? `network namespace "${name}"` : 'the network namespaces'
  const reason = code === 'EEXIST' ? whyTaken(name) : (REASONS[`${doing} ${code}`] ?? REASONS[code])
  const detail = reason ? `${reason} (${code})` : cause.message
  return new NetnsError(code, `cannot ${doing} ${what} at ${where}: ${detail}`, cause)
}
