// Addresses as `ip address` prints them, under the links that have them: text, `-br`, `-o`, and JSON, character for
// character iproute2 6.1's.
import type { Address } from '../../route/address.ts'
import type { Link } from '../../route/link.ts'
import { finish, hostOf, linkName, type Names, namesOf, Sheet, type Show, showing } from '../sheet.ts'
import { addBriefHead, addLink } from './print-link.ts'
import { scopeText } from './print-routing.ts'
import { addStatistics } from './print-statistics.ts'

/** How addresses are shown: as links are, and without the links' own lines (as iproute2 does when it filters by label). */
export type ShowAddresses = Show & { readonly bare?: boolean }

/**
 * `ip address show`: each link with those of `addresses` that are its own. Which links are shown is the caller's
 * choice: see `linksWith` for iproute2's.
 */
export function printAddresses(
  links: readonly Link[],
  addresses: readonly Address[],
  options: Partial<ShowAddresses> = {},
  names: Names = namesOf(links as Iterable<{ index: number; name?: string; up: boolean }>),
): string {
  const show: ShowAddresses = { ...showing(options), bare: options.bare ?? false }
  const byLink = new Map<number, Address[]>()
  for (const address of addresses) byLink.set(address.index, [...(byLink.get(address.index) ?? []), address])
  const withAddresses = show.family !== 'packet'
  return finish(
    links.map(link => linkSheet(link, withAddresses ? (byLink.get(link.index) ?? []) : undefined, show, names)),
    show,
  )
}

/** iproute2's choice of links: those of `shown` addresses and, where no family and no filter asks, those that have none. */
export function linksWith(
  links: readonly Link[],
  shown: readonly Address[],
  all: readonly Address[],
  family: Show['family'],
): Link[] {
  const wanted = new Set(shown.map(address => address.index))
  const any = new Set(all.map(address => address.index))
  return links.filter(
    ({ index }) => family === 'packet' || wanted.has(index) || (family === 'unspec' && !any.has(index)),
  )
}

/** Sheets of addresses alone go into `addr_info`. */
function linkSheet(link: Link, addresses: readonly Address[] | undefined, show: ShowAddresses, names: Names): Sheet {
  const sheet = new Sheet(show)
  const bare = (show.bare || show.oneline) && addresses !== undefined
  if (show.brief) addBriefHead(sheet, link, names)
  else if (!bare) addLink(sheet, link, names, { ofLink: false })
  if (addresses) {
    const parts = addresses.map(address => addressSheet(address, show, names))
    sheet.add(
      'addr_info',
      parts.map(part => part.json),
      parts.map(part => part.text).join(''),
    )
  }
  if (show.brief) sheet.say('\n')
  else if (show.statistics > 0 && !bare) {
    addStatistics(sheet, link)
    sheet.say(sheet.newline)
  }
  return sheet
}

/** What was made of an address, or that it is gone, as a notification tells it. */
export function noticeSheet(address: Address, deleted: boolean, options: Show, names: Names): Sheet {
  const sheet = new Sheet({ ...options, brief: false })
  if (deleted) sheet.add('deleted', true, 'Deleted ')
  return addAddress(sheet, address, names, true)
}

/** `ip address showdump`: each address under the number of its link, whose name may be another's now. */
export function printDump(addresses: readonly Address[], options: Partial<Show>, names: Names): string {
  const show = showing(options)
  const sheets = addresses.map(address => {
    const sheet = new Sheet(show)
    sheet.add('index', address.index, `if${address.index}:\n`)
    return addAddress(sheet, address, names, show.oneline)
  })
  return finish(sheets, show)
}

/** One address, with its newline. */
export const addressSheet = (address: Address, show: Show, names: Names): Sheet =>
  addAddress(new Sheet(show), address, names, show.oneline)

/** `named`: the link stands before it. */
function addAddress(sheet: Sheet, address: Address, names: Names, named: boolean): Sheet {
  const { show } = sheet
  const { local = address.address, address: prefix = local } = address
  const paint = (text: string): string => sheet.paint(address.family === 'inet6' ? 'inet6' : 'inet', text)
  const host = (text: string): string => hostOf(text, show, names)
  if (!show.brief) addFamily(sheet, address, names, named)
  if (local !== undefined && prefix !== undefined) {
    sheet.add('local', host(local), paint(host(local)))
    if (prefix !== local) sheet.add('address', host(prefix), ` peer ${paint(host(prefix))}`)
    sheet.add('prefixlen', address.prefixLength, `/${address.prefixLength} `)
  }
  if (address.routePriority) sheet.add('metric', address.routePriority)
  if (show.brief) return sheet
  if (address.broadcast !== undefined)
    sheet.add('broadcast', host(address.broadcast), `brd ${paint(`${host(address.broadcast)} `)}`)
  if (address.anycast !== undefined)
    sheet.add('anycast', host(address.anycast), `any ${paint(`${host(address.anycast)} `)}`)
  sheet.add('scope', scopeText(address.scope, show.numeric))
  addFlags(sheet, address)
  if (address.label !== undefined) sheet.add('label', address.label, address.label)
  if (address.cacheInfo) addLifetimes(sheet, address, address.cacheInfo)
  sheet.say('\n')
  return sheet
}

function addFamily(sheet: Sheet, { index, family }: Address, names: Names, named: boolean): void {
  if (named) {
    const name = linkName(names, index)
    sheet.note('index', index)
    sheet.add('dev', name, `${index}: ${name}`)
  }
  if (typeof family === 'number') sheet.add('family_index', family, `    family ${family} `)
  else sheet.add('family', family, `    ${family} `)
}

type Flags = NonNullable<Address['flags']>

/** IFA_F_* in the order in which iproute2 prints them; that an address is not permanent is told as `dynamic`. */
const FLAGS: readonly Exclude<Flags[number], number>[] = [
  'secondary',
  'temporary',
  'nodad',
  'optimistic',
  'dadfailed',
  'home',
  'deprecated',
  'tentative',
  'permanent',
  'mngtmpaddr',
  'noprefixroute',
  'autojoin',
  'stable-privacy',
]

function addFlags(sheet: Sheet, { flags = [] }: Address): void {
  for (const flag of FLAGS) {
    const there = flags.includes(flag)
    if (flag === 'permanent' ? there : !there) continue
    const word = flag === 'permanent' ? 'dynamic' : flag
    sheet.add(word, true, `${word} `)
  }
  const rest = flags.find(flag => typeof flag === 'number')
  if (rest === undefined) return
  const digits = rest.toString(16).padStart(2, '0')
  sheet.add('ifa_flags', digits, `flags ${digits} `)
}

const FOREVER = 0xffffffff

function addLifetimes(
  sheet: Sheet,
  { flags = [] }: Address,
  { valid, preferred }: NonNullable<Address['cacheInfo']>,
): void {
  // The kernel counts a deprecated address's preferred time on below zero.
  const left = flags.includes('deprecated') && preferred !== FOREVER ? preferred | 0 : preferred
  const text = (seconds: number): string => (seconds === FOREVER ? 'forever' : `${seconds}sec`)
  sheet.add('valid_life_time', valid, `${sheet.newline}       valid_lft ${text(valid)}`)
  sheet.add('preferred_life_time', left, ` preferred_lft ${text(left)}`)
}
