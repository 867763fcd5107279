// What `ip link add` and `ip link set` (and a pair's `peer`) have in common: words that become the options of link.add
// and link.set, in iproute2's order.

import { Buffer } from 'node:buffer'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Request } from '../../netlink/request.ts'
import { macBytes } from '../../netlink/text.ts'
import type { LinkSettings } from '../../ops/link.ts'
import * as nsid from '../../ops/nsid.ts'
import { IN6_ADDR_GEN_MODE } from '../../route/af-spec.ts'
import { LINK, type LinkAttributesInput } from '../../route/link.ts'
import { IF_OPER } from '../../route/words.ts'
import { NETNS_DIRECTORY, type NetnsReference } from '../../sys/netns-path.ts'
import { CommandError, USAGE, USER } from '../errors.ts'
import type { Session } from '../session.ts'
import {
  choice,
  expected,
  integer,
  type Keyword,
  type Keywords,
  onOff,
  parseInteger,
  readAll,
  short,
  type Words,
  whole,
} from '../words.ts'
import { readVf } from './link-vf.ts'
import { existing, hardwareAddress } from './link-words.ts'
import { readXdp, XDP_WORDS } from './xdp.ts'

/** What is read of a link: its options, and the words that are not options. */
export interface LinkWords {
  readonly session: Session
  /** What link.add and link.set have no option for: attributes, as they are sent. */
  readonly extra: { -readonly [K in keyof LinkAttributesInput]: LinkAttributesInput[K] }
  /** In the order of the words. */
  readonly options: { -readonly [K in keyof LinkSettings]: LinkSettings[K] }
  /** The device that is meant, as far as it was said; `name`: the name it shall have. */
  dev?: string
  name?: string
  /** The link below, of `link add link DEV`. */
  lower?: string
  index?: number
  txQueues?: number
  rxQueues?: number
  /** The kind behind `type`. What follows it is the kind's. */
  kind?: string
  /** Called for `help`. */
  readonly help: () => never
}

const flag = (
  name: string,
  key: 'arp' | 'multicast' | 'allMulticast' | 'promiscuous' | 'dynamic' | 'carrier' | 'protoDown' | 'trailers',
) => whole<LinkWords>((words, { options }) => void (options[key] = onOff(words, name)))

const sizeOf = (
  key: 'gsoMaxSize' | 'gsoMaxSegs' | 'groMaxSize' | 'gsoIpv4MaxSize' | 'groIpv4MaxSize',
  name: string,
): Keyword<LinkWords> => whole((words, { extra }) => void (extra[key] = integer(words, `Invalid "${name}" value`)))

