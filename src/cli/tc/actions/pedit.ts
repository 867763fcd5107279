// pedit: bytes of packets, raw by offset or by the names of header fields.
import { ipBytes, isIPv4, isIPv6 } from '../../../netlink/text.ts'
import { expected, matching, type Words } from '../../words.ts'
import type { ActionKind } from '../kind.ts'
import { hex8 } from '../text.ts'
import { mac, parseNumber, u32 } from '../values.ts'
import { addPlace, addTimes, addVerdict, ending } from './verdict.ts'

/** One 32-bit word of a packet: big-endian here, as in the packet. */
interface Key {
  readonly offset: number
  readonly mask: number
  readonly value: number
  readonly header: string
  readonly command: 'set' | 'add'
}

/** A field of a header: where it is, how long in bits, and which of them count. */
interface Field {
  readonly offset: number
  readonly bits: 8 | 16 | 32
  readonly retain?: number
  readonly form?: 'address' | 'address6' | 'mac'
}

const HEADERS: Readonly<Record<string, Readonly<Record<string, Field>>>> = {
  eth: {
    dst: { offset: 0, bits: 32, form: 'mac' },
    src: { offset: 6, bits: 32, form: 'mac' },
    type: { offset: 12, bits: 16 },
  },
  ip: {
    src: { offset: 12, bits: 32, form: 'address' },
    dst: { offset: 16, bits: 32, form: 'address' },
    tos: { offset: 1, bits: 8 },
    dsfield: { offset: 1, bits: 8 },
    ihl: { offset: 0, bits: 8, retain: 0x0f },
    ttl: { offset: 8, bits: 8 },
    protocol: { offset: 9, bits: 8 },
    precedence: { offset: 1, bits: 8 },
    nofrag: { offset: 6, bits: 8, retain: 0x3f },
    firstfrag: { offset: 6, bits: 8, retain: 0x1f },
    ce: { offset: 6, bits: 8, retain: 0x80 },
    df: { offset: 6, bits: 8, retain: 0x40 },
    mf: { offset: 6, bits: 8, retain: 0x20 },
    sport: { offset: 20, bits: 16 },
    dport: { offset: 22, bits: 16 },
    icmp_type: { offset: 20, bits: 8 },
    icmp_code: { offset: 21, bits: 8 },
  },
  ip6: {
    src: { offset: 8, bits: 32, form: 'address6' },
    dst: { offset: 24, bits: 32, form: 'address6' },
    traffic_class: { offset: 0, bits: 32, retain: 0x0ff00000 },
    flow_lbl: { offset: 0, bits: 32, retain: 0x000fffff },
    payload_len: { offset: 4, bits: 16 },
    nexthdr: { offset: 6, bits: 8 },
    hoplimit: { offset: 7, bits: 8 },
  },
  tcp: { sport: { offset: 0, bits: 16 }, dport: { offset: 2, bits: 16 }, flags: { offset: 13, bits: 8 } },
  udp: { sport: { offset: 0, bits: 16 }, dport: { offset: 2, bits: 16 } },
  icmp: { type: { offset: 0, bits: 8 }, code: { offset: 1, bits: 8 } },
}
const ORDER = ['eth', 'ip', 'ip6', 'tcp', 'udp', 'icmp']
const COMMANDS = ['set', 'add', 'clear', 'invert', 'preserve', 'decrement']

const all = (bits: number): number => 2 ** bits - 1

/** The key for `value` in a field: shifted to its place within the word around it. */
function keyOf(field: Field, header: string, command: 'set' | 'add', value: number, retain: number, keep = false): Key {
  const within = field.offset & 3
  const shift = 32 - field.bits - 8 * within
  const wide = (number: number): number => Number(BigInt(number >>> 0) << BigInt(shift)) >>> 0
  const counted = wide(retain & all(field.bits))
  return {
    offset: field.offset - within,
    mask: keep ? 0xffffffff : ~counted >>> 0,
    value: (wide(value) & counted) >>> 0,
    header,
    command,
  }
}

