// One command in one namespace: its connection, what it knows of links by name and number, and how it shows things.
import type { Connection } from '../netlink/connection.ts'
import { NetlinkError } from '../netlink/error.ts'
import { NLM_F_ECHO } from '../netlink/message.ts'
import type { Decode, Request } from '../netlink/request.ts'
import * as setOps from '../ops/ip-set.ts'
import * as linkOps from '../ops/link.ts'
import { type Link, linkMessage } from '../route/link.ts'
import { type BpfProgramInfo, close, SysError } from '../sys/libc.ts'
import { NetnsError } from '../sys/netns-path.ts'
import { CommandError, isKernelError, USAGE, USER } from './errors.ts'
import type { Host } from './host.ts'
import type { Settings } from './options.ts'
import type { Names, Show } from './sheet.ts'

/** How to read and to show what the kernel made of a change: with `-echo` it tells the one who asked. */
export interface Echo {
  readonly decode: Decode<any>
  print(item: any): string
}

export class Session implements Names, Disposable {
  readonly settings: Settings
  readonly host: Host
  #connection: Connection | undefined
  #netfilter: Connection | undefined
  readonly #links = new Map<number, Link | undefined>()
  readonly #held: number[] = []
  #netns: ReadonlyMap<number, string> | undefined

  constructor(settings: Settings, host: Host) {
    this.settings = settings
    this.host = host
  }

  get show(): Show {
    return this.settings.show
  }

  /** Opened at its first use: a wrong command line needs none. */
  get connection(): Connection {
    this.#connection ??= this.#open()
    return this.#connection
  }

  #open(): Connection {
    const { netns, receiveBuffer } = this.settings
    try {
      return this.host.open(netns, receiveBuffer === undefined ? {} : { receiveBuffer })
    } catch (error) {
      if (netns !== undefined && error instanceof NetnsError) throw notEntered(netns, error)
      throw error
    }
  }

  run<T>(request: Request<T, any>): T {
    try {
      return this.connection.runSync(request)
    } finally {
      if (request.mode === 'change' && request.message === linkMessage) this.forget()
    }
  }

  /** The change that a command ends with. In a batch that goes on behind failures it may travel with other lines'. */
  apply(request: Request<void>, echo?: Echo): void {
    if (!this.settings.echo || !echo) {
      this.run(request)
      return
    }
    const { decode, print } = echo
    const flags = request.flags | NLM_F_ECHO
    const told = this.run<unknown[]>({ ...request, flags, decode, finish: (items: unknown[]) => items })
    for (const item of told) this.print(print(item))
  }

  print(text: string | Uint8Array): void {
    if (text.length > 0) this.host.out(text)
  }

  [Symbol.dispose](): void {
    this.#connection?.close()
    this.#netfilter?.close()
    this.release()
  }

  /** A descriptor that the command's request names: it is closed when that is sent. */
  hold(fd: number): number {
    this.#held.push(fd)
    return fd
  }

  protected release(): void {
    for (const fd of this.#held.splice(0)) close(fd)
  }

  // ── links ────────────────────────────────────────────────────────────────

  /** Keeps links that were listed: their names need not be asked for. */
  remember(links: readonly Link[]): readonly Link[] {
    for (const link of links) this.#links.set(link.index, link)
    return links
  }

  /** A link by its name; undefined: there is none. */
  find(name: string): Link | undefined {
    try {
      const found = this.run(linkOps.get(name))
      this.#links.set(found.index, found)
      return found
    } catch (error) {
      if (isKernelError(error, 'ENODEV')) return undefined
      throw error
    }
  }

  /** A link that must be there: `Cannot find device "veth9"` where it is not. */
  device(name: string): Link {
    const found = this.find(name)
    if (found) return found
    throw new CommandError(USER, `Cannot find device "${name}"`, this.absent(name))
  }

  /** Why a link may not be found. */
  absent(name: string): string {
    const { netns } = this.settings
    return `netloom: no link of ${netns === undefined ? 'this namespace' : `namespace ${netns}`} is called '${name}'`
  }

  /** What is known of links may no longer hold. */
  protected forget(): void {
    this.#links.clear()
  }

  link(index: number): { readonly name: string; readonly up: boolean } | undefined {
    // What an odd message says is no link of ours.
    if (index < 1 || index > 0x7fffffff) return undefined
    if (!this.#links.has(index)) this.#links.set(index, this.#ask(index))
    const found = this.#links.get(index)
    return found && { name: found.name ?? `if${index}`, up: found.up }
  }

  #ask(index: number): Link | undefined {
    try {
      return this.run(linkOps.get(index))
    } catch (error) {
      if (isKernelError(error, 'ENODEV', 'EINVAL')) return undefined
      throw error
    }
  }

  netns(nsid: number): string | undefined {
    this.#netns ??= this.host.netnsNames(this.connection)
    return this.#netns.get(nsid)
  }

  user(id: number): string | undefined {
    return this.host.accounts.user?.(id)
  }

  hostName(address: string): string | undefined {
    return this.host.accounts.hostName?.(address)
  }

  group(id: number): string | undefined {
    return this.host.accounts.group?.(id)
  }

  /** The number of a set of ipset(8); undefined: there is none of that name. Throws where the kernel has no sets. */
  setNumber(name: string): number | undefined {
    return this.#askNetfilter(setOps.numberOf(name))
  }

  setName(index: number): string | undefined {
    try {
      return this.#askNetfilter(setOps.nameOf(index))
    } catch (error) {
      if (error instanceof NetlinkError || error instanceof SysError) return undefined
      throw error
    }
  }

  #askNetfilter<T>(request: Request<T>): T | undefined {
    this.#netfilter ??= this.host.open(this.settings.netns, { protocol: 'netfilter' })
    try {
      return this.#netfilter.runSync(request)
    } catch (error) {
      if (isKernelError(error, 'ENOENT')) return undefined
      throw error
    }
  }

  program(id: number): BpfProgramInfo | undefined {
    return this.host.accounts.program?.(id)
  }
}

/** What `ip` says when it cannot enter a namespace. */
export function notEntered(name: string, error: NetnsError): CommandError {
  const text =
    error.code === 'ERR_NETNS_STALE' || error.code === 'ERR_NETNS_TYPE'
      ? `setting the network namespace "${name}" failed: Invalid argument`
      : `Cannot open network namespace "${name}": ${openErrors[error.code] ?? error.code}`
  return new CommandError(USAGE, text, `netloom: ${error.message}`)
}

const openErrors: Readonly<Record<string, string>> = {
  ENOENT: 'No such file or directory',
  ERR_NETNS_NAME: 'No such file or directory',
  EACCES: 'Permission denied',
  EPERM: 'Operation not permitted',
}
