// u32: matches on any 32 bits of a packet, in hash tables that link to one another.
import { ipBytes, isIPv4, isIPv6 } from '../../../netlink/text.ts'
import { CommandError, USER } from '../../errors.ts'
import type { Json } from '../../json.ts'
import { fullAddress } from '../../prefix.ts'
import type { Sheet } from '../../sheet.ts'
import { expected, type Keyword, type Keywords, matching, short, type Words, whole } from '../../words.ts'
import type { FilterKind, Reading, View } from '../kind.ts'
import { hex8 } from '../text.ts'
import { type Found, illegal, parseNumber, readOptions, unsigned } from '../values.ts'
import { actionWords, addFlow, addHardware, addOutcome, HARDWARE } from './common.ts'

// ── handles: table, bucket, node ───────────────────────────────────────────

/** `800:0:5`, `800:`, `0x80000005`. undefined: it is none. */
export function parseU32Handle(text: string): number | undefined {
  if (/^0x[\da-f]{1,8}$/i.test(text)) return Number.parseInt(text, 16)
  const [, table, hash = '', node = ''] = /^([\da-f]{0,3}):(?:([\da-f]{0,2})(?::([\da-f]{0,3}))?)?$/i.exec(text) ?? []
  if (table === undefined) return undefined
  const number = (part: string): number => Number.parseInt(part || '0', 16)
  return ((number(table) << 20) | (number(hash) << 12) | number(node)) >>> 0
}
const nodeOf = (handle: number): number => handle & 0xfff
const hashOf = (handle: number): number => (handle >>> 12) & 0xff
const tableOf = (handle: number): number => handle >>> 20

export function u32HandleText(handle: number, raw: boolean): string {
  if (handle === 0) return 'none'
  const hash = hashOf(handle) ? hashOf(handle).toString(16) : ''
  const node = nodeOf(handle) ? `:${nodeOf(handle).toString(16)}` : ''
  const table = tableOf(handle) ? `${tableOf(handle).toString(16)}:` : ''
  return `${table}${hash}${node}${raw ? `[${hex8(handle)}]` : ''}`
}

// ── keys ───────────────────────────────────────────────────────────────────

interface Key {
  value: number
  mask: number
  readonly offset: number
  readonly offsetMask: number
}
const NEXT_HEADER = -1

/** Puts a key beside the others; one of the same place joins it, where they do not contradict each other. */
function pack(words: Words, keys: Key[], value: number, mask: number, offset: number, offsetMask = 0): void {
  const counted = (value & mask) >>> 0
  const same = keys.find(key => key.offset === offset && key.offsetMask === offsetMask)
  if (!same) {
    if (offset % 4 !== 0) throw words.fail('Illegal "match"', 'a match lies on a whole number of 4 bytes')
    keys.push({ value: counted, mask, offset, offsetMask })
    return
  }
  if (((counted ^ same.value) & mask & same.mask) !== 0)
    throw words.fail('Illegal "match"', 'it contradicts a match before it')
  same.value = (same.value | counted) >>> 0
  same.mask = (same.mask | mask) >>> 0
}

/** A key of 8 or 16 bits, shifted to its place in the 32 around it. */
function packBits(
  words: Words,
  keys: Key[],
  [value, mask]: readonly [number, number],
  bits: 8 | 16 | 32,
  offset: number,
  offsetMask = 0,
): void {
  if (bits !== 32 && (value >= 2 ** bits || mask >= 2 ** bits))
    throw words.fail('Illegal "match"', `value and mask have ${bits} bits`)
  const within = offset & 3
  const shift = bits === 32 ? 0 : bits === 16 ? (within === 0 ? 16 : 0) : 24 - 8 * within
  const at = bits === 32 ? offset : offset - within
  pack(words, keys, (value * 2 ** shift) >>> 0, (mask * 2 ** shift) >>> 0, at, offsetMask)
}

const bad = (words: Words, hint: string) => words.fail('Illegal "match"', hint)

