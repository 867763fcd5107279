// rsvp, rsvp6: by the ends of a session, and what the header behind IP's says. Linux has them no more (removed in 6.3).
import { isIPv4 } from '../../../netlink/text.ts'
import { IP_PROTOCOLS } from '../../names.ts'
import { fullAddress } from '../../prefix.ts'
import type { Sheet } from '../../sheet.ts'
import { expected, type Keyword, type Keywords, short, type Words, whole } from '../../words.ts'
import type { FilterKind } from '../kind.ts'
import { hex8 } from '../text.ts'
import { type Found, illegal, parseNumber, readOptions, signed, u32, unsigned } from '../values.ts'
import { actionWords, addFlow, addOutcome, classId, numberHandle } from './common.ts'

/** Four bytes of a packet, so many behind the header of IP, and what they must be under a mask. */
interface Field {
  readonly key: number
  readonly mask: number
  readonly offset: number
}
const NO_FIELD: Field = { key: 0, mask: 0, offset: 0 }
const ALL = 0xffffffff
const PORT = 0xffff
const FLOW_LABEL = 0xfffff
/** From the end of an IPv6 header back to its beginning. */
const FLOW_OFFSET = -40
const AH_OFFSET = 4

type End = 'dst' | 'src'
/** The ports share four bytes: that of the sender is the upper half. */
const PORT_SHIFT: Readonly<Record<End, number>> = { src: 16, dst: 0 }
const portMask = (end: End): number => (PORT << PORT_SHIFT[end]) >>> 0

// ── words ──────────────────────────────────────────────────────────────────

/** `u8`, `u16`: how far left of its four bytes a number stands, by where it begins in them. */
const SHIFTS: Readonly<Record<string, readonly number[]>> = {
  u8: [24, 16, 8, 0],
  u16: [16, 0, 0, 0],
  u32: [0, 0, 0, 0],
}
const WIDEST: Readonly<Record<string, number>> = { u8: 0xff, u16: 0xffff, u32: ALL }

/** What may stand behind an address; undefined: the next word is none of them. */
function field(words: Words, name: string, inet6: boolean): Field | undefined {
  const word = words.next ?? ''
  if (Object.hasOwn(SHIFTS, word)) return bytesAt(words, words.take(), name)
  if (word === 'spi/ah' || word === 'spi/esp') {
    words.take()
    return { key: u32(words, name) as number, mask: ALL, offset: word === 'spi/ah' ? AH_OFFSET : 0 }
  }
  if (word !== 'flowlabel') return undefined
  words.take()
  if (!inet6) throw illegal(words, name, 'IPv4 has no flow labels: rsvp6 has them')
  return { key: unsigned(0, FLOW_LABEL)(words, name) as number, mask: FLOW_LABEL, offset: FLOW_OFFSET }
}

/** `{ u8 | u16 | u32 } VALUE [ mask MASK ] [ at OFFSET ]` */
function bytesAt(words: Words, width: string, name: string): Field {
  const most = WIDEST[width]!
  const key = u32(words, name) as number
  // tc itself compares only two bytes of a u32 without a mask.
  const mask = next(words, 'mask') ? (u32(words, name) as number) : most
  const at = next(words, 'at') ? (signed(words, name) as number) : 0
  const shift = SHIFTS[width]![at & 3]!
  const kept = (mask & most) >>> 0
  return { key: ((key & kept) << shift) >>> 0, mask: (kept << shift) >>> 0, offset: at & ~3 }
}
function next(words: Words, word: string): boolean {
  if (words.next !== word) return false
  words.take()
  return true
}

const end = (key: End, inet6: boolean): Keyword<Found> =>
  short((words, found) => {
    const name = key === 'dst' ? 'session' : 'sender'
    const [text = '', port, ...rest] = words.take('an address').split('/')
    const address = addressOf(text, inet6)
    if (address === undefined || rest.length > 0)
      throw illegal(words, name, `an address of ${inet6 ? 'IPv6' : 'IPv4'} is expected, with its port behind a slash`)
    // Any address is one that is not compared.
    found[key] = address === 'any' ? undefined : address
    const number = port === undefined ? undefined : parseNumber(port)
    if (port !== undefined && (number === undefined || number > PORT))
      throw illegal(words, name, 'a port is 0 to 65535')
    const behind =
      number === undefined
        ? field(words, name, inet6)
        : { key: (number << PORT_SHIFT[key]) >>> 0, mask: portMask(key), offset: 0 }
    if (behind) found['packet'] = { ...found['packet'], [key]: behind }
  })

function addressOf(text: string, inet6: boolean): string | undefined {
  if (text === 'any' || text === 'all') return 'any'
  if (text === 'default') return inet6 ? '::' : '0.0.0.0'
  const address = fullAddress(text)
  return address !== undefined && isIPv4(address) === !inet6 ? address : undefined
}

const ofPacket = (key: string, read: (words: Words) => unknown): Keyword<Found> =>
  whole((words, found) => void (found['packet'] = { ...found['packet'], [key]: read(words) }))

