// Conditions on the network, for `mirror.until`: what shall be there, how, or not. A condition reads the picture and says
// in words what it wants and what is instead.
import { InvalidValueError } from '../netlink/table.ts'
import { nearest } from '../ops/options.ts'
import type { LinkReference } from '../ops/reference.ts'
import { ADDRESS, type Address, ifaddrmsg } from '../route/address.ts'
import { ifinfomsg } from '../route/ifinfomsg.ts'
import { LINK, type Link } from '../route/link.ts'
import { NEIGHBOUR, type Neighbour, ndmsg } from '../route/neighbour.ts'
import { ROUTE, type Route, rtmsg } from '../route/route.ts'
import type { MirroredNamespace } from './scene.ts'

/** What conditions read: a Mirror. */
export interface Picture {
  namespace(name?: string): MirroredNamespace | undefined
}

/** Something that holds or does not. */
export class Condition {
  /** In words: `link 'veth1' has operState 'up'`. */
  readonly what: string
  /** What is instead, in words; undefined: it holds. */
  readonly unmet: (picture: Picture) => string | undefined

  constructor(what: string, unmet: (picture: Picture) => string | undefined) {
    this.what = what
    this.unmet = unmet
  }

  /** Both hold, at the same moment. */
  and(other: Condition): Condition {
    return new Condition(`${this.what} and ${other.what}`, picture => {
      const unmet = [this.unmet(picture), other.unmet(picture)].filter(reason => reason !== undefined)
      return unmet.length === 0 ? undefined : unmet.join('; ')
    })
  }

  /** One of them holds. */
  or(other: Condition): Condition {
    return new Condition(`${this.what} or ${other.what}`, picture => {
      const [one, two] = [this.unmet(picture), other.unmet(picture)]
      return one === undefined || two === undefined ? undefined : `${one}; ${two}`
    })
  }
}

/**
 * What an object shall be: its values by key, as the library decodes them. Of a list (`flags`) those that are given must
 * be in it; a function is asked about the value.
 */
export type Wanted<V> = { readonly [K in keyof V]?: V[K] | ((value: V[K] | undefined) => boolean) }

/** Where to look. */
export interface Within {
  /** The name of a namespace; left out: the one that the mirror stands in. */
  readonly netns?: string
}
export interface OnLink extends Within {
  /** Only what belongs to this link, by name or index. */
  readonly dev?: LinkReference
}

/** An object that conditions are about. */
export class Subject<V extends object> {
  readonly #what: string
  readonly #netns: string | undefined
  readonly #find: (namespace: MirroredNamespace) => V[]
  readonly #keys: readonly string[]

  /** `keys`: what `is` may ask for; `find` answers those that match. */
  constructor(what: string, { netns }: Within, keys: readonly string[], find: (namespace: MirroredNamespace) => V[]) {
    this.#what = netns === undefined ? what : `${what} in namespace ${netns}`
    this.#netns = netns
    this.#keys = keys
    this.#find = find
  }

  /** It is there. */
  exists(): Condition {
    return this.#about('is there', found => (found.length > 0 ? undefined : 'there is none'))
  }

  /** It is not there. A namespace that is not there has nothing in it. */
  absent(): Condition {
    return new Condition(`${this.#what} is absent`, picture => {
      const namespace = picture.namespace(this.#netns)
      return namespace && this.#find(namespace).length > 0 ? `${this.#what} is still there` : undefined
    })
  }

  /** It is there, and has these values; where several match, one of them has. Throws InvalidValueError for unknown keys. */
  is(wanted: Wanted<V>): Condition {
    const entries = Object.entries(wanted).filter(([, value]) => value !== undefined)
    for (const [key] of entries) this.#check(key)
    const words = entries.map(([key, value]) => `${key} ${shown(value)}`).join(', ')
    return this.#about(`has ${words}`, found => {
      const lacks = found.map(value => entries.filter(([key, want]) => !meets((value as Values)[key], want)))
      if (lacks.some(lack => lack.length === 0)) return undefined
      const lack = lacks[0]
      if (!lack) return 'there is none'
      return lack.map(([key]) => `its ${key} is ${shown((found[0] as Values)[key])}`).join(', ')
    })
  }

  #check(key: string): void {
    if (this.#keys.includes(key)) return
    const near = nearest(key, this.#keys)
    throw new InvalidValueError([key], `is nothing that ${this.#what} has${near ? `: did you mean '${near}'?` : ''}`)
  }

  #about(holds: string, unmet: (found: V[]) => string | undefined): Condition {
    return new Condition(`${this.#what} ${holds}`, picture => {
      const namespace = picture.namespace(this.#netns)
      if (!namespace) return `there is no namespace ${this.#netns}`
      const reason = unmet(this.#find(namespace))
      return reason && `of ${this.#what}, ${reason}`
    })
  }
}

type Values = Readonly<Record<string, unknown>>
const shown = (value: unknown): string =>
  typeof value === 'function'
    ? 'as a function says'
    : typeof value === 'string'
      ? `'${value}'`
      : Array.isArray(value)
        ? `[${value.map(shown).join(', ')}]`
        : value === undefined
          ? 'not set'
          : typeof value === 'object'
            ? JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? String(inner) : inner))
            : String(value)