function readRetain(words: Words, otherwise: number): number {
  if (words.next !== 'retain') return otherwise
  words.take()
  return u32(words, 'retain') as number
}

/** `CMD [ VALUE ] [ retain MASK ]` of a field. */
function readField(words: Words, field: Field, header: string, extended: boolean): Key[] {
  const word = words.take(`one of: ${COMMANDS.join(', ')}`)
  const command = matching(word, COMMANDS)
  if (command === undefined) throw words.fail(`Illegal pedit construct`, expected(word, COMMANDS))
  if (command === 'add' && !extended)
    throw words.fail('Non extended mode. only "set" command is supported', 'pedit ex munge …')
  const kind = command === 'add' ? 'add' : 'set'
  if (field.form === 'mac') return macKeys(field, header, mac(words, 'address'))
  if (field.form === 'address6') return addressKeys(words, field, header)
  const own = field.retain ?? all(field.bits)
  if (command === 'clear') return [keyOf(field, header, 'set', 0, readRetain(words, own))]
  if (command === 'invert') return [keyOf(field, header, 'set', all(field.bits), readRetain(words, own), true)]
  if (command === 'preserve') return [keyOf(field, header, 'set', 0, 0)]
  const value = field.form === 'address' ? address(words) : (u32(words, 'value') as number)
  const aligned = field.retain && field.bits === 32 ? value * (field.retain & -field.retain) : value
  return [keyOf(field, header, kind, aligned, readRetain(words, own))]
}

function address(words: Words): number {
  const text = words.take('an address')
  if (!isIPv4(text)) throw words.fail('Illegal address', 'an IPv4 address is expected')
  return [...ipBytes(text)!].reduce((sum, byte) => sum * 256 + byte, 0)
}
function addressKeys(words: Words, field: Field, header: string): Key[] {
  const text = words.take('an address')
  if (!isIPv6(text)) throw words.fail('Illegal address', 'an IPv6 address is expected')
  const view = new DataView(Uint8Array.from(ipBytes(text)!).buffer)
  return [0, 4, 8, 12].map(at =>
    keyOf({ ...field, offset: field.offset + at }, header, 'set', view.getUint32(at), all(32)),
  )
}
/** Six bytes lie in two words, with two of other bytes. */
function macKeys({ offset }: Field, header: string, text: string): Key[] {
  const bytes = text.split(':').map(part => Number.parseInt(part, 16))
  const number = (part: readonly number[]): number => part.reduce((sum, byte) => sum * 256 + byte, 0)
  const key = (at: number, bits: 16 | 32, part: readonly number[]): Key =>
    keyOf({ offset: at, bits }, header, 'set', number(part), all(bits))
  return offset % 4 === 0
    ? [key(offset, 32, bytes.slice(0, 4)), key(offset + 4, 16, bytes.slice(4))]
    : [key(offset, 16, bytes.slice(0, 2)), key(offset + 2, 32, bytes.slice(2))]
}

const WIDTHS: Readonly<Record<string, 8 | 16 | 32>> = { u32: 32, u16: 16, u8: 8 }

/** `offset OFFSET { u32 | u16 | u8 } CMD …` */
function readRaw(words: Words, extended: boolean): Key[] {
  const text = words.take('an offset')
  const offset = (text.startsWith('-') ? -1 : 1) * (parseNumber(text.replace(/^-/, '')) ?? Number.NaN)
  if (Number.isNaN(offset)) throw words.fail('Illegal pedit construct', 'an offset is expected')
  const bits = WIDTHS[words.take('u32, u16 or u8')]
  if (bits === undefined) throw words.fail('Illegal pedit construct', 'u32, u16 or u8')
  if ((bits === 32 && offset % 4 !== 0) || (bits === 16 && offset % 2 !== 0))
    throw words.fail(`pack_key: offset ${offset} isn't aligned`, `a u${bits} lies on a whole number of its bytes`)
  return readField(words, { offset, bits }, 'network', extended)
}

