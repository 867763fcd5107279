// A capture read for replaying: its requests in order, each with the answers that it got and with what the capture tells
// of the numbers in it: links' names, the namespaces behind descriptors, generic families.
import type { Fields } from '../../netlink/codec.ts'
import { NLM_F_REQUEST, NLMSG_ERROR } from '../../netlink/message.ts'
import { Conversation } from '../conversation.ts'
import { type Compared, Reader } from '../diff.ts'
import { problems } from '../dissect.ts'
import type { DissectedMessage } from '../dissected.ts'
import { fieldsOf } from '../fields.ts'
import { follow, learn } from '../follow.ts'
import type { Datagram } from '../sources/index.ts'
import { APART } from './apart.ts'
import { type Found, referencesOf } from './references.ts'

/** A request of a capture. */
export interface Recorded {
  readonly number: number
  readonly message: DissectedMessage
  /** From its nlmsghdr on. */
  readonly bytes: Uint8Array
  readonly summary: string
  readonly datagram: Datagram
  /** What must be renewed, and what the capture tells of it: a link's, a namespace's or a family's name. */
  readonly references: readonly Told[]
  readonly answers: readonly Compared[]
}

export interface Told extends Found {
  readonly name: string | undefined
}

interface Open extends Recorded {
  readonly references: Told[]
  readonly answers: Compared[]
}

/** Takes a capture message by message. */
export class Recording {
  readonly conversation = new Conversation()
  private readonly reader = new Reader(APART)
  private readonly requests = new Map<number, Open>()
  private number = 0

  /**
   * `isWanted` is false for a request that is left out: what it and its answers tell is learned all the same. Answers what
   * is wrong with a request's bytes; it is left out, too.
   */
  add(message: DissectedMessage, datagram: Datagram, isWanted: boolean): string | undefined {
    const number = ++this.number
    const relation = follow(this.conversation, message, number, datagram)
    const compared = this.reader.read(message, datagram.bytes, number, datagram.direction)
    if (message.flags & NLM_F_REQUEST) {
      const [wrong] = isWanted ? problems(message) : []
      if (isWanted && !wrong) this.request(message, datagram, compared)
      return wrong?.text
    }
    learn(this.conversation, message, datagram)
    const request = relation && this.requests.get(relation.request.number)
    request?.answers.push(compared)
    if (request && message.type === NLMSG_ERROR && message.verdict?.errno === 0) this.done(request)
    return undefined
  }

  /** The requests, with the names that were told only behind them, too. */
  finish(): readonly Recorded[] {
    for (const request of this.requests.values())
      for (const [at, reference] of request.references.entries())
        if (reference.name === undefined)
          request.references[at] = { ...reference, name: this.nameOf(reference, request.datagram) }
    return [...this.requests.values()]
  }

  private request(message: DissectedMessage, datagram: Datagram, { number, summary }: Compared): void {
    const bytes = datagram.bytes.slice(message.offset, message.offset + message.length)
    const references = referencesOf(message).map(found => ({ ...found, name: this.nameOf(found, datagram) }))
    this.requests.set(number, { number, message, bytes, summary, datagram, references, answers: [] })
  }

  /** A link that was made with an index, or renamed, has that name from here on. */
  private done({ message, datagram }: Open): void {
    if (message.typeName !== 'RTM_NEWLINK' && message.typeName !== 'RTM_SETLINK') return
    const { index, name, linkInfo } = fieldsOf(message, datagram.bytes)
    this.conversation.addLink(datagram, index || undefined, name)
    const peer = (linkInfo as { data?: { peer?: { header?: Fields; attributes?: Fields } } } | undefined)?.data?.peer
    this.conversation.addLink(datagram, peer?.header?.['index'] || undefined, peer?.attributes?.['name'])
  }

  private nameOf({ kind, value, isForeign }: Found, datagram: Datagram): string | undefined {
    if (kind === 'link') return isForeign ? undefined : this.conversation.linkName(datagram, value)
    if (kind === 'family') return this.conversation.families.get(value)
    return kind === 'fd' ? datagram.files?.get(value) : undefined
  }
}
