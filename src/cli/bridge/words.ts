// What the objects of `bridge` read and say alike. All its failures are 255, but for a dump that the kernel refuses: 1.
import { readFileSync } from 'node:fs'
import { NetlinkError } from '../../netlink/error.ts'
import type { ListRequest } from '../../netlink/request.ts'
import { macBytes } from '../../netlink/text.ts'
import type { Link } from '../../route/link.ts'
import { CommandError, kernelLine, USAGE, USER } from '../errors.ts'
import type { Session } from '../session.ts'
import { expected, type Keywords, once, oneDevice, parseInteger, readAll, short, type Words, whole } from '../words.ts'

/** A link that must be there, in iproute2's words: `Cannot find bridge device "br9"`. */
export function device(session: Session, name: string, what = 'device'): Link {
  const link = session.find(name)
  if (link) return link
  throw new CommandError(USAGE, `Cannot find ${what} "${name}"`, session.absent(name))
}

/** A list, or what `bridge` says and answers when the kernel will not give it. */
export function dumped<Item>(session: Session, request: ListRequest<Item>): Item[] {
  try {
    return session.run(request)
  } catch (error) {
    if (!(error instanceof NetlinkError)) throw error
    throw new CommandError(USER, kernelLine(error), `Dump terminated\nnetloom: ${error.message}`)
  }
}

const ETHERNET = 6

/** An Ethernet address that was read. */
export function checkMac(words: Words, text: string): string {
  if (macBytes(text)?.length === ETHERNET) return text
  throw words.fail(`Invalid mac address ${text}`, 'six pairs of hexadecimal digits, 02:00:00:00:00:01', USAGE)
}

const VLANS = 4096

/** Reads a VLAN, or with `ranges` a range of them, `10-20`. */
export function readVlan(words: Words): number
export function readVlan(words: Words, ranges: true): number | readonly [number, number]
export function readVlan(words: Words, ranges = false): number | readonly [number, number] {
  const text = words.take(ranges ? 'a VLAN, or a range of them' : 'a VLAN')
  const [first = '', last, ...rest] = ranges ? text.split('-') : [text]
  const [from, to] = [parseInteger(first), last === undefined ? undefined : parseInteger(last)]
  if (last !== undefined && (from === undefined || to === undefined || rest.length > 0 || from >= to || to >= VLANS))
    throw words.fail(`Invalid VLAN range "${text}"`, `FIRST-LAST, both below ${VLANS}`, USAGE)
  if (from === undefined || from >= VLANS)
    throw words.fail(`Invalid VLAN ID "${text}"`, `a whole number from 1 to ${VLANS - 2}`, USAGE)
  return to === undefined ? from : [from, to]
}

const MOST_VNI = 0xffffff

export function readVni(words: Words, reason: string): number {
  const value = parseInteger(words.take('a VNI'))
  if (value === undefined || value > MOST_VNI) throw words.wrong(reason, `a whole number from 0 to ${MOST_VNI}`)
  return value
}

/** Reads a UDP port, by number or by the name that /etc/services has for it. */
export function readPort(words: Words): number {
  const text = words.take('a UDP port')
  const value = parseInteger(text) ?? service(text)
  if (value === undefined || value > 0xffff) throw words.wrong('invalid port', 'a number, or a name in /etc/services')
  return value
}

function service(name: string): number | undefined {
  let text: string
  try {
    text = readFileSync('/etc/services', 'utf8')
  } catch {
    return undefined
  }
  for (const line of text.split('\n')) {
    const [first, port = '', ...aliases] = line.replace(/#.*/, '').trim().split(/\s+/)
    if (port.endsWith('/udp') && (first === name || aliases.includes(name))) return Number.parseInt(port, 10)
  }
  return undefined
}

/** What `show` chooses by: `[ dev DEV ] [ vid VLAN_ID ]`. */
export interface Chosen {
  readonly vid: number | undefined
  /** Whether it is of the device, where one was named. */
  has(item: { readonly index: number }): boolean
}

interface ChoiceWords {
  readonly help: () => never
  dev?: string
  vid?: number
}

const CHOICE: Keywords<ChoiceWords> = {
  dev: oneDevice(),
  vid: whole(once<ChoiceWords, 'vid'>('vid', 'vid', words => readVlan(words))),
  help: short((_, choice) => choice.help()),
}

/** Reads what `show` chooses by. */
export function readChoice(words: Words, session: Session, help: () => never): Chosen {
  const choice: ChoiceWords = { help }
  readAll(words, CHOICE, choice, () => {
    throw unknownWord(words, Object.keys(CHOICE))
  })
  const index = choice.dev === undefined ? undefined : device(session, choice.dev).index
  return { vid: choice.vid, has: item => index === undefined || item.index === index }
}

/** A word that nothing of `list` is. (`bridge` itself passes over many of them in silence.) */
export function unknownWord(words: Words, list: readonly string[]): CommandError {
  const word = words.take()
  return words.fail(`Error: "${word}" is unknown.`, expected(word, list), USAGE)
}
