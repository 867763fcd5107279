// What is to be sent again, and with which numbers renewed: from what the capture tells and from what the user says.
// What cannot be renewed is refused here, before anything is sent.
import { NETLINK_GENERIC, NETLINK_ROUTE } from '../../netlink/message.ts'
import { namedPath } from '../../sys/netns-path.ts'
import { protocolName } from '../protocols.ts'
import { quoted } from '../value.ts'
import type { Recorded, Told } from './recording.ts'
import type { Kind } from './references.ts'

/** What the user says of the recorded machine: a link's, a namespace's, a family's name here by its number there. */
export type Meanings = Readonly<Record<Exclude<Kind, 'program'>, ReadonlyMap<number, string>>>
export interface Words extends Meanings {
  /** Namespaces there (by name, or path) and here. */
  readonly in: ReadonlyMap<string, string>
}

/** A number that is replaced by that of `name`. */
export interface Renewal extends Told {
  readonly name: string
}

export interface Planned extends Recorded {
  /** The namespace there that it was sent in, and the one here; undefined: where the whole capture is sent. */
  readonly inside?: { readonly there: string; readonly here: string }
  readonly renewals: readonly Renewal[]
  /** What is sent as it is, though it may mean something else here. */
  readonly warnings: readonly string[]
  /** Why it cannot be sent; nothing is, while there is one. */
  readonly refusals: readonly string[]
  /** Why it is not sent while the others are. */
  readonly passed?: string
}

export function planOf(recorded: readonly Recorded[], words: Words): Planned[] {
  // A capture of one namespace is replayed in one, whichever that was.
  const isOfOne = new Set(recorded.map(({ datagram }) => datagram.netns)).size <= 1
  return recorded.map(request => plan(request, words, isOfOne ? undefined : request.datagram.netns))
}

function plan(request: Recorded, words: Words, entered: string | undefined): Planned {
  const { protocol } = request.message
  const nothing = { ...request, renewals: [], warnings: [], refusals: [] }
  if (protocol !== NETLINK_ROUTE && protocol !== NETLINK_GENERIC)
    return { ...nothing, passed: `requests of protocol ${protocolName(protocol)} are not sent, only route and generic` }
  const renewals: Renewal[] = []
  const warnings: string[] = []
  const refusals: string[] = []
  for (const told of request.references) {
    const name = nameFor(told, words)
    const text = name === undefined ? UNKNOWN[told.kind](told) : undefined
    if (name !== undefined) renewals.push({ ...told, name })
    else if (told.kind !== 'link') refusals.push(text!)
    else if (told.value !== LOOPBACK) warnings.push(text!)
  }
  const planned = { ...request, renewals, warnings, refusals }
  if (entered === undefined) return planned
  const there = netnsOfPath(entered) ?? entered
  const here = words.in.get(there)
  if (here !== undefined) return { ...planned, inside: { there, here } }
  refusals.push(
    `it was sent inside ${quoted(there)}, and others were sent elsewhere: --in ${there}=NETNS says which that is here`,
  )
  return planned
}

/** LOOPBACK_IFINDEX: lo has it in every namespace. */
const LOOPBACK = 1

function nameFor({ kind, value, name }: Told, words: Words): string | undefined {
  if (kind === 'program') return undefined
  const told = kind === 'fd' ? netnsOfPath(name) : name
  return words[kind].get(value) ?? (kind === 'fd' && told !== undefined ? (words.in.get(told) ?? told) : told)
}

/** The file of a namespace there may be one of the same name here; a process there is none here. */
function netnsOfPath(path: string | undefined): string | undefined {
  if (path === undefined || !path.startsWith('/') || path.startsWith('/proc/')) return undefined
  const name = /^\/(?:var\/)?run\/netns\/([^/]+)$/.exec(path)?.[1]
  return name !== undefined && namedPath(name).endsWith(`/${name}`) ? name : path
}

const last = (path: string): string => path.split(' › ').at(-1)!
const say = (option: string, value: number, what: string): string => `--${option} ${value}=${what} says what it is here`

/** What is said of a number whose meaning nobody tells. */
const UNKNOWN: Readonly<Record<Kind, (told: Told) => string>> = {
  link: ({ path, value, isForeign }) =>
    isForeign
      ? `${last(path)} ${value} is the index of a link in another namespace: it is sent as it is`
      : `${last(path)} ${value} is the index of a link there whose name the capture does not tell: it is sent as it is (--link ${value}=NAME)`,
  fd: ({ path, value, name }) =>
    name === undefined
      ? `${last(path)} ${value} is an open file of the recorded process, and the capture does not tell which: ${say('fd', value, 'NETNS')}`
      : `${last(path)} ${value} is ${quoted(name)} there, the namespace of a process that is another here: ${say('fd', value, 'NETNS')}`,
  pid: ({ path, value }) =>
    `${last(path)} ${value} is a process of the recorded machine: ${say('pid', value, 'NETNS')} (its namespace)`,
  nsid: ({ path, value }) =>
    `${last(path)} ${value} is an id that the recorded namespace gave to another one: ${say('nsid', value, 'NETNS')}`,
  family: ({ path, value }) =>
    `${last(path)} ${value} is the number of a generic netlink family there, and the capture does not tell its name: ${say('family', value, 'NAME')}`,
  program: ({ path, value }) =>
    `${last(path)} ${value} is a BPF program that was loaded there: it cannot be sent again; leave the request out with --filter`,
}
