// What earlier messages of a capture tell about later ones: which request an answer belongs to, which generic netlink
// family has which id, which link has which index. Bounded, so that a long capture does not fill the memory.
import type { Node } from '../netlink/codec.ts'
import { NLMSG_DONE, NLMSG_ERROR } from '../netlink/message.ts'

const MOST_REQUESTS = 4096
/** Requests that have one sequence number: of several processes, or of one that counts badly. */
const MOST_OF_ONE_SEQUENCE = 16
const MOST_LINKS = 65_536
const MOST_SCOPES = 1024
/** Names come from the capture and are printed as they are: only harmless ones are learned. */
const FAMILY_NAME = /^[\w.-]{1,16}$/

/** What of a message decides where it belongs. */
export interface Place {
  readonly protocol: number
  readonly type: number
  readonly sequence: number
  readonly portId: number
}

/** A request, and what has come for it. */
export interface Exchange {
  readonly protocol: number
  readonly type: number
  /** The request from its nlmsghdr on. */
  readonly bytes: Uint8Array
  /** Who asked: 0 until an answer tells. */
  portId: number
  /** Over which socket, where the source says it. */
  socket: string | undefined
  /** The request's number as it is shown, and its time; 0 and undefined where nobody counts. */
  number: number
  time: bigint | undefined
  /** Messages that came for it, and the datagrams that they were in. */
  answers: number
  parts: number
  lastPart: unknown
}

/** Of a request that nothing has come for yet, and that nobody has counted. */
const UNNUMBERED = { socket: undefined, number: 0, time: undefined, answers: 0, parts: 0, lastPart: undefined }

/** What the source says of a message's datagram. */
export interface Carrier {
  readonly time?: bigint | undefined
  readonly socket?: string | undefined
  readonly process?: number | undefined
  readonly nsid?: number | undefined
}

/** How a message follows from a request. */
export interface Relation {
  readonly request: Exchange
  /** Which of the answers it is, from 1 on; 0 for the ack, the error or the end of a dump. */
  readonly answer: number
  /** Nanoseconds since the request, where both times are known. */
  readonly elapsed: bigint | undefined
}

export class Conversation {
  /** Generic netlink families by id. */
  readonly families = new Map<number, string>()
  /** Links' names by index, as answers and notifications told them; for each process and namespace id. */
  private readonly links = new Map<string, Map<number, string>>()
  private readonly requests = new Map<number, Exchange[]>()
  /** What was looked up last: messages come in rows of one exchange, and of one process and namespace. */
  private lastKey = -1
  private lastSame: Exchange[] | undefined
  private lastCarrier: Carrier | undefined
  private lastLinks: Map<number, string> | undefined

  /** The request that has this sequence number and type. */
  request({ protocol, sequence, type }: Omit<Place, 'portId'>): Exchange | undefined {
    return this.requests.get(keyOf(protocol, sequence))?.findLast(exchange => exchange.type === type)
  }

  /** Remembers a request. */
  addRequest({ protocol, sequence, type, portId }: Place, bytes: Uint8Array): void {
    const key = keyOf(protocol, sequence)
    const same = this.requests.get(key) ?? []
    if (same.length === MOST_OF_ONE_SEQUENCE) same.shift()
    same.push({ protocol, type, bytes, portId, ...UNNUMBERED })
    this.lastKey = -1
    this.requests.delete(key)
    this.requests.set(key, same)
    if (this.requests.size > MOST_REQUESTS) this.requests.delete(this.requests.keys().next().value!)
  }

  /** Notes which number the request just added has, and what carried it. */
  numberRequest(place: Place, number: number, { time, socket }: Carrier): void {
    const exchange = this.request(place)
    if (!exchange) return
    exchange.number = number
    exchange.time = time
    exchange.socket = socket
  }

  /** The request that a message of the kernel follows from. Acks and errors end the exchange. */
  relate(place: Place, part: Carrier): Relation | undefined {
    // The kernel's own notifications have no port; those that a request made have the request's.
    if (place.portId === 0) return undefined
    const key = keyOf(place.protocol, place.sequence)
    if (key !== this.lastKey) {
      this.lastKey = key
      this.lastSame = this.requests.get(key)
    }
    const same = this.lastSame
    const request = same && (lastFrom(same, place.portId, part) ?? lastFrom(same, 0, part))
    if (!same || !request) return undefined
    request.portId = place.portId
    const elapsed = part.time === undefined || request.time === undefined ? undefined : part.time - request.time
    if (place.type === NLMSG_ERROR || place.type === NLMSG_DONE) {
      this.lastKey = -1
      if (same.length === 1) this.requests.delete(key)
      else same.splice(same.indexOf(request), 1)
      return { request, answer: 0, elapsed }
    }
    request.answers++
    if (request.lastPart !== part) request.parts++
    request.lastPart = part
    return { request, answer: request.answers, elapsed }
  }

  /** Learns a family from the controller's answer. */
  addFamily(attributes: readonly Node[]): void {
    const id = attributes.find(node => node.key === 'familyId')?.value
    const name = attributes.find(node => node.key === 'familyName')?.value
    if (typeof id === 'number' && typeof name === 'string' && FAMILY_NAME.test(name)) this.families.set(id, name)
  }

  /** Learns a link's name. */
  addLink(carrier: Carrier, index: unknown, name: unknown): void {
    if (typeof index !== 'number' || typeof name !== 'string') return
    let links = this.linksOf(carrier)
    if (!links) {
      if (this.links.size >= MOST_SCOPES) this.links.clear()
      links = new Map()
      this.links.set(scopeOf(carrier), links)
      this.lastCarrier = undefined
    }
    if (links.size >= MOST_LINKS && !links.has(index)) links.clear()
    links.set(index, name)
  }

  /** The name of a link where a message was sent or comes from. */
  linkName(carrier: Carrier, index: number): string | undefined {
    return this.linksOf(carrier)?.get(index)
  }

  private linksOf(carrier: Carrier): Map<number, string> | undefined {
    const { lastCarrier: last } = this
    if (last === undefined || last.process !== carrier.process || last.nsid !== carrier.nsid) {
      this.lastCarrier = { process: carrier.process, nsid: carrier.nsid }
      this.lastLinks = this.links.get(scopeOf(carrier))
    }
    return this.lastLinks
  }
}

/** Indexes mean something only in one namespace; a process is mostly in one. */
const scopeOf = ({ process, nsid }: Carrier): string => `${process ?? ''} ${nsid ?? ''}`

/** Whether an answer came over the socket of its request, as far as both are known. */
const isOver = (exchange: Exchange, { socket }: Carrier): boolean =>
  exchange.socket === undefined || socket === undefined || exchange.socket === socket

/** The last of some requests that has this port and can have this answer. */
function lastFrom(same: readonly Exchange[], portId: number, part: Carrier): Exchange | undefined {
  for (let i = same.length - 1; i >= 0; i--) {
    const exchange = same[i]!
    if (exchange.portId === portId && isOver(exchange, part)) return exchange
  }
  return undefined
}

/** One number for both: sequences have 32 bits. */
const keyOf = (protocol: number, sequence: number): number => protocol * 2 ** 32 + sequence