function number(words: Words, base: number, what: string): number {
  const found = parseNumber(words.take(what), base)
  if (found === undefined || found > 0xffffffff) throw bad(words, `${what} is expected`)
  return found
}
function integer(words: Words, what: string): number {
  const text = words.take(what)
  const found = parseNumber(text.replace(/^-/, ''))
  if (found === undefined) throw bad(words, `${what} is expected`)
  return text.startsWith('-') ? -found : found
}

/** `VALUE MASK [ at [ nexthdr+ ] OFFSET ]` */
function valueAndMask(words: Words, keys: Key[], bits: 8 | 16 | 32, offset: number, offsetMask = 0): void {
  const pair = [number(words, 0, 'a value'), number(words, 16, 'a mask, in hexadecimal digits')] as const
  const place = at(words) ?? { offset, offsetMask }
  packBits(words, keys, pair, bits, place.offset, place.offsetMask)
}
function at(words: Words): { offset: number; offsetMask: number } | undefined {
  if (words.next !== 'at') return undefined
  words.take()
  const text = words.next ?? ''
  if (!text.startsWith('nexthdr+')) return { offset: integer(words, 'an offset'), offsetMask: 0 }
  words.take()
  const rest = text.slice('nexthdr+'.length)
  const offset = rest === '' ? integer(words, 'an offset') : parseNumber(rest)
  if (offset === undefined) throw bad(words, 'nexthdr+OFFSET')
  return { offset, offsetMask: NEXT_HEADER }
}

function address(words: Words, keys: Key[], offset: number): void {
  const [text = '', length = '32'] = words.take('an address, or a prefix').split('/')
  const found = ['any', 'all', 'default'].includes(text) ? '0.0.0.0' : fullAddress(text)
  const bits = found === '0.0.0.0' && text !== '0.0.0.0' ? 0 : parseNumber(length, 10)
  if (found === undefined || !isIPv4(found) || bits === undefined || bits > 32)
    throw bad(words, 'an IPv4 address or prefix')
  const value = [...ipBytes(found)!].reduce((sum, byte) => sum * 256 + byte, 0)
  pack(words, keys, value, maskOf(bits), at(words)?.offset ?? offset)
}
const maskOf = (bits: number): number => (bits === 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0)

function address6(words: Words, keys: Key[], offset: number): void {
  const [text = '', length = '128'] = words.take('an address, or a prefix').split('/')
  const bits = parseNumber(length, 10)
  if (!isIPv6(text) || bits === undefined || bits > 128) throw bad(words, 'an IPv6 address or prefix')
  const view = new DataView(Uint8Array.from(ipBytes(text)!).buffer)
  const place = at(words)?.offset ?? offset
  for (let done = 0; done < bits; done += 32)
    pack(words, keys, view.getUint32(done / 8), maskOf(Math.min(32, bits - done)), place + done / 8)
}

type Match = (words: Words, keys: Key[]) => void
const field =
  (bits: 8 | 16 | 32, offset: number, offsetMask = 0): Match =>
  (words, keys) =>
    valueAndMask(words, keys, bits, offset, offsetMask)
const fixed =
  (value: number, mask: number, offset: number): Match =>
  (words, keys) =>
    packBits(words, keys, [value, mask], 16, offset)