function readMunge(words: Words, extended: boolean): Key[] {
  const word = words.take('offset, or a header')
  if (word === 'offset') return readRaw(words, extended)
  const header = matching(word, ORDER)
  if (header === undefined) throw words.fail('Illegal pedit construct', expected(word, ['offset', ...ORDER]))
  const fields = HEADERS[header]!
  const name = matching(words.take(`one of: ${Object.keys(fields).join(', ')}`), Object.keys(fields))
  if (name === undefined) throw words.fail('Illegal pedit construct', expected(words.last, Object.keys(fields)))
  // Without `ex` the kernel counts from the network header whatever the words: of Ethernet backwards.
  const field = fields[name]!
  if (extended) return readField(words, field, header, true)
  if (!['ip', 'ip6'].includes(header))
    throw words.fail(`Unsupported "${header}" in non-extended mode`, 'pedit ex munge …')
  return readField(words, field, header, false)
}

/** Bytes of a packet as the struct has them: a number in the machine's order. */
const swap = (value: number): number => {
  const view = new DataView(new ArrayBuffer(4))
  view.setUint32(0, value)
  return view.getUint32(0, true)
}
const HTYPES: Readonly<Record<string, string>> = { icmp: 'network' }

export const pedit: ActionKind = {
  help: `Usage: … action pedit munge MUNGE … [ VERDICT ] [ index INDEX ]
       … action pedit ex munge MUNGE … [ VERDICT ] [ index INDEX ]
MUNGE := offset OFFSET { u8 | u16 | u32 } CMD | HEADER FIELD CMD
CMD := { set VALUE | add VALUE (with ex) | clear | invert } [ retain MASK ]
${ORDER.map(name => `	${name.padEnd(5)} ${Object.keys(HEADERS[name]!).join(' ')}`).join('\n')}\n`,
  read(words) {
    const extended = words.next === 'ex'
    if (extended) words.take()
    const keys: Key[] = []
    while (words.next !== undefined && matching(words.next, ['munge']) && words.next.length > 1) {
      words.take()
      keys.push(...readMunge(words, extended))
    }
    if (keys.length === 0) throw words.fail('Illegal pedit construct', 'munge ip ttl set 5')
    const { action, index } = ending(words, 'pedit', 'pass')
    const parameters = {
      index,
      action,
      count: keys.length,
      keys: keys.map(({ offset, mask, value }) => ({ offset, mask: swap(mask), value: swap(value) })),
    }
    if (!extended) return { parameters }
    return {
      parametersEx: parameters,
      keysEx: { keys: keys.map(({ header, command }) => ({ header: HTYPES[header] ?? header, command })) },
    }
  },
  print(sheet, { parameters, parametersEx, keysEx, times }) {
    const { keys, ...rest } = parametersEx ?? parameters ?? { keys: undefined }
    if (!keys) return
    sheet.add('kind', 'pedit', ' pedit ')
    addVerdict(sheet, rest.action, 'action ', ' ')
    sheet.add('nkeys', rest.count, `keys ${rest.count}`)
    addPlace(sheet, rest, `\n \t `)
    addTimes(sheet, times)
    const shown = keys.map((key: any, i: number) => {
      const { header = 'network', command = 'set' } = keysEx?.keys[i] ?? {}
      const [value, mask] = [hex8(swap(key.value)), hex8(swap(key.mask))]
      const name = header === 'ip' ? 'ipv4' : header === 'ip6' ? 'ipv6' : header
      const at = header === 'network' ? `${key.offset}` : `${name}${key.offset < 0 ? '' : '+'}${key.offset}`
      sheet.say(`\n\t key #${i}  at ${at}: ${command === 'add' ? 'add' : 'val'} ${value} mask ${mask}`)
      return { htype: name, offset: key.offset, cmd: command, val: value, mask }
    })
    sheet.note('keys', shown)
    sheet.say(sheet.newline)
  },
}
