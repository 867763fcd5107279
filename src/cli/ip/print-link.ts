// Links as `ip link` and `ip address` print them: text, `-d`, `-s`, `-br`, `-o`, and JSON, character for character
// iproute2 6.1's. What a kind and a port add is in kinds/.
import { ipv4Text, ipv6Text, macBytes } from '../../netlink/text.ts'
import { IN6_ADDR_GEN_MODE } from '../../route/af-spec.ts'
import type { Link } from '../../route/link.ts'
import { programJson, programText } from '../print-program.ts'
import { finish, linkName, type Names, namesOf, Sheet, type Show, showing } from '../sheet.ts'
import { addLinkInfo } from './link-kinds.ts'
import { addFunctions } from './link-vf.ts'
import { typeName } from './link-words.ts'
import { addStatistics } from './print-statistics.ts'

/** `ip link show`: all of `links`, in their order. `names` knows those that they refer to. */
export function printLinks(
  links: readonly Link[],
  options: Partial<Show> = {},
  names: Names = namesOf(links as Iterable<{ index: number; name?: string; up: boolean }>),
): string {
  const show = showing(options)
  return finish(
    links.map(link => (show.brief ? briefLink(link, show, names) : fullLink(link, show, names))),
    show,
  )
}

/** What was made of a link, or that it is gone, as a notification tells it. */
export function noticeSheet(link: Link, deleted: boolean, show: Show, names: Names): Sheet {
  const sheet = new Sheet(show)
  if (deleted) sheet.add('deleted', true, 'Deleted ')
  addLink(sheet, link, names, { ofLink: false, ofChange: true })
  return sheet
}

function fullLink(link: Link, show: Show, names: Names): Sheet {
  const sheet = new Sheet(show)
  addLink(sheet, link, names, { ofLink: true })
  return sheet
}

function briefLink(link: Link, show: Show, names: Names): Sheet {
  const sheet = new Sheet(show)
  addBriefHead(sheet, link, names)
  if (link.address !== undefined) {
    const text = address(link, link.address)
    sheet.add('address', text, sheet.paint('mac', `${text} `))
  }
  addFlags(sheet, link, names)
  sheet.say('\n')
  return sheet
}

/** Name and state, of `-br`. */
export function addBriefHead(sheet: Sheet, link: Link, names: Names): void {
  const name = link.name ?? '<nil>'
  if (link.link === undefined) sheet.say(padded(sheet, name))
  else if (link.link === 0) {
    sheet.note('link', null)
    sheet.say(padded(sheet, `${name}@NONE`))
  } else if (link.linkNetnsId !== undefined) {
    sheet.note('link_index', link.link)
    sheet.say(padded(sheet, `${name}@if${link.link}`))
  } else {
    const below = linkName(names, link.link)
    sheet.note('link', below)
    sheet.say(padded(sheet, `${name}@${below}`))
  }
  sheet.note('ifname', name)
  if (link.operState !== undefined)
    addOperState(sheet, link.operState, state => sheet.paint(stateColor(state), `${state.padEnd(14)} `))
}

const padded = (sheet: Sheet, name: string): string => sheet.paint('link', `${name.padEnd(16)} `)

// ── the parts ──────────────────────────────────────────────────────────────

export interface LinkView {
  /** Whether the object is `link`, and not `address`, which says less of links. */
  readonly ofLink: boolean
  /** Whether it is told of a change: the length of its queue is not told then. */
  readonly ofChange?: boolean
}

/** Everything of a link up to, and with, the newline at its end. */
export function addLink(sheet: Sheet, link: Link, names: Names, view: LinkView): void {
  addHead(sheet, link, names)
  addFlags(sheet, link, names)
  addState(sheet, link, names, view)
  const { family, details } = sheet.show
  if (view.ofLink || family === 'unspec' || family === 'packet' || details) addAddresses(sheet, link)
  addElsewhere(sheet, link, names)
  if (link.protoDown) addProtoDown(sheet, link)
  if (details) addDetails(sheet, link, names, view)
  addTail(sheet, link, names, view)
  sheet.say('\n')
}

