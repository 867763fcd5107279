// Network namespaces as a library has them: create, open, list, delete by name; a handle that runs, spawns and pings
// inside, and makes sockets there. Names are iproute2's (named.ts); deleting looks inside first (delete.ts).
import type { ChildProcess, SpawnOptions } from 'node:child_process'
import type { Socket as UdpSocket } from 'node:dgram'
import { closeSync, openSync } from 'node:fs'
import type { AgentOptions, Agent as HttpAgent } from 'node:http'
import type { Agent as HttpsAgent, AgentOptions as HttpsAgentOptions } from 'node:https'
import type { Server, Socket } from 'node:net'
import type { Worker, WorkerOptions } from 'node:worker_threads'
import { childProcess } from '../sys/builtin.ts'
import { enter, inNewNamespace } from '../sys/enter.ts'
import {
  identityOf,
  NetnsError,
  type NetnsIdentity,
  type NetnsReference,
  OWN_NETNS,
  openNetns,
} from '../sys/netns-path.ts'
import { NETNS_ETC_DIRECTORY } from './exec.ts'
import { type ExecOptions, type ExecResult, exec } from './exec-promise.ts'
import { type Fetcher, fetcher, httpAgent, httpsAgent } from './http.ts'
import { createNamed } from './named.ts'
import { type PingOptions, type PingResult, ping } from './ping.ts'
import { type NetnsProcess, processesIn } from './processes.ts'
import { type NodeLookup, nodeLookup, resolver } from './resolver.ts'
import {
  type ConnectOptions,
  connect,
  type ListenOptions,
  type Lookup,
  listen,
  type NameLookupOptions,
  type ResolvedAddress,
} from './sockets.ts'
import { worker } from './worker.ts'

export { deleteNetns as delete } from './delete.ts'
export { attachNamed as attach, listNamed as list } from './named.ts'
export { identify } from './processes.ts'
export { watch } from './watch-all.ts'

/** An open network namespace. Closing it closes the descriptor; a named namespace stays. */
export class Netns implements Disposable {
  /** Its name, where it was opened or made by one. */
  readonly name: string | undefined
  /**
   * The directory of its own `resolv.conf` and `hosts`, by which names resolve inside; a file that is not there is
   * looked for in /etc. `/etc/netns/NAME` where it has a name; another may be set, for one without a name too.
   */
  etc: string | undefined
  readonly #fd: number
  readonly #lookup: Lookup
  #fetcher: Fetcher | undefined
  #open = true

  /** Takes over `fd`. */
  constructor(fd: number, name?: string) {
    this.#fd = fd
    this.name = name
    this.etc = name === undefined ? undefined : `${NETNS_ETC_DIRECTORY}/${name}`
    this.#lookup = resolver(this.#inside, () => this.etc)
  }