function ipProtocol(words: Words): number {
  const text = words.take('an IP protocol')
  const value = parseNumber(text, 10) ?? IP_PROTOCOLS.value(text.toLowerCase())
  if (value === undefined || value > 0xff) throw illegal(words, 'ipproto', expected(text, ['tcp', 'udp', 'esp', 'ah']))
  return value
}

const wordsOf = (inet6: boolean): Keywords<Found> => ({
  classid: classId,
  session: end('dst', inet6),
  sender: end('src', inet6),
  ipproto: ofPacket('protocol', ipProtocol),
  tunnelid: ofPacket('tunnelId', words => unsigned(0, 0xff)(words, 'tunnelid')),
  tunnel: whole((words, found) => {
    const id = u32(words, 'tunnel') as number
    if (!next(words, 'skip')) {
      words.take('skip')
      throw illegal(words, 'skip', 'tunnel ID skip BYTES')
    }
    found['classId'] = `${(id >>> 16).toString(16)}:${(id & 0xffff).toString(16)}`
    found['packet'] = { ...found['packet'], tunnelHeader: unsigned(0, 0xff)(words, 'skip') }
  }),
})

const HELP = `[ ipproto PROTOCOL ] session ADDRESS[/PORT | GPI] [ sender ADDRESS[/PORT | GPI] ]
	[ classid CLASSID | tunnel ID skip BYTES ] [ tunnelid ID ] [ action ACTION … ] [ police POLICE ]
GPI := { spi/ah SPI | spi/esp SPI | flowlabel LABEL | { u8 | u16 | u32 } VALUE [ mask MASK ] [ at OFFSET ] }
	flowlabel is IPv6's; an offset is counted from the end of the IP header
	(Linux has it until 6.2)\n`

function kind(name: 'rsvp' | 'rsvp6'): FilterKind {
  return {
    help: `Usage: … ${name} ${HELP}`,
    read(words, reading) {
      const handle = numberHandle(words, reading.handle)
      if (words.done) return { handle }
      const found = readOptions(words, { ...wordsOf(name === 'rsvp6'), ...actionWords(reading) })
      const { packet, ...options } = found
      return { handle, options: { ...options, ...(packet && { packet }) } }
    },
    print(sheet, options, view) {
      const { classId: id, dst, src, packet } = options
      const { protocol = 0, tunnelId = 0, tunnelHeader = 0 } = packet ?? {}
      const fields: Readonly<Record<End, Field>> = { dst: packet?.dst ?? NO_FIELD, src: packet?.src ?? NO_FIELD }
      if (view.handle) sheet.add('fh', `0x${hex8(view.handle)}`)
      if (tunnelHeader && id !== undefined) {
        const tunnel = numberOf(id)
        sheet.add('tunnel', tunnel)
        sheet.add('skip', tunnelHeader)
      } else addFlow(sheet, id)
      sheet.add('session', dst ?? null, `session ${dst ?? 'NONE'}`)
      addField(sheet, 'session', fields.dst, 'dst')
      sheet.say(' ')
      if (protocol) {
        const text = IP_PROTOCOLS.name(protocol) ?? `ipproto-${protocol}`
        sheet.add('ipproto', text)
      }
      if (tunnelId) sheet.add('tunnelid', tunnelId)
      if (src !== undefined || fields.src.mask) {
        sheet.add('sender', src ?? null, `sender ${src === undefined ? '[NONE]' : ` ${src}`}`)
        addField(sheet, 'sender', fields.src, 'src')
        sheet.say(' ')
      }
      addOutcome(sheet, options, view, { police: '' })
    },
  }
}

export const rsvp = kind('rsvp')
export const rsvp6 = kind('rsvp6')

function numberOf(id: string): number {
  const [major = '0', minor = '0'] = id.split(':')
  return Number.parseInt(major || '0', 16) * 0x10000 + Number.parseInt(minor || '0', 16)
}

/** What is behind an address; in the JSON it lies beside it: `sender_port`, `session_spi`. */
function addField(sheet: Sheet, who: string, { key, mask, offset }: Field, side: End): void {
  if (mask === 0) return
  if (mask === ALL && (offset === 0 || offset === AH_OFFSET)) {
    const spi = offset === 0 ? 'esp' : 'ah'
    sheet.add(`${who}_spi_${spi}`, `0x${hex8(key)}`, ` spi/${spi} 0x${hex8(key)}`)
  } else if (offset === 0 && mask === portMask(side)) {
    const port = key >>> PORT_SHIFT[side]
    sheet.add(`${who}_port`, port, `/${port}`)
  } else if (offset === FLOW_OFFSET && mask === FLOW_LABEL) {
    const label = `0x${key.toString(16).padStart(5, '0')}`
    sheet.add(`${who}_flowlabel`, label, ` flowlabel ${label}`)
  } else {
    sheet.say(` u32 0x${hex8(key)} mask ${hex8(mask)} at ${offset}`)
    sheet.note(`${who}_u32`, { value: `0x${hex8(key)}`, mask: `0x${hex8(mask)}`, at: offset })
  }
}