/** `4: veth1@veth2: ` */
function addHead(sheet: Sheet, link: Link, names: Names): void {
  sheet.add('ifindex', link.index, `${link.index}: `)
  const name = link.name ?? '<nil>'
  const paint = (text: string): string => sheet.paint('link', text)
  if (link.link === undefined) sheet.say(paint(`${name}: `))
  else if (link.link === 0) sheet.add('link', null, paint(`${name}@NONE: `))
  else if (link.linkNetnsId !== undefined) sheet.add('link_index', link.link, paint(`${name}@if${link.link}: `))
  else {
    const below = linkName(names, link.link)
    sheet.add('link', below, paint(`${name}@${below}: `))
  }
  sheet.note('ifname', link.name ?? null)
}

/** The flags in the order in which iproute2 prints them; RUNNING is told by its absence, NO-CARRIER. */
const FLAGS: readonly Exclude<Link['flags'][number], number>[] = [
  'loopback',
  'broadcast',
  'pointopoint',
  'multicast',
  'noarp',
  'allmulti',
  'promisc',
  'master',
  'slave',
  'debug',
  'dynamic',
  'automedia',
  'portsel',
  'notrailers',
  'up',
  'lower_up',
  'dormant',
  'echo',
]

/** `<BROADCAST,MULTICAST,UP,LOWER_UP> `; M-DOWN: the link below is down. */
export function addFlags(sheet: Sheet, link: Link, names: Names): void {
  const { flags } = link
  const rest = flags.filter(flag => typeof flag === 'number')
  const words = [
    ...(flags.includes('up') && !flags.includes('running') ? ['NO-CARRIER'] : []),
    ...FLAGS.filter(flag => flags.includes(flag)).map(flag => flag.toUpperCase()),
    ...rest.map(flag => flag.toString(16)),
  ]
  // A device below that is in another namespace cannot be asked.
  const below = link.link && link.linkNetnsId === undefined ? names.link(link.link) : undefined
  if (below && !below.up) words.push('M-DOWN')
  sheet.add('flags', words, `<${words.join(',')}> `)
}

function addState(sheet: Sheet, link: Link, names: Names, { ofLink, ofChange }: LinkView): void {
  if (link.mtu !== undefined) sheet.add('mtu', link.mtu)
  addXdp(sheet, link, names, ofLink)
  if (link.qdisc !== undefined) sheet.add('qdisc', link.qdisc)
  if (link.master !== undefined) sheet.add('master', linkName(names, link.master))
  if (link.operState !== undefined)
    addOperState(sheet, link.operState, state => `state ${sheet.paint(stateColor(state), `${state} `)}`)
  if (ofLink && link.linkMode !== undefined) {
    if (typeof link.linkMode === 'number' || link.linkMode === 'testing')
      sheet.add('linkmode_index', link.linkMode === 'testing' ? 2 : link.linkMode, `mode ${link.linkMode} `)
    else sheet.add('linkmode', link.linkMode.toUpperCase(), `mode ${link.linkMode.toUpperCase()} `)
  }
  if (link.group !== undefined) sheet.add('group', groupName(link.group, sheet.show))
  if (link.txQueueLength && !ofChange) sheet.add('txqlen', link.txQueueLength, `qlen ${link.txQueueLength}`)
  if (link.event !== undefined && link.event !== 'none') sheet.add('event', EVENTS[link.event] ?? String(link.event))
}

/** The name of a group of links: only the default one has one that everybody knows. */
export const groupName = (group: number, { numeric }: Show): string =>
  group === 0 && !numeric ? 'default' : String(group)

/** What happened, in a notification (IFLA_EVENT). */
const EVENTS: Readonly<Record<string, string>> = {
  reboot: 'REBOOT',
  features: 'FEATURE CHANGE',
  bonding_failover: 'BONDING FAILOVER',
  notify_peers: 'NOTIFY PEERS',
  igmp_resend: 'RESEND IGMP',
  bonding_options: 'BONDING OPTION',
}