const IP: Readonly<Record<string, Match>> = {
  src: (words, keys) => address(words, keys, 12),
  dst: (words, keys) => address(words, keys, 16),
  tos: field(8, 1),
  dsfield: field(8, 1),
  ihl: field(8, 0),
  protocol: field(8, 9),
  precedence: field(8, 1),
  nofrag: fixed(0, 0x3fff, 6),
  firstfrag: fixed(0, 0x1fff, 6),
  df: fixed(0x4000, 0x4000, 6),
  mf: fixed(0x2000, 0x2000, 6),
  dport: field(16, 22),
  sport: field(16, 20),
  icmp_type: field(8, 20),
  icmp_code: field(8, 21),
}
const IP6: Readonly<Record<string, Match>> = {
  src: (words, keys) => address6(words, keys, 8),
  dst: (words, keys) => address6(words, keys, 24),
  priority: (words, keys) => {
    const [value, mask] = [number(words, 0, 'a value'), number(words, 16, 'a mask')]
    if (value > 0xff || mask > 0xff) throw bad(words, 'value and mask have 8 bits')
    pack(words, keys, value * 2 ** 20, mask * 2 ** 20, 0)
  },
  protocol: field(8, 6),
  flowlabel: field(32, 0),
  dport: field(16, 42),
  sport: field(16, 40),
  icmp_type: field(8, 40),
  icmp_code: field(8, 41),
}
const PORTS: Readonly<Record<string, Match>> = { src: field(16, 0, NEXT_HEADER), dst: field(16, 2, NEXT_HEADER) }
const ETHER: Readonly<Record<string, Match>> = {
  src: (words, keys) => etherAddress(words, keys, -8),
  dst: (words, keys) => etherAddress(words, keys, -14),
}
function etherAddress(words: Words, keys: Key[], offset: number): void {
  const text = words.take('a link-layer address')
  if (!/^([\da-f]{1,2}:){5}[\da-f]{1,2}$/i.test(text))
    throw words.fail(`parse_ether_addr: improperly formed address '${text}'`, 'like 02:00:00:00:00:01')
  const bytes = text.split(':').map(part => Number.parseInt(part, 16))
  const place = at(words)?.offset ?? offset
  for (const i of [0, 2, 4]) packBits(words, keys, [bytes[i]! * 256 + bytes[i + 1]!, 0xffff], 16, place + i)
}

const GROUPS: Readonly<Record<string, Match | Readonly<Record<string, Match>>>> = {
  u32: field(32, 0),
  u16: field(16, 0),
  u8: field(8, 0),
  ip: IP,
  ip6: IP6,
  udp: PORTS,
  tcp: PORTS,
  icmp: { type: field(8, 0, NEXT_HEADER), code: field(8, 1, NEXT_HEADER) },
  ether: ETHER,
}
const NAMES = [...Object.keys(GROUPS).slice(0, -1), 'mark', 'ether']

function readMatch(words: Words, keys: Key[], found: Found): void {
  const name = matching(words.take(`one of: ${NAMES.join(', ')}`), NAMES)
  if (name === undefined) throw bad(words, expected(words.last, NAMES))
  if (name === 'mark') {
    found['mark'] = { value: number(words, 0, 'a mark'), mask: number(words, 0, 'a mask') }
    if ((found['mark'].value & ~found['mark'].mask) !== 0)
      throw words.fail('Illegal "mark" (impossible combination)', 'bits of the mark that the mask leaves out')
    return
  }
  const group = GROUPS[name]!
  if (typeof group === 'function') {
    group(words, keys)
    return
  }
  const fields = Object.keys(group)
  const which = matching(words.take(`one of: ${fields.join(', ')}`), fields)
  if (which === undefined) throw bad(words, expected(words.last, fields))
  group[which]!(words, keys)
}

// ── the selector ───────────────────────────────────────────────────────────

interface Selector {
  flags: Set<string>
  offsetShift: number
  offsetMask: number
  offset: number
  offsetOffset: number
  hashOffset: number
  hashMask: number
  readonly keys: Key[]
  matched: boolean
}

