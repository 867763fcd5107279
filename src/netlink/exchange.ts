// A request in flight: what was sent, what has come for it, and whether that is all.
import type { NetlinkWarning } from './error.ts'
import type { Request } from './request.ts'

export const NO_WARNINGS: readonly NetlinkWarning[] = []
const NO_ITEMS = Object.freeze([]) as unknown as unknown[]

export class Exchange {
  readonly request: Request<any, any>
  readonly sequence: number
  /** Where the message lies in its datagram. */
  readonly start: number
  readonly end: number
  /** What it was sent in, once the writer has lost it. */
  datagram: Uint8Array | undefined
  /** What its answer takes of the receive buffer, in acks. */
  readonly weight: number
  /** Takes the objects one by one; without it they are collected in `items`. */
  readonly each: ((item: any) => void) | undefined
  items: unknown[] = NO_ITEMS
  warnings: readonly NetlinkWarning[] = NO_WARNINGS
  sent = false
  settled = false
  error: Error | undefined
  interrupted = false
  /** Nobody waits any more; the kernel's answers are still to be received. */
  abandoned = false
  /** Goes on with the call that waits for the end of it. */
  wake: (() => void) | undefined

  constructor(
    request: Request<any, any>,
    sequence: number,
    start: number,
    end: number,
    weight: number,
    each: ((item: any) => void) | undefined,
  ) {
    this.request = request
    this.sequence = sequence
    this.start = start
    this.end = end
    this.weight = weight
    this.each = each
  }

  take(item: unknown): void {
    if (this.each) this.each(item)
    else if (this.items === NO_ITEMS) this.items = [item]
    else this.items.push(item)
  }

  settle(error?: Error): void {
    this.settled = true
    this.error ??= error
    this.wake?.()
  }
}