function addOperState(sheet: Sheet, operState: NonNullable<Link['operState']>, text: (state: string) => string): void {
  if (typeof operState === 'number') sheet.add('operstate_index', operState, `state 0x${operState.toString(16)}`)
  else sheet.add('operstate', operState.toUpperCase(), text(operState.toUpperCase()))
}

const stateColor = (state: string): 'up' | 'down' | undefined =>
  state === 'UP' ? 'up' : state === 'DOWN' ? 'down' : undefined

/** Where a program is attached: iproute2's word, and its number in JSON. */
const XDP_MODES: Readonly<Record<string, readonly [word: string, mode: number]>> = {
  drv: ['xdp', 1],
  skb: ['xdpgeneric', 2],
  hw: ['xdpoffload', 3],
  multi: ['xdpmulti', 4],
}

function addXdp(sheet: Sheet, link: Link, names: Names, ofLink: boolean): void {
  const { attached, progId, skbProgId, drvProgId, hwProgId } = link.xdp ?? {}
  const mode = XDP_MODES[String(attached)]
  if (!mode) return
  const program = (id: number) => ({ prog: programJson(id, names.program?.(id), sheet.show.details) })
  const each = [
    [XDP_MODES['skb']!, skbProgId],
    [XDP_MODES['drv']!, drvProgId],
    [XDP_MODES['hw']!, hwProgId],
  ] as const
  sheet.note('xdp', {
    mode: mode[1],
    ...(progId && program(progId)),
    attached: each.flatMap(([[, number], id]) => (id ? [{ mode: number, ...program(id) }] : [])),
  })
  sheet.say(ofLink || !progId ? `${mode[0]} ` : `${mode[0]}/id:${progId} `)
}

/** `    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff` */
function addAddresses(sheet: Sheet, link: Link): void {
  const type = typeName(link.type, sheet.show)
  sheet.say(sheet.newline)
  sheet.add('link_type', type, `    link/${type} `)
  if (link.address !== undefined) {
    const text = address(link, link.address)
    sheet.add('address', text, sheet.paint('mac', text))
  }
  if (link.broadcast !== undefined) {
    const peer = link.flags.includes('pointopoint')
    if (peer) sheet.note('link_pointtopoint', true)
    const text = address(link, link.broadcast)
    sheet.add('broadcast', text, `${peer ? ' peer ' : ' brd '}${sheet.paint('mac', text)}`)
  }
  const { permanentAddress } = link
  if (permanentAddress !== undefined && permanentAddress !== link.address) addPermanent(sheet, link, permanentAddress)
}

function addPermanent(sheet: Sheet, link: Link, mac: string): void {
  const text = address(link, mac)
  sheet.add('permaddr', text, ` permaddr ${sheet.paint('mac', text)}`)
}

/** Types whose link-layer addresses are IP addresses. */
const IP_LINKS: ReadonlySet<unknown> = new Set(['ipip', 'sit', 'gre', 'tunnel6', 'gre6'])

function address(link: Link, mac: string): string {
  if (!IP_LINKS.has(link.type)) return mac
  const bytes = macBytes(mac)
  return bytes?.length === 4 ? ipv4Text(bytes, 0) : bytes?.length === 16 ? ipv6Text(bytes, 0) : mac
}

/** The namespaces at the other end, and where a link that is gone went. */
function addElsewhere(sheet: Sheet, { linkNetnsId, newNetnsId, newIndex }: Link, names: Names): void {
  if (linkNetnsId !== undefined) sheet.add('link_netnsid', linkNetnsId, ` link-${netnsText(names, linkNetnsId)}`)
  if (newNetnsId !== undefined) sheet.add('new_netnsid', newNetnsId, ` new-${netnsText(names, newNetnsId)}`)
  if (newIndex !== undefined) sheet.add('new_ifindex', newIndex, ` new-ifindex ${newIndex}`)
}

function netnsText(names: Names, id: number): string {
  if (id < 0) return 'netnsid unknown'
  const name = names.netns(id)
  return name === undefined ? `netnsid ${id}` : `netns ${name}`
}