type Part = (words: Words, selector: Selector) => void
const OFFSET: Readonly<Record<string, Part>> = {
  plus: (words, s) => {
    s.offset = integer(words, 'bytes')
    s.flags.add('offset')
  },
  at: (words, s) => {
    s.offsetOffset = integer(words, 'an offset')
    if (s.offsetOffset % 2) throw words.fail('offset "at" must be even', 'an even number of bytes')
    s.flags.add('varoffset')
  },
  mask: (words, s) => {
    s.offsetMask = number(words, 16, 'a mask, in hexadecimal digits')
    s.flags.add('varoffset')
  },
  shift: (words, s) => {
    s.offsetShift = integer(words, 'bits')
    s.flags.add('varoffset')
  },
  eat: (_, s) => void s.flags.add('eat'),
}
const HASHKEY: Readonly<Record<string, Part>> = {
  mask: (words, s) => void (s.hashMask = number(words, 16, 'a mask, in hexadecimal digits')),
  at: (words, s) => {
    s.hashOffset = integer(words, 'an offset')
    if (s.hashOffset % 4) throw words.fail('Illegal "hashkey"', 'a whole number of 4 bytes')
  },
}
const parts =
  (table: Readonly<Record<string, Part>>, selector: Selector): Keyword<Found>['read'] =>
  words => {
    const names = Object.keys(table)
    for (let name = partOf(words, names); name !== undefined; name = partOf(words, names)) {
      words.take()
      table[name]!(words, selector)
    }
  }
const partOf = (words: Words, names: readonly string[]): string | undefined =>
  words.next === undefined || (words.next.length < 2 && !names.includes(words.next))
    ? undefined
    : matching(words.next, names)

/** The bucket that a value falls into: what the mask counts, as the kernel hashes (net/sched/cls_u32.c: u32_hash_fold). */
function bucketOf({ value, mask }: Key, divisor: number): number {
  const lowest = mask === 0 ? 0 : 31 - Math.clz32(mask & -mask)
  return ((value & mask) >>> lowest) & (divisor - 1)
}

function divisorOf(words: Words, name = 'divisor'): number {
  const found = parseNumber(words.take('a power of 2 to 256'))
  if (!found || found > 256 || (found & (found - 1)) !== 0) throw illegal(words, name, 'a power of 2 to 256')
  return found
}
function tableHandle(words: Words, name: string): number {
  const found = parseU32Handle(words.take('a hash table (2:)'))
  if (found === undefined) throw illegal(words, name, 'a hash table, like 2: or 800::')
  if (nodeOf(found)) throw words.fail(`"${name}" must be a hash table.`, 'without a node: 2: or 2:3:')
  return found
}

/** The words of one filter; `table` is the hash table that it goes to. */
function wordsOf(reading: Reading, selector: Selector, state: { table: number; sampled: boolean }): Keywords<Found> {
  return {
    match: short((words, found) => {
      readMatch(words, selector.keys, found)
      selector.matched = true
    }),
    offset: short(parts(OFFSET, selector)),
    hashkey: short(parts(HASHKEY, selector)),
    classid: short((words, found) => {
      found['classId'] = classOf(words)
      selector.flags.add('terminal')
    }, 'flowid'),
    divisor: short((words, found) => void (found['divisor'] = divisorOf(words))),
    order: short((words, found) => void (found['order'] = unsigned()(words, 'order'))),
    link: whole((words, found) => void (found['link'] = tableHandle(words, 'link'))),
    ht: whole(words => {
      const handle = tableHandle(words, 'ht')
      state.table = ((state.sampled ? state.table & 0xff000 : handle & 0xff000) | (handle & 0xfff00000)) >>> 0
    }),
    sample: whole(words => {
      const keys: Key[] = []
      try {
        readMatch(words, keys, {})
      } catch (error) {
        throw error instanceof CommandError ? new CommandError(USER, 'Illegal "sample"', error.explanation) : error
      }
      if (keys.length !== 1) throw words.fail('"sample" must contain exactly ONE key.', 'one match')
      let divisor = 256
      if (words.next === 'divisor') {
        words.take()
        divisor = divisorOf(words, 'sample')
      }
      state.table = ((bucketOf(keys[0]!, divisor) << 12) | (state.table & 0xfff00000)) >>> 0
      state.sampled = true
    }),
    indev: whole((words, found) => void (found['inDevice'] = words.take('a device'))),
    ...HARDWARE,
    ...actionWords(reading),
  }
}
function classOf(words: Words): string {
  const text = words.take('a class (1:10)')
  const [, major = '', minor = ''] = /^([\da-f]{0,4}):([\da-f]{0,4})$/i.exec(text) ?? []
  if (!text.includes(':') || major + minor === '') throw illegal(words, 'classid', 'a class, like 1:10')
  return `${major}:${minor}`
}

