// What commands touch of the world: connections, output, named namespaces. Tests put a recorded kernel here.
import { readFileSync, writeSync } from 'node:fs'
import { connect, type NetlinkOptions } from '../connect.ts'
import type { Connection } from '../netlink/connection.ts'
import { NetlinkError, type NetlinkWarning } from '../netlink/error.ts'
import { ipBytes } from '../netlink/text.ts'
import { listNamed } from '../netns/named.ts'
import * as nsid from '../ops/nsid.ts'
import { type BpfProgramInfo, bpfProgram, hostName, SysError, UnsupportedError } from '../sys/libc.ts'
import { codeOf, NetnsError, type NetnsReference } from '../sys/netns-path.ts'
import type { Names } from './sheet.ts'

export interface Host {
  /** A connection in a namespace, in this one where it is left out; to rtnetlink where no other protocol is said. */
  open(netns?: NetnsReference, options?: Pick<NetlinkOptions, 'receiveBuffer' | 'strict' | 'protocol'>): Connection
  /** Standard output; bytes are what `save` writes. */
  out(text: string | Uint8Array): void
  /** Standard error. */
  err(text: string): void
  /** The names of namespaces by the id that the connection's namespace has for them. */
  netnsNames(connection: Connection): ReadonlyMap<number, string>
  /** Names of users, groups, hosts and BPF programs. */
  readonly accounts: Pick<Names, 'user' | 'group' | 'hostName' | 'program'>
}

/** The status of a process that SIGPIPE ended, as shells count. */
const BROKEN_PIPE = 141

/** The real one. */
export const machine: Host = {
  open(netns, options = {}) {
    const onWarning = ({ message }: NetlinkWarning): void =>
      machine.err(`Warning: ${message}${/[.\n]$/.test(message) ? '' : '.'}\n`)
    return connect({ ...options, onWarning, ...(netns !== undefined && { netns }) })
  },
  out: text => writeAll(1, text),
  err: text => writeAll(2, text),
  netnsNames: connection =>
    new Map(listNamed().flatMap(({ name, stale }) => (stale ? [] : pairOf(idOf(connection, name), name)))),
  accounts: {
    user: id => account('/etc/passwd', id),
    group: id => account('/etc/group', id),
    hostName: resolved,
    program: loadedProgram,
  },
}

function loadedProgram(id: number): BpfProgramInfo | undefined {
  try {
    return bpfProgram(id)
  } catch (error) {
    if (error instanceof SysError || error instanceof UnsupportedError) return undefined
    throw error
  }
}

function resolved(address: string): string | undefined {
  const bytes = ipBytes(address)
  return bytes && hostName(bytes)
}

const pairOf = (id: number | undefined, name: string): [number, string][] => (id === undefined ? [] : [[id, name]])

/** The id that the connection's namespace has for a named one; undefined: none, or the name is gone or stale. */
export function idOf(connection: Connection, name: string): number | undefined {
  try {
    return connection.runSync(nsid.get(name))
  } catch (error) {
    if (error instanceof NetnsError || error instanceof NetlinkError) return undefined
    throw error
  }
}

/**
 * Writes synchronously and leaves Node's streams alone: they would make a pipe non-blocking, for whoever shares it too.
 * When the reader has gone the process ends quietly, as the signal would end it.
 */
function writeAll(fd: number, text: string | Uint8Array): void {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at)
    } catch (error) {
      const code = codeOf(error)
      if (code === 'EPIPE') process.exit(BROKEN_PIPE)
      if (code !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
    }
  }
}

/** The name of a numeric id in /etc/passwd or /etc/group. */
function account(file: string, id: number): string | undefined {
  try {
    const line = readFileSync(file, 'utf8')
      .split('\n')
      .find(entry => entry.split(':')[2] === String(id))
    return line?.split(':')[0]
  } catch {
    return undefined
  }
}