const SETTINGS: Keywords<LinkWords> = {
  up: whole((_, { options }) => void (options.up = true)),
  down: whole((_, { options }) => void (options.up = false)),
  name: whole((words, state) => {
    const name = words.take('a name')
    if (state.name !== undefined) throw duplicate(words, 'name')
    mustBeName(words, name, 'name')
    state.name = name
    state.dev ??= name
  }),
  index: whole((words, state) => {
    const index = integer(words, 'Invalid "index" value', 0x7fffffff)
    if (state.index !== undefined) throw duplicate(words, 'index')
    state.index = index
    if (state.index === 0) throw words.wrong('Invalid "index" value', 'indexes begin at 1')
  }),
  link: short((words, state) => void (state.lower = words.take('a link'))),
  address: short((words, { options }) => void (options.address = hardwareAddress(words))),
  broadcast: short((words, { options }) => void (options.broadcast = hardwareAddress(words)), 'brd'),
  txqueuelen: short(queueLength, 'qlen', 'txqlen'),
  txqlen: short(queueLength),
  mtu: whole((words, { options }) => {
    const mtu = integer(words, 'Invalid "mtu" value', 0x7fffffff)
    if (options.mtu !== undefined) throw duplicate(words, 'mtu')
    options.mtu = mtu
  }),
  netns: whole((words, { options }) => {
    const netns = namespace(words)
    if (options.netns !== undefined) throw duplicate(words, 'netns')
    options.netns = netns
  }),
  multicast: flag('multicast', 'multicast'),
  allmulticast: flag('allmulticast', 'allMulticast'),
  promisc: flag('promisc', 'promiscuous'),
  arp: flag('arp', 'arp'),
  carrier: flag('carrier', 'carrier'),
  master: short((words, { options, session }) => void (options.master = existing(words, session))),
  vrf: whole((words, { options, session }) => {
    const name = existing(words, session, 'Not a valid VRF name')
    if (session.device(name).kind !== 'vrf') throw words.wrong('Not a valid VRF name', 'it is a link of another kind')
    options.master = name
  }),
  nomaster: short((_, { options }) => void (options.master = null)),
  dynamic: { ...flag('dynamic', 'dynamic'), whole: undefined as never },
  type: short((words, state) => void (state.kind = words.take('a kind: veth, bridge, …'))),
  alias: short((words, { options }) => {
    const alias = words.take('a text')
    if (Buffer.byteLength(alias) >= 256) throw words.wrong('alias too long', 'at most 255 bytes')
    options.alias = alias
  }),
  group: whole((words, { options }) => {
    const group = readGroup(words)
    if (options.group !== undefined) throw duplicate(words, 'group')
    options.group = group
  }),
  numtxqueues: short((words, state) => void (state.txQueues = integer(words, 'Invalid "numtxqueues" value'))),
  numrxqueues: short((words, state) => void (state.rxQueues = integer(words, 'Invalid "numrxqueues" value'))),
  protodown: flag('protodown', 'protoDown'),
  protodown_reason: whole((words, { extra }) => {
    const reason = integer(words, 'invalid protodown reason', 31)
    const bit = (1 << reason) >>> 0
    extra.protoDownReason = { mask: bit, value: onOff(words, 'protodown_reason') ? bit : 0 }
  }),
  trailers: flag('trailers', 'trailers'),
  vf: whole((words, { extra }) => readVf(words, extra)),
  ...Object.fromEntries(
    XDP_WORDS.map(mode => [
      mode,
      whole<LinkWords>((words, { extra, session, dev }) => void (extra.xdp = readXdp(words, mode, session, dev))),
    ]),
  ),
  mode: whole((words, { extra }) => {
    extra.linkMode = choice<'default' | 'dormant'>(words, ['default', 'dormant'], 'Invalid link mode')
  }),
  state: whole((words, { extra }) => {
    extra.operState = choice(words, [...IF_OPER.byWord.keys()], 'Invalid operstate') as 'up'
  }),
  addrgenmode: short((words, { extra }) => {
    const mode = choice(words, [...IN6_ADDR_GEN_MODE.byWord.keys()], 'Invalid address generation mode')
    extra.afSpec = { inet6: { addrGenMode: mode as 'eui64' } }
  }),
  'link-netns': short((words, { extra, session }) => {
    const name = words.take('a namespace')
    extra.linkNetnsId = session.run(nsid.get({ name }))
    if (extra.linkNetnsId === undefined) throw words.wrong('Invalid "link-netns" value', 'it has no id here')
  }),
  'link-netnsid': short((words, { extra }) => {
    extra.linkNetnsId = integer(words, 'Invalid "link-netnsid" value', 0x7fffffff)
  }),
  gso_max_size: sizeOf('gsoMaxSize', 'gso_max_size'),
  gso_max_segs: sizeOf('gsoMaxSegs', 'gso_max_segs'),
  gro_max_size: sizeOf('groMaxSize', 'gro_max_size'),
  gso_ipv4_max_size: sizeOf('gsoIpv4MaxSize', 'gso_ipv4_max_size'),
  gro_ipv4_max_size: sizeOf('groIpv4MaxSize', 'gro_ipv4_max_size'),
  parentdev: whole((words, { extra }) => void (extra.parentDevName = words.take('a device'))),
  dev: whole((words, state) => {
    words.take('a device')
    device(words, state)
  }),
  help: short((_, { help }) => help()),
}