function addProtoDown(sheet: Sheet, { protoDownReason }: Link): void {
  sheet.add('proto_down', true, ' protodown on ')
  const reasons = protoDownReason?.value
  if (!reasons) return
  const bits = Array.from({ length: 32 }, (_, bit) => bit).filter(bit => (reasons >>> bit) & 1)
  sheet.add('proto_down_reason', bits.map(String), `protodown_reason <${bits.join(',')}> `)
}

/** `[key of the link, text before the number, JSON key]` */
const NUMBERS = [
  ['numTxQueues', 'numtxqueues', 'num_tx_queues'],
  ['numRxQueues', 'numrxqueues', 'num_rx_queues'],
  ['gsoMaxSize', 'gso_max_size', 'gso_max_size'],
  ['gsoMaxSegs', 'gso_max_segs', 'gso_max_segs'],
  ['tsoMaxSize', 'tso_max_size', 'tso_max_size'],
  ['tsoMaxSegs', 'tso_max_segs', 'tso_max_segs'],
  ['groMaxSize', 'gro_max_size', 'gro_max_size'],
] as const

function addDetails(sheet: Sheet, link: Link, names: Names, { ofLink }: LinkView): void {
  if (link.promiscuity !== undefined) sheet.add('promiscuity', link.promiscuity, ` promiscuity ${link.promiscuity} `)
  if (link.allmulti !== undefined) sheet.add('allmulti', link.allmulti, ` allmulti ${link.allmulti} `)
  if (link.minMtu !== undefined) sheet.add('min_mtu', link.minMtu, `minmtu ${link.minMtu} `)
  if (link.maxMtu !== undefined) sheet.add('max_mtu', link.maxMtu, `maxmtu ${link.maxMtu} `)
  addLinkInfo(sheet, link, names)
  const mode = ofLink ? link.afSpec?.inet6?.addrGenMode : undefined
  if (mode !== undefined) addGenMode(sheet, mode)
  for (const [key, word, json] of NUMBERS) {
    const value = link[key]
    if (value !== undefined) sheet.add(json, value, `${word} ${value} `)
  }
  if (link.physPortName !== undefined) sheet.add('phys_port_name', link.physPortName, `portname ${link.physPortName} `)
  if (link.physPortId) addHex(sheet, 'phys_port_id', 'portid', link.physPortId)
  if (link.physSwitchId) addHex(sheet, 'phys_switch_id', 'switchid', link.physSwitchId)
  if (link.parentDevBusName !== undefined) sheet.add('parentbus', link.parentDevBusName)
  if (link.parentDevName !== undefined) sheet.add('parentdev', link.parentDevName)
}

function addHex(sheet: Sheet, key: string, word: string, bytes: Uint8Array): void {
  const digits = Buffer.from(bytes).toString('hex')
  sheet.add(key, digits, `${word} ${digits} `)
}

function addGenMode(sheet: Sheet, mode: string | number): void {
  const word = IN6_ADDR_GEN_MODE.byWord.has(String(mode)) ? String(mode) : `0x${Number(mode).toString(16)}`
  sheet.add('inet6_addr_gen_mode', word, `addrgenmode ${word} `)
}

/** What stands on lines of its own. */
function addTail(sheet: Sheet, link: Link, names: Names, { ofLink }: LinkView): void {
  const { details, statistics } = sheet.show
  const line = `${sheet.newline}    `
  if ((ofLink || details) && link.alias) sheet.add('ifalias', link.alias, `${line}alias ${link.alias}`)
  const program = link.xdp?.progId
  if ((ofLink || details) && program)
    sheet.say(`${line}prog/xdp ${programText(program, names.program?.(program), details)}`)
  if (ofLink && statistics > 0 && (link.stats64 || link.stats)) {
    sheet.say(sheet.newline)
    addStatistics(sheet, link)
  }
  if (ofLink || details) addFunctions(sheet, link)
  const altNames = link.propList?.altNames ?? []
  if (altNames.length > 0) sheet.add('altnames', altNames, altNames.map(name => `${line}altname ${name}`).join(''))
}