  readonly #inside = <T>(work: () => T): T => this.run(work)

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
    return this.run(() => childProcess().spawn(command, args, options))
  }

  /**
   * Runs a process inside to its end, and answers its output and status; a status other than 0 is an answer too.
   * The names that the process looks up are asked for inside, but by the /etc/resolv.conf of outside.
   */
  exec(command: string, args: readonly string[] = [], options: ExecOptions = {}): Promise<ExecResult> {
    return exec(this.#inside, command, args, options)
  }

  /**
   * Lets a net, http or https server, or a dgram socket, of this process listen inside; answers it when it does.
   * Not `run(() => server.listen(port, 'name'))`: the look-up makes that listen late, and so outside, silently. The
   * socket is the server's from then on: closing it is `server.close()`. While it is open the namespace lives.
   * `server.address()` of a link-local address throws `ENXIO` unless asked inside: `ns.run(() => server.address())`.
   * A dgram socket that sends to names needs `createSocket({ type, lookup: ns.nodeLookup })`, or it asks outside.
   * @throws SysError `EADDRINUSE`, `EADDRNOTAVAIL`, `EACCES`; NetnsError `ENOTFOUND` for a host that has no address.
   */
  listen<S extends Server | UdpSocket>(server: S, options: ListenOptions = {}): Promise<S> {
    return listen(this.#inside, this.#lookup, server, options)
  }

  /**
   * Connects from inside. A name is resolved inside and its addresses are tried in order, IPv4 first; each gets its
   * share of the time. The namespace lives while the socket is open.
   * @throws what the (only) attempt came to (`ECONNREFUSED`), AggregateError for several; NetnsError `ETIMEDOUT`,
   * `ENOTFOUND`, `EAI_AGAIN` when no DNS server answers; the reason of `options.signal`.
   */
  connect(options: ConnectOptions): Promise<Socket> {
    return connect(this.#inside, this.#lookup, options)
  }

  /**
   * The addresses of a name as seen from inside: by the hosts file, then by the servers of resolv.conf (see
   * {@link etc}), asked from inside. Node's dns.lookup asks outside, wherever it is called.
   * @throws NetnsError `ENOTFOUND`, `EAI_AGAIN` when no server answers; the reason of `options.signal`.
   */
  lookup(name: string, options: NameLookupOptions = {}): Promise<ResolvedAddress[]> {
    return this.#lookup(name, options)
  }

  /** {@link lookup} in the shape of dns.lookup, for the `lookup` option of Node's sockets. */
  get nodeLookup(): NodeLookup {
    return nodeLookup(this.#lookup)
  }

  /** As the global fetch, from inside (undici's). Its connections are kept for the next; closing the handle ends them. */
  async fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    void this.fd
    this.#fetcher ??= fetcher(to => this.connect(to))
    return this.#fetcher.fetch(input, init)
  }

  /** An agent for node:http whose connections are made inside: `http.get(url, { agent })`. Destroy it yourself. */
  agent(options?: AgentOptions): HttpAgent {
    return httpAgent(to => this.connect(to), options)
  }

  /** The same for node:https. */
  httpsAgent(options?: HttpsAgentOptions): HttpsAgent {
    return httpsAgent(to => this.connect(to), options)
  }

  /**
   * A Worker whose thread lives inside, with all of Worker's options: its sockets, synchronous file system calls and
   * children are inside, and its names are resolved there. What it leaves to the pool threads (async fs: a read of
   * /proc/sys/net) is outside. Netlink requests work in it, subscriptions do not.
   */
  worker(file: string | URL, options: WorkerOptions = {}): Worker {
    return worker(this.#inside, this.etc, file, options)
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
    this.#fetcher?.close()
    closeSync(this.#fd)
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

/**
 * Makes a namespace with a name, as `ip netns add NAME`, and opens it.
 * @throws NetnsError `EEXIST` for a taken name, `EPERM` without CAP_SYS_ADMIN, `ERR_NETNS_NAME`.
 *
 * @example
 * ```ts
 * using ns2 = netns.create('ns2')
 * console.log(ns2.name) // ns2
 * ```
 */
export function create(name: string): Netns {
  createNamed(name)
  return open(name)
}

/**
 * Opens a namespace by name, path, `{ pid }` or `{ fd }` (a duplicate of it). Never creates one.
 * @throws NetnsError `ENOENT`, `ERR_NETNS_STALE` for a file without a namespace, `EACCES`.
 *
 * @example
 * ```ts
 * using ns1 = netns.open('ns1') // or { pid: 1445 }, '/proc/1445/ns/net', { fd: 7 }
 * ```
 */
export function open(reference: NetnsReference): Netns {
  const name = typeof reference === 'string' ? reference : 'name' in reference ? reference.name : undefined
  return new Netns(openNetns(reference), name?.startsWith('/') ? undefined : name)
}

/**
 * The namespace that the calling thread is in.
 *
 * @example
 * ```ts
 * using here = netns.current()
 * const inside = Netlink.open({ netns: here })
 * inside.close()
 * ```
 */
export function current(): Netns {
  return new Netns(openNetns({ path: OWN_NETNS }))
}

/**
 * A namespace without a name and without a file: it ends with its handle (and with what still runs inside).
 *
 * @example
 * ```ts
 * using lab = netns.temporary()
 * using inside = Netlink.open({ netns: lab })
 * console.log((await inside.run(link.list())).map(one => one.name)) // [ 'lo' ]
 * ```
 */
export function temporary(): Netns {
  return new Netns(inNewNamespace(() => openSync(OWN_NETNS, 'r')))
}