/** The words that could stand where a setting stands. */
export const SETTING_WORDS = Object.keys(SETTINGS).filter(name => !['help', 'txqlen'].includes(name))

/** Reads settings up to the end, or up to `type KIND`. */
export function readSettings(words: Words, state: LinkWords): LinkWords {
  const other = (): void => {
    words.take()
    device(words, state)
  }
  readAll(words, SETTINGS, state, other, () => state.kind !== undefined)
  return state
}

/** A word that is no setting is the device's name: once. */
function device(words: Words, state: LinkWords): void {
  const word = words.last
  if (state.dev !== state.name)
    throw words.fail(
      `Error: either "dev" is duplicate, or "${word}" is a garbage.`,
      expected(word, SETTING_WORDS),
      USAGE,
    )
  mustBeName(words, word, 'dev', 127)
  state.dev = word
}

const duplicate = (words: Words, name: string): CommandError =>
  words.fail(`Error: duplicate "${name}": "${words.last}" is the second value.`, undefined, USAGE)

/** Refuses what can be no name, before anything is asked of the kernel. */
export function mustBeName(words: Words, name: string, what: string, most = 15): void {
  const size = Buffer.byteLength(name)
  const reason =
    name === '' || name === '.' || name === '..'
      ? 'that cannot be a name'
      : size > most
        ? `it has ${size} bytes; a link's name has at most ${most}`
        : /[/:\s\0]/u.test(name)
          ? 'a name has no slash, colon or white space'
          : undefined
  if (reason) throw words.wrong(`"${what}" not a valid ifname`, reason)
}

function queueLength(words: Words, { options }: LinkWords): void {
  const length = integer(words, 'Invalid "txqueuelen" value', 0x7fffffff)
  if (options.txQueueLength !== undefined) throw duplicate(words, 'txqueuelen')
  options.txQueueLength = length
}

/** Reads the number of a group of links; `default` is 0. */
export function readGroup(words: Words): number {
  const text = words.take('a group')
  if (text === 'default') return 0
  const value = parseInteger(text)
  if (value === undefined || value > 0xffffffff) throw words.wrong('Invalid "group" value', 'a number, or default')
  return value
}

/** Reads a namespace: a name, a path, or a process. */
export function namespace(words: Words): NetnsReference {
  const text = words.take('a namespace or a process')
  if (text.includes('/')) return { path: resolve(text) }
  if (text !== '' && text !== '.' && text !== '..' && existsSync(`${NETNS_DIRECTORY}/${text}`)) return { name: text }
  const pid = parseInteger(text)
  if (pid === undefined || pid === 0)
    throw words.wrong('Invalid "netns" value', `there is no ${NETNS_DIRECTORY}/${text}, and it is no process id`)
  return { pid }
}

/** The request with more attributes behind its own. */
export const withAttributes = (request: Request<void>, attributes: LinkAttributesInput): Request<void> =>
  Object.keys(attributes).length === 0
    ? request
    : {
        ...request,
        encode(w, resolved) {
          request.encode(w, resolved)
          LINK.encode(w, attributes, {})
        },
      }

/** A device that was not said. */
export const noDevice = (status = USAGE): CommandError =>
  new CommandError(status, 'Not enough information: "dev" argument is required.')

/** Refuses an address whose length is not the link's. */
export function checkAddressLength(link: { address?: string }, address: string | undefined): void {
  const [has, wants] = [macBytes(address ?? '')?.length, macBytes(link.address ?? '')?.length]
  if (address !== undefined && wants && has !== wants)
    throw new CommandError(USER, `Invalid address length ${has} - must be ${wants} bytes`)
}
