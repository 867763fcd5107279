// Network namespaces as a library has them: create, open, list, delete by name; a handle that runs, spawns and pings
// inside. Names are iproute2's (named.ts); deleting looks inside first (delete.ts).
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { enter, inNewNamespace, OWN_NETNS } from '../sys/enter.ts'
import { identityOf, NetnsError, type NetnsIdentity, type NetnsReference, openNetns } from '../sys/netns-path.ts'
import { createNamed } from './named.ts'
import { type PingOptions, type PingResult, ping } from './ping.ts'
import { type NetnsProcess, processesIn } from './processes.ts'

export { deleteNetns as delete } from './delete.ts'
export { attachNamed as attach, listNamed as list } from './named.ts'
export { identify } from './processes.ts'
export { watchNamed as watch } from './watch.ts'

/** An open network namespace. Closing it closes the descriptor; a named namespace stays. */
export class Netns implements Disposable {
  /** Its name, where it was opened or made by one. */
  readonly name: string | undefined
  readonly #fd: number
  #open = true

  /** Takes over `fd`. */
  constructor(fd: number, name?: string) {
    this.#fd = fd
    this.name = name
  }

  /** The open descriptor: what requests send (IFLA_NET_NS_FD). Throws once the handle is closed. */
  get fd(): number {
    if (!this.#open) throw new NetnsError('ERR_CLOSED', `this handle of ${this.name ?? 'a namespace'} is closed`)
    return this.#fd
  }

  /** What tells it from others, however it is reached. */
  get identity(): NetnsIdentity {
    return identityOf(this.fd)
  }

  /**
   * Runs a synchronous function inside, and answers what it returns. What it only begins (a promise, async fs,
   * `server.listen(port, 'name')`, whose look-up makes it late) happens outside: a socket made inside stays inside.
   */
  run<T>(work: () => T): T {
    return enter(this.fd, work)
  }

  /** Starts a process inside: child_process.spawn with all of its options. Its /sys is still the one outside. */
  spawn(command: string, args: readonly string[] = [], options: SpawnOptions = {}): ChildProcess {
    return this.run(() => spawn(command, args, options))
  }

  /** ICMP or ICMPv6 echo from inside. `address` is an address, not a name. */
  ping(address: string, options: PingOptions = {}): Promise<PingResult> {
    return ping(work => this.run(work), address, options)
  }

  /** Who lives inside: processes, and single threads that went there alone. */
  processes(): NetnsProcess[] {
    return processesIn(this.identity)
  }

  close(): void {
    if (!this.#open) return
    this.#open = false
    closeSync(this.#fd)
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

/**
 * Makes a namespace with a name, as `ip netns add NAME`, and opens it.
 * @throws NetnsError `EEXIST` for a taken name, `EPERM` without CAP_SYS_ADMIN, `ERR_NETNS_NAME`.
 */
export function create(name: string): Netns {
  createNamed(name)
  return open(name)
}

/**
 * Opens a namespace by name, path, `{ pid }` or `{ fd }` (a duplicate of it). Never creates one.
 * @throws NetnsError `ENOENT`, `ERR_NETNS_STALE` for a file without a namespace, `EACCES`.
 */
export function open(reference: NetnsReference): Netns {
  const name = typeof reference === 'string' ? reference : 'name' in reference ? reference.name : undefined
  return new Netns(openNetns(reference), name?.startsWith('/') ? undefined : name)
}

/** The namespace that the calling thread is in. */
export function current(): Netns {
  return new Netns(openNetns({ path: OWN_NETNS }))
}

/** A namespace without a name and without a file: it ends with its handle (and with what still runs inside). */
export function temporary(): Netns {
  return new Netns(inNewNamespace(() => openSync(OWN_NETNS, 'r')))
}
