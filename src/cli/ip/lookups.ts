// What is looked up while a long list is printed: names of links, nexthop objects. The list's connection is busy with
// the list, so they have one of their own, opened at its first use.
import * as nexthopOps from '../../ops/nexthop.ts'
import type { Nexthop } from '../../route/nexthop.ts'
import { isKernelError } from '../errors.ts'
import { Session } from '../session.ts'
import type { Names } from '../sheet.ts'

export class Lookups implements Names, Disposable {
  readonly #session: Session
  readonly #links = new Map<number, ReturnType<Names['link']>>()
  readonly #nexthops = new Map<number, Nexthop | undefined>()

  constructor({ settings, host }: Session) {
    this.#session = new Session(settings, host)
  }

  link(index: number): ReturnType<Names['link']> {
    let found = this.#links.get(index)
    if (found === undefined && !this.#links.has(index)) {
      found = this.#session.link(index)
      this.#links.set(index, found)
    }
    return found
  }

  hostName(address: string): string | undefined {
    return this.#session.hostName(address)
  }

  netns(nsid: number): string | undefined {
    return this.#session.netns(nsid)
  }

  nexthop(id: number): Nexthop | undefined {
    if (!this.#nexthops.has(id)) this.#nexthops.set(id, this.#ask(id))
    return this.#nexthops.get(id)
  }

  #ask(id: number): Nexthop | undefined {
    try {
      return this.#session.run(nexthopOps.get(id))
    } catch (error) {
      if (isKernelError(error, 'ENOENT', 'EOPNOTSUPP')) return undefined
      throw error
    }
  }

  [Symbol.dispose](): void {
    this.#session[Symbol.dispose]()
  }
}
