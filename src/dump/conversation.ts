// What earlier messages of a capture tell about later ones: which request an answer belongs to, and which generic
// netlink family has which id. Bounded, so that a long capture does not fill the memory.
import type { Node } from '../netlink/codec.ts'
import type { DissectedMessage } from './dissected.ts'

const MOST_REQUESTS = 4096
/** Names come from the capture and are printed as they are: only harmless ones are learned. */
const FAMILY_NAME = /^[\w.-]{1,16}$/

export class Conversation {
  /** Generic netlink families by id. */
  readonly families = new Map<number, string>()
  private readonly requests = new Map<string, DissectedMessage>()

  /** The request that has this sequence number and type. */
  request(protocol: number, sequence: number, type: number): DissectedMessage | undefined {
    return this.requests.get(`${protocol} ${sequence} ${type}`)
  }

  /** Remembers a request. */
  addRequest(message: DissectedMessage): void {
    const key = `${message.protocol} ${message.sequence} ${message.type}`
    this.requests.delete(key)
    this.requests.set(key, message)
    if (this.requests.size > MOST_REQUESTS) this.requests.delete(this.requests.keys().next().value!)
  }

  /** Learns a family from the controller's answer. */
  addFamily(attributes: readonly Node[]): void {
    const id = attributes.find(node => node.key === 'familyId')?.value
    const name = attributes.find(node => node.key === 'familyName')?.value
    if (typeof id === 'number' && typeof name === 'string' && FAMILY_NAME.test(name)) this.families.set(id, name)
  }
}