export const u32: FilterKind = {
  help: `Usage: … u32 [ match MATCH … ] [ classid CLASSID ] [ action ACTION … ] [ link HTID ] [ ht HTID ]
	[ offset [ plus BYTES ] [ at BYTES ] [ mask MASK ] [ shift BITS ] [ eat ] ] [ hashkey mask MASK at BYTES ]
	[ sample MATCH [ divisor NUMBER ] ] [ order NUMBER ] [ indev DEVICE ] [ skip_hw | skip_sw ] [ police POLICE ]
       … handle HTID u32 divisor NUMBER                      a hash table
MATCH := { u32 | u16 | u8 } VALUE MASK [ at [ nexthdr+ ]BYTES ] | mark VALUE MASK
	| ip { src | dst } PREFIX | ip { ${Object.keys(IP).slice(2).join(' | ')} } VALUE MASK
	| ip6 { src | dst } PREFIX | ip6 { ${Object.keys(IP6).slice(2).join(' | ')} } VALUE MASK
	| { tcp | udp } { src | dst } PORT MASK | icmp { type | code } VALUE MASK | ether { src | dst } MAC
HTID := TABLE:[BUCKET:]   (masks and handles in hexadecimal digits)\n`,
  read(words, reading) {
    const handle = reading.handle === undefined ? undefined : parseU32Handle(reading.handle)
    if (reading.handle !== undefined && handle === undefined)
      throw words.fail('Illegal filter ID', `'${reading.handle}': filters of u32 are called 800::800`)
    if (words.done) return { handle }
    const selector: Selector = {
      ...{ offsetShift: 0, offsetMask: 0, offset: 0, offsetOffset: 0, hashOffset: 0, hashMask: 0 },
      flags: new Set(),
      keys: [],
      matched: false,
    }
    const state = { table: 0, sampled: false }
    const { order, flags, ...found } = readOptions(words, wordsOf(reading, selector, state))
    if (found['actions'] || found['police']) selector.flags.add('terminal')
    if (order && handle && nodeOf(handle) && order !== nodeOf(handle))
      throw words.fail('"order" contradicts "handle"', `the handle's is ${nodeOf(handle)}`)
    const { flags: bits, keys, matched, ...place } = selector
    return {
      handle: order ? ((handle ?? 0) | order) >>> 0 : handle,
      options: {
        ...found,
        hash: state.table || undefined,
        selector: matched ? { flags: [...bits], ...place, count: keys.length, keys } : undefined,
        flags,
      },
    }
  },
  print(sheet, options, view) {
    const { handle } = view
    const { divisor, hash, classId, link, selector, flags, counts, mark, inDevice } = options
    const text = (value: number): string => u32HandleText(value, view.show.raw)
    if (handle) sheet.add('fh', text(handle), `fh ${text(handle)} `)
    if (nodeOf(handle)) sheet.add('order', nodeOf(handle))
    if (divisor !== undefined) sheet.add('ht_divisor', divisor, `ht divisor ${divisor} `)
    else if (hash !== undefined) {
      sheet.add('key_ht', tableOf(hash).toString(16), `key ht ${tableOf(hash).toString(16)} `)
      sheet.add('bkt', hashOf(hash).toString(16), `bkt ${hashOf(hash).toString(16)} `)
    }
    const terminal = selector?.flags.includes('terminal')
    if (classId !== undefined) {
      sheet.say(terminal ? '*' : '')
      addFlow(sheet, classId)
    } else if (terminal) sheet.say('terminal flowid ')
    if (link !== undefined) sheet.add('link', text(link), `link ${text(link)} `)
    addHardware(sheet, flags, '', ' ')
    const counted = view.show.statistics > 0 && selector ? counts : undefined
    if (counted) {
      sheet.add('rule_hit', counted.matched, `(rule hit ${counted.matched}`)
      sheet.add('success', counted.hits, ` success ${counted.hits})`)
    }
    if (mark) {
      const digits = (value: number): string => `0x${value.toString(16).padStart(4, '0')}`
      const { value, mask, success } = mark
      sheet.add(
        'fwmark_value',
        hexOf(value),
        `${sheet.newline}  mark ${digits(value)} ${digits(mask)} (success ${success})`,
      )
      sheet.note('fwmark_mask', hexOf(mask))
      sheet.note('fwmark_success', success)
    }
    if (selector) addSelector(sheet, selector, counted?.keys, view)
    if (inDevice !== undefined)
      sheet.add('input_dev', inDevice, `${sheet.newline}  input dev ${inDevice}${sheet.newline}`)
    addOutcome(sheet, options, view)
  },
}
const hexOf = (value: number): string => value.toString(16)