/** Whether a value is what is wanted. Of objects the keys that are given count. */
function meets(value: unknown, wanted: unknown): boolean {
  if (typeof wanted === 'function') return wanted(value) === true
  if (Array.isArray(wanted)) return Array.isArray(value) && wanted.every(item => value.some(one => meets(one, item)))
  if (typeof wanted !== 'object' || wanted === null) return value === wanted
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(wanted).every(([key, item]) => meets((value as Values)[key], item))
}

const keysOf = (header: { readonly fields: readonly { readonly key: string }[] }, rows: object): string[] => [
  ...header.fields.map(({ key }) => key).filter(key => !key.startsWith('_')),
  ...Object.keys(rows),
]
const LINK_KEYS = [...keysOf(ifinfomsg, LINK.rows), 'kind', 'up']
const ADDRESS_KEYS = keysOf(ifaddrmsg, ADDRESS.rows)
const ROUTE_KEYS = keysOf(rtmsg, ROUTE.rows)
const NEIGHBOUR_KEYS = keysOf(ndmsg, NEIGHBOUR.rows)

/**
 * A link by name, alternative name or index: `link('veth1', { netns: 'ns1' }).is({ operState: 'up' })`.
 *
 * @example
 * ```ts
 * console.log(when.link('veth1').is({ operState: 'up' }).what)
 * ```
 */
export const link = (reference: LinkReference, within: Within = {}): Subject<Link> =>
  new Subject(`link ${shown(reference)}`, within, LINK_KEYS, namespace => {
    const found = namespace.link(reference)
    return found ? [found] : []
  })

/**
 * An address, `192.0.2.1` or `192.0.2.1/24`: on the link `dev`, or on any.
 *
 * @example
 * ```ts
 * console.log(when.address('192.0.2.1').exists().what)
 * ```
 */
export function address(text: string, where: OnLink = {}): Subject<Address> {
  const { address: wanted, length } = prefix(text)
  return new Subject(`address ${text}${onLink(where)}`, where, ADDRESS_KEYS, namespace =>
    namespace
      .addresses(where.dev)
      .filter(
        found => (found.local ?? found.address) === wanted && (length ?? found.prefixLength) === found.prefixLength,
      ),
  )
}

/**
 * A route to `10.0.0.0/8`, to a single address, or `default`; of the main table, or of another (`table`).
 *
 * @example
 * ```ts
 * console.log(when.route('198.51.100.0/24').exists().what)
 * ```
 */
export function route(
  to: string,
  where: OnLink & { readonly table?: string | number; readonly family?: 'inet' | 'inet6' } = {},
): Subject<Route> {
  const { table = 'main', family, dev } = where
  const wanted = to === 'default' ? { address: undefined, length: 0 } : prefix(to)
  return new Subject(`route to ${to}${onLink(where)}`, where, ROUTE_KEYS, namespace => {
    const index = dev === undefined ? undefined : namespace.link(dev)?.index
    return namespace
      .routes()
      .filter(
        found =>
          found.dst === wanted.address &&
          found.dstLength === (wanted.length ?? (found.family === 'inet6' ? 128 : 32)) &&
          found.table === table &&
          (family === undefined || found.family === family) &&
          (dev === undefined || found.oif === index || found.multipath?.some(way => way.index === index)),
      )
  })
}

/**
 * A neighbour by its address: on the link `dev`, or on any.
 *
 * @example
 * ```ts
 * console.log(when.neighbour('192.0.2.9').exists().what)
 * ```
 */
export const neighbour = (text: string, where: OnLink = {}): Subject<Neighbour> =>
  new Subject(`neighbour ${text}${onLink(where)}`, where, NEIGHBOUR_KEYS, namespace =>
    namespace.neighbours(where.dev).filter(found => found.dst === text),
  )

/**
 * A named namespace.
 *
 * @example
 * ```ts
 * console.log(when.namespace('ns1').absent().what)
 * ```
 */
export const namespace = (name: string): Pick<Subject<MirroredNamespace>, 'exists' | 'absent'> => ({
  exists: () =>
    new Condition(`namespace ${name} is there`, picture => (picture.namespace(name) ? undefined : 'there is none')),
  absent: () =>
    new Condition(`namespace ${name} is absent`, picture =>
      picture.namespace(name) ? `namespace ${name} is still there` : undefined,
    ),
})

/**
 * All of them hold, at the same moment.
 *
 * @example
 * ```ts
 * console.log(when.all(when.link('eth0').exists(), when.link('br0').exists()).what)
 * ```
 */
export const all = (first: Condition, ...others: readonly Condition[]): Condition =>
  others.reduce((one, other) => one.and(other), first)

const onLink = ({ dev }: OnLink): string => (dev === undefined ? '' : ` on ${dev}`)

function prefix(text: string): { address: string; length: number | undefined } {
  const [address = '', length] = text.split('/')
  return { address, length: length === undefined ? undefined : Number(length) }
}
