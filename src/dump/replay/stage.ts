// The namespaces in which a capture is replayed: finds there the numbers of links, namespaces and families, sends requests
// as they are, and hears what is answered, byte by byte.
import { closeSync } from 'node:fs'
import { socketIn } from '../../connect.ts'
import { GENL_ID_CTRL } from '../../generic/controller.ts'
import { Connection } from '../../netlink/connection.ts'
import { NetlinkError } from '../../netlink/error.ts'
import { NETLINK_GENERIC, NETLINK_ROUTE, NLMSG_HDRLEN } from '../../netlink/message.ts'
import type { Request } from '../../netlink/request.ts'
import { TappedSocket } from '../../netlink/tap.ts'
import * as family from '../../ops/generic-family.ts'
import * as nsid from '../../ops/nsid.ts'
import { unknownMessage } from '../../ops/raw.ts'
import { linkIndex } from '../../ops/reference.ts'
import { openNetns } from '../../sys/netns-path.ts'
import type { DissectedMessage } from '../dissected.ts'
import type { Kind } from './references.ts'

/** Answers are received at once. */
const BINDING = 'koffi'

/** A connection, and what went over it since it was last asked. */
interface Wire {
  readonly connection: Connection
  heard: Uint8Array[]
}

/** The namespace of a capture, and those that its programs entered. */
export class Stage {
  readonly #home: Place
  readonly #places = new Map<string, Place>()

  /** Throws NetnsError where there is no such namespace. */
  constructor(netns: string) {
    this.#home = new Place(netns)
  }

  /** A namespace by name or path; undefined: the capture's. Throws NetnsError. */
  at(netns: string | undefined): Place {
    if (netns === undefined) return this.#home
    const known = this.#places.get(netns)
    if (known) return known
    const place = new Place(netns)
    this.#places.set(netns, place)
    return place
  }

  close(): void {
    for (const place of [this.#home, ...this.#places.values()]) place.close()
  }
}

/** One namespace. */
export class Place {
  readonly #netns: number
  readonly #wires = new Map<string, Wire>()
  readonly #lookups = new Map<number, Connection>()
  /** Open descriptors of other namespaces by name. */
  readonly #namespaces = new Map<string, number>()
  readonly #families = new Map<string, number>()

  /** Throws NetnsError where there is no such namespace, SysError where it cannot be entered. */
  constructor(netns: string) {
    this.#netns = openNetns(netns)
    try {
      this.#lookup(NETLINK_ROUTE)
    } catch (error) {
      closeSync(this.#netns)
      throw error
    }
  }

  /** Finds all that is there before anything is sent. Throws NetnsError, NetlinkError. */
  prepare(kind: Kind, name: string): void {
    if (kind === 'family') this.#family(name)
    else if (kind !== 'link') this.#namespace(name)
  }

  /** The number of what is called so here, now. Throws NetlinkError where there is none. */
  numberOf(kind: Kind, name: string): number {
    if (kind === 'family') return this.#family(name)
    if (kind === 'link') return this.#link(name)
    return kind === 'nsid' ? this.#nsid(name) : this.#namespace(name)
  }

  /**
   * Sends a request from its nlmsghdr on, with a new sequence number and port id, and hears all that is answered. `isDump`
   * tells where the answer ends. Without `strict`, filters are not the kernel's, and old forms of questions are good.
   */
  send(message: DissectedMessage, bytes: Uint8Array, isDump: boolean, strict: boolean): Sent {
    const wire = this.#wire(message.protocol, strict)
    wire.heard = []
    let failure: string | undefined
    try {
      wire.connection.runSync(asRequest(message, bytes, isDump), { onWarning: () => {} })
    } catch (error) {
      // The kernel's no is an answer.
      if (!(error instanceof NetlinkError)) failure = (error as Error).message
    }
    return { heard: wire.heard, ...(failure === undefined ? {} : { failure }) }
  }

  close(): void {
    for (const { connection } of this.#wires.values()) connection.close()
    for (const connection of this.#lookups.values()) connection.close()
    for (const fd of [this.#netns, ...this.#namespaces.values()]) closeSync(fd)
  }

  #wire(protocol: number, strict: boolean): Wire {
    const key = `${protocol} ${strict}`
    const known = this.#wires.get(key)
    if (known) return known
    const socket = socketIn({ fd: this.#netns }, { binding: BINDING, strict }, protocol)
    const tapped = new TappedSocket(socket, ({ bytes }) => void wire.heard.push(Uint8Array.from(bytes)))
    const wire: Wire = { connection: new Connection(tapped), heard: [] }
    this.#wires.set(key, wire)
    return wire
  }

  #lookup(protocol: number): Connection {
    const known = this.#lookups.get(protocol)
    if (known) return known
    const connection = new Connection(socketIn({ fd: this.#netns }, { binding: BINDING }, protocol))
    this.#lookups.set(protocol, connection)
    return connection
  }

  #link(name: string): number {
    const [reference] = linkIndex(name, 'link').needs
    return this.#lookup(NETLINK_ROUTE).runSync((reference as { ask: Request<number> }).ask)
  }

  #namespace(name: string): number {
    const known = this.#namespaces.get(name)
    if (known !== undefined) return known
    const fd = openNetns(name)
    this.#namespaces.set(name, fd)
    return fd
  }

  /** A namespace that has no id here gets one. */
  #nsid(name: string): number {
    const netns = { fd: this.#namespace(name) }
    const connection = this.#lookup(NETLINK_ROUTE)
    const known = connection.runSync(nsid.get(netns))
    if (known !== undefined) return known
    connection.runSync(nsid.set(netns))
    return connection.runSync(nsid.get(netns))!
  }

  #family(name: string): number {
    const known = this.#families.get(name) ?? (name === 'nlctrl' ? GENL_ID_CTRL : undefined)
    if (known !== undefined) return known
    const { familyId } = this.#lookup(NETLINK_GENERIC).runSync(family.get(name))
    this.#families.set(name, familyId!)
    return familyId!
  }
}

/** What became of a request. */
export interface Sent {
  /** The datagrams that went over the socket: the request, and what came. */
  readonly heard: readonly Uint8Array[]
  /** Why not all was heard, or nothing sent. */
  readonly failure?: string
}

/** An ack is asked for in any case: it tells where the answers end. */
const asRequest = (message: DissectedMessage, bytes: Uint8Array, isDump: boolean): Request<void> => ({
  op: 'replay',
  what: `send ${message.typeName}`,
  mode: isDump ? 'dump' : 'change',
  type: new DataView(bytes.buffer, bytes.byteOffset).getUint16(4, true),
  flags: message.flags,
  message: message.message ?? unknownMessage,
  needs: [],
  encode: w => void w.raw(bytes.subarray(NLMSG_HDRLEN)),
  finish: () => undefined,
})