function addSelector(
  sheet: Sheet,
  selector: any,
  counts: readonly bigint[] | undefined,
  view: View & { protocol: string | number },
): void {
  const matches: Json[] = selector.keys.map((key: Key, i: number) => {
    const named = view.show.pretty ? prettyKey(key, view.protocol) : undefined
    const place = `${key.offsetMask ? 'nexthdr+' : ''}${key.offset}`
    sheet.say(`${sheet.newline}  ${named ?? `match ${hex8(key.value)}/${hex8(key.mask)} at ${place}`}`)
    if (counts) sheet.say(` (success ${counts[i]} ) `)
    return {
      value: hexOf(key.value),
      mask: hexOf(key.mask),
      offmask: key.offsetMask ? 'nexthdr+' : '',
      off: key.offset,
    }
  })
  // tc writes a key `match` for each; a reader of JSON sees the last.
  if (matches.length > 0) sheet.note('match', matches.at(-1)!)
  if (matches.length > 1) sheet.note('matches', matches)
  if (counts && counts.length > 0) sheet.note('success', counts.at(-1)!)
  const { flags, offsetMask, offsetShift, offsetOffset, offset, hashMask, hashOffset } = selector
  if (flags.includes('varoffset') || flags.includes('offset')) {
    sheet.say(`${sheet.newline}    offset `)
    if (flags.includes('varoffset')) {
      sheet.say(`${offsetMask.toString(16).padStart(4, '0')}>>${offsetShift} at ${offsetOffset} `)
      sheet.note('offset', { mask: hexOf(offsetMask), shift: offsetShift, off: offsetOffset })
    }
    if (offset) sheet.add('plus', offset)
  }
  if (flags.includes('eat')) sheet.add('eat', true, ' eat ')
  if (hashMask) {
    sheet.say(`${sheet.newline}    hash mask ${hex8(hashMask)} at ${hashOffset} `)
    sheet.note('hash', { mask: hexOf(hashMask), off: hashOffset })
  }
}

/** `-p`: what a key of IPv4 means; undefined: it is shown as it is. */
function prettyKey({ offset, mask, value }: Key, protocol: string | number): string | undefined {
  if (protocol !== 'ip') return undefined
  if (offset === 0 && mask === 0x0f000000) return `match IP ihl ${value >>> 24}`
  if (offset === 0 && mask === 0x00ff0000) return `match IP dsfield 0x${(value >>> 16).toString(16)}`
  if (offset === 8 && mask === 0x00ff0000) return `match IP protocol ${value >>> 16}`
  if (offset === 12 || offset === 16) {
    const bits = mask.toString(2).padStart(32, '0')
    if (!/^1*0*$/.test(bits)) return undefined
    const text = [24, 16, 8, 0].map(shift => (value >>> shift) & 255).join('.')
    return `match IP ${offset === 12 ? 'src' : 'dst'} ${text}/${bits.replace(/0/g, '').length}`
  }
  if (offset !== 20) return undefined
  if (mask === 0x0000ffff) return `match dport ${value & 0xffff}`
  if (mask === 0xffff0000) return `match sport ${value >>> 16}`
  return mask === 0xffffffff ? `match sport ${value >>> 16}, match dport ${value & 0xffff}` : undefined
}
