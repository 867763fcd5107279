// Extended matches, as tc writes them: `cmp(u16 at 3 layer 2 gt 20) and not (meta(vlan eq 5) or nbyte("ab" at 12 layer 1))`.
import { IPSET_DIM_MAX, IPSET_MAXNAMELEN } from '../../netfilter/ipset.ts'
import { NetlinkError } from '../../netlink/error.ts'
import { SysError } from '../../sys/libc.ts'
import type { Session } from '../session.ts'
import type { Names, Sheet } from '../sheet.ts'
import { expected, type Words } from '../words.ts'
import { hex8 } from './text.ts'
import { parseNumber } from './values.ts'

/** A condition, or several in brackets. */
type Node = { readonly not: boolean; relation: 'and' | 'or' | undefined } & (
  | { readonly kind: string; readonly data: Uint8Array }
  | { readonly inside: Node[] }
)

// ── the expression ─────────────────────────────────────────────────────────

interface Token {
  readonly text: string
  readonly quoted: boolean
}
const tokens = (text: string): Token[] =>
  (text.match(/"[^"]*"|[()]|[^\s()"]+/g) ?? []).map(part =>
    part.startsWith('"') ? { text: part.slice(1, -1), quoted: true } : { text: part, quoted: false },
  )

/** Reads one argument: an expression. Answers TCA_EMATCH_TREE. */
export function ematches(words: Words, sets: Sets): object {
  const text = words.take('an expression: cmp(u16 at 3 layer 2 gt 20)')
  const rest = tokens(text)
  const fail = (hint: string) => words.fail('Illegal "ematch"', hint)
  const nodes = expression(rest, fail, sets)
  if (rest.length > 0) throw fail(`'${rest[0]!.text}' is not expected there`)
  const matches = flatten(nodes)
  return { header: { matches: matches.length }, matches }
}
type Fail = (hint: string) => Error
/** Who knows the numbers of ipset's sets. */
type Sets = Pick<Session, 'setNumber'>

function expression(rest: Token[], fail: Fail, sets: Sets): Node[] {
  const nodes: Node[] = []
  for (;;) {
    const node = term(rest, fail, sets)
    nodes.push(node)
    const word = rest[0]?.text.toLowerCase()
    if (word !== 'and' && word !== 'or') return nodes
    node.relation = word
    rest.shift()
  }
}

function term(rest: Token[], fail: Fail, sets: Sets): Node {
  let not = false
  while (rest[0]?.text.toLowerCase() === 'not' && !rest[0].quoted) {
    rest.shift()
    not = !not
  }
  const first = rest.shift()
  if (!first) throw fail(`here belongs a match: ${Object.keys(KINDS).join(', ')}`)
  if (first.text === '(' && !first.quoted) {
    const inside = expression(rest, fail, sets)
    if (rest.shift()?.text !== ')') throw fail('a bracket is not closed')
    return { not, relation: undefined, inside }
  }
  const kind = KINDS[first.text]
  if (!kind) throw fail(expected(first.text, Object.keys(KINDS)))
  if (rest.shift()?.text !== '(') throw fail(`${first.text}(…)`)
  const end = rest.findIndex(token => token.text === ')' && !token.quoted)
  if (end < 0) throw fail('a bracket is not closed')
  const args = rest.splice(0, end)
  rest.shift()
  const data = kind.read(args, hint => fail(`${first.text}: ${hint}`), sets)
  return { not, relation: undefined, kind: first.text, data }
}

/** A level of the tree one behind another; what is in brackets comes behind the whole level, and is pointed at. */
function flatten(nodes: readonly Node[]): object[] {
  const found: { id: number; kind: string; flags: string[]; data: Uint8Array }[] = []
  const place = (level: readonly Node[]): number => {
    const start = found.length
    for (const node of level) {
      const flags = [...(node.relation ? [node.relation] : []), ...(node.not ? ['invert'] : [])]
      found.push({
        id: 0,
        kind: 'kind' in node ? node.kind : 'container',
        flags,
        data: 'kind' in node ? node.data : new Uint8Array(4),
      })
    }
    for (const [i, node] of level.entries()) {
      if (!('inside' in node)) continue
      const at = place(node.inside)
      new DataView(found[start + i]!.data.buffer).setUint32(0, at, true)
    }
    return start
  }
  place(nodes)
  return found
}

// ── the kinds of matches ───────────────────────────────────────────────────

interface Kind {
  read(args: Token[], fail: Fail, sets: Sets): Uint8Array
  text(data: Uint8Array, names: Names): string
}

const number = (token: Token | undefined, fail: Fail, what: string): number => {
  const value = token && !token.quoted ? parseNumber(token.text) : undefined
  if (value === undefined) throw fail(`${what} is expected`)
  return value
}
const viewOf = (data: Uint8Array): DataView => new DataView(data.buffer, data.byteOffset, data.length)

const OPERATORS = ['eq', 'gt', 'lt']
const LAYERS: Readonly<Record<string, number>> = { link: 0, network: 1, transport: 2 }
const layer = (token: Token | undefined, fail: Fail): number => {
  const named = token && LAYERS[token.text]
  const value = named ?? number(token, fail, 'a layer, 0 to 2')
  if (value > 2) throw fail('a layer is link, network or transport, or 0 to 2')
  return value
}

const ALIGNS: Readonly<Record<string, number>> = { u8: 1, u16: 2, u32: 4 }

const cmp: Kind = {
  read(args, fail) {
    let [align, offset, on, mask, trans, operator, value] = [0, 0, 0, 0, false, -1, 0]
    while (args.length > 0) {
      const word = args.shift()!.text
      if (ALIGNS[word]) align = ALIGNS[word]
      else if (word === 'at') offset = number(args.shift(), fail, 'an offset')
      else if (word === 'layer') on = layer(args.shift(), fail)
      else if (word === 'mask') mask = number(args.shift(), fail, 'a mask')
      else if (word === 'trans') trans = true
      else if (OPERATORS.includes(word)) {
        operator = OPERATORS.indexOf(word)
        value = number(args.shift(), fail, 'a value')
      } else
        throw fail(
          `'${word}'? ${expected(word, [...Object.keys(ALIGNS), 'at', 'layer', 'mask', 'trans', ...OPERATORS])}`,
        )
    }
    if (align === 0) throw fail('u8, u16 or u32 is missing')
    if (operator < 0) throw fail('eq, gt or lt is missing')
    const data = new Uint8Array(12)
    const view = viewOf(data)
    view.setUint32(0, value, true)
    view.setUint32(4, mask, true)
    view.setUint16(8, offset, true)
    data[10] = align | (trans ? 0x10 : 0)
    data[11] = on | (operator << 4)
    return data
  },
  text(data) {
    const view = viewOf(data)
    const align = Object.keys(ALIGNS).find(name => ALIGNS[name] === (data[10]! & 15)) ?? `align ${data[10]! & 15}`
    const mask = view.getUint32(4, true)
    return [
      `${align} at ${view.getUint16(8, true)} layer ${data[11]! & 15}`,
      ...(mask ? [`mask 0x${mask.toString(16)}`] : []),
      ...(data[10]! & 0x10 ? ['trans'] : []),
      `${OPERATORS[data[11]! >> 4]} ${view.getUint32(0, true)}`,
    ].join(' ')
  },
}

const nbyte: Kind = {
  read(args, fail) {
    const pattern = args.shift()
    if (!pattern) throw fail('a pattern, in quotes, is missing')
    let [offset, on] = [0, 0]
    while (args.length > 0) {
      const word = args.shift()!.text
      if (word === 'at') offset = number(args.shift(), fail, 'an offset')
      else if (word === 'layer') on = layer(args.shift(), fail)
      else throw fail(`'${word}'? ${expected(word, ['at', 'layer'])}`)
    }
    const bytes = Buffer.from(pattern.text)
    const data = new Uint8Array(4 + ((bytes.length + 3) & ~3))
    viewOf(data).setUint16(0, offset, true)
    viewOf(data).setUint16(2, (bytes.length & 0xfff) | (on << 12), true)
    data.set(bytes, 4)
    return data
  },
  text(data) {
    const view = viewOf(data)
    const head = view.getUint16(2, true)
    const bytes = [...data.slice(4, 4 + (head & 0xfff))]
    const digits = bytes.map(byte => `${byte.toString(16).padStart(2, '0')} `).join('')
    const letters = bytes.map(byte => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('')
    return `${digits}"${letters}" at ${view.getUint16(0, true)} layer ${head >> 12}`
  },
}

const u32: Kind = {
  read(args, fail) {
    const width = args.shift()?.text ?? ''
    if (!ALIGNS[width]) throw fail('u8, u16 or u32 comes first')
    const value = number(args.shift(), fail, 'a value')
    const mask = number(args.shift(), fail, 'a mask')
    if (args.shift()?.text !== 'at') throw fail('at OFFSET is missing')
    const place = args.shift()?.text ?? ''
    const next = place.startsWith('nexthdr+')
    const offset = parseNumber(place.replace('nexthdr+', ''))
    if (offset === undefined) throw fail('at OFFSET, or at nexthdr+OFFSET')
    const bits = 8 * ALIGNS[width]
    const shift = 32 - bits - 8 * (offset & 3)
    const data = new Uint8Array(16)
    const view = viewOf(data)
    view.setUint32(0, (mask * 2 ** shift) >>> 0)
    view.setUint32(4, (value * 2 ** shift) >>> 0)
    view.setInt32(8, offset & ~3, true)
    view.setInt32(12, next ? -1 : 0, true)
    return data
  },
  text(data) {
    const view = viewOf(data)
    const next = view.getInt32(12, true) ? 'nexthdr+' : ''
    return `${hex8(view.getUint32(4))}/${hex8(view.getUint32(0))} at ${next}${view.getInt32(8, true)}`
  },
}

/** What a packet has beside it: the kernel's numbers (include/uapi/linux/tc_ematch/tc_em_meta.h), and which are names too. */
const META: Readonly<Record<string, readonly [id: number, names?: true]>> = {
  random: [1],
  loadavg_1: [2],
  loadavg_5: [3],
  loadavg_15: [4],
  dev: [5, true],
  priority: [6],
  protocol: [7],
  pkt_type: [8],
  pkt_len: [9],
  data_len: [10],
  mac_len: [11],
  nf_mark: [12],
  fwmark: [12],
  tc_index: [13],
  rt_classid: [14],
  rt_iif: [15],
  sk_family: [16],
  sk_state: [17],
  sk_reuse: [18],
  sk_bind_if: [19, true],
  sk_refcnt: [20],
  sk_shutdown: [21],
  sk_proto: [22],
  sk_type: [23],
  sk_rcvbuf: [24],
  sk_rmem: [25],
  sk_wmem: [26],
  sk_omem: [27],
  sk_wmem_queue: [28],
  sk_rcv_queue: [29],
  sk_snd_queue: [30],
  sk_err_queue: [31],
  sk_fwd_alloc: [32],
  sk_sndbuf: [33],
  sk_allocs: [34],
  sk_hash: [36],
  sk_lingertime: [37],
  sk_ack_backlog: [38],
  sk_max_ack_backlog: [39],
  sk_prio: [40],
  sk_rcvlowat: [41],
  sk_rcvtimeo: [42],
  sk_sndtimeo: [43],
  sk_sendmsg: [44],
  sk_write_pend: [45],
  vlan: [46],
  rxhash: [47],
}
const INT = 1
interface Side {
  id: number
  type: number
  shift: number
  value: Uint8Array | undefined
}
const uint32 = (value: number): Uint8Array => {
  const data = new Uint8Array(4)
  viewOf(data).setUint32(0, value, true)
  return data
}

function side(args: Token[], fail: Fail): Side {
  const first = args.shift()
  if (!first) throw fail('something to compare is missing')
  if (first.quoted) return { id: 0, type: 0, shift: 0, value: Uint8Array.from(Buffer.from(first.text)) }
  const value = parseNumber(first.text)
  if (value !== undefined) return { id: 0, type: INT, shift: 0, value: uint32(value) }
  const known = META[first.text]
  if (!known) throw fail(expected(first.text, Object.keys(META)))
  const found: Side = { id: known[0], type: INT, shift: 0, value: uint32(0) }
  for (let word = args[0]?.text; word === 'shift' || word === 'mask'; word = args[0]?.text) {
    args.shift()
    const operand = number(args.shift(), fail, `a ${word}`)
    if (word === 'shift') found.shift = operand
    else found.value = uint32(operand)
  }
  return found
}

function attribute(type: number, payload: Uint8Array): Uint8Array {
  const data = new Uint8Array(4 + ((payload.length + 3) & ~3))
  viewOf(data).setUint16(0, 4 + payload.length, true)
  viewOf(data).setUint16(2, type, true)
  data.set(payload, 4)
  return data
}

const meta: Kind = {
  read(args, fail) {
    const left = side(args, fail)
    const operator = OPERATORS.indexOf(args.shift()?.text ?? '')
    if (operator < 0) throw fail('eq, gt or lt is missing')
    const right = side(args, fail)
    if (args.length > 0) throw fail(`'${args[0]!.text}' is not expected there`)
    adopt(left, right, fail)
    const head = new Uint8Array(8)
    const view = viewOf(head)
    for (const [at, { id, type, shift }, op] of [
      [0, left, operator],
      [4, right, 0],
    ] as const) {
      view.setUint16(at, id | (type << 12), true)
      head[at + 2] = shift
      head[at + 3] = op
    }
    const parts = [attribute(1, head)]
    if (left.value) parts.push(attribute(2, left.value))
    if (right.value) parts.push(attribute(3, right.value))
    return Uint8Array.from(Buffer.concat(parts))
  },
  text(data) {
    const found = new Map<number, Uint8Array>()
    const view = viewOf(data)
    for (let at = 0; at + 4 <= data.length; ) {
      const length = view.getUint16(at, true)
      found.set(view.getUint16(at + 2, true), data.slice(at + 4, at + length))
      at += Math.max(4, (length + 3) & ~3)
    }
    const head = found.get(1)
    if (!head || head.length < 8) return ''
    const text = (at: number, value: Uint8Array | undefined): string => {
      const kind = viewOf(head).getUint16(at, true)
      const [id, type] = [kind & 0x7ff, kind >> 12]
      if (id === 0)
        return type === INT
          ? String(value ? viewOf(value).getUint32(0, true) : 0)
          : `"${Buffer.from(value ?? []).toString()}"`
      const name = Object.keys(META).find(key => META[key]![0] === id) ?? `[unknown meta id ${id}]`
      const shift = head[at + 2] ? ` shift ${head[at + 2]}` : ''
      const mask =
        type === INT && value && viewOf(value).getUint32(0, true) !== 0
          ? ` mask 0x${viewOf(value).getUint32(0, true).toString(16).padStart(8, '0')}`
          : ''
      return `${name}${shift}${mask}`
    }
    return `${text(0, found.get(2))} ${OPERATORS[head[3]!]} ${text(4, found.get(3))}`
  },
}
/** Both sides are numbers, or both text: a device is either. */
function adopt(left: Side, right: Side, fail: Fail): void {
  if (left.type === right.type) return
  const named = [left, right].find(({ id }) => Object.values(META).some(([known, names]) => known === id && names))
  if (!named) throw fail('what is compared is a number on one side and text on the other')
  named.type = 0
  named.value = undefined
}

const EFF = 0x80000000

const canid: Kind = {
  read(args, fail) {
    const rules: { extended: boolean; id: number; mask: number }[] = []
    while (args.length > 0) {
      const word = args.shift()!.text
      if (word !== 'sff' && word !== 'eff') throw fail(expected(word, ['sff', 'eff']))
      const extended = word === 'eff'
      const [idText = '', maskText] = (args.shift()?.text ?? '').split(':')
      const most = extended ? 0x1fffffff : 0x7ff
      const [id, mask] = [parseNumber(idText), maskText === undefined ? most : parseNumber(maskText)]
      if (id === undefined || mask === undefined || id > most || mask > most)
        throw fail(`${word} ID[:MASK], to 0x${most.toString(16)}`)
      rules.push({ extended, id, mask })
    }
    if (rules.length === 0) throw fail('sff ID[:MASK] or eff ID[:MASK]')
    const data = new Uint8Array(8 * rules.length)
    const view = viewOf(data)
    // Standard identifiers first, as the kernel wants them.
    for (const [i, { extended, id, mask }] of [...rules]
      .sort((a, b) => Number(a.extended) - Number(b.extended))
      .entries()) {
      view.setUint32(8 * i, ((extended ? EFF : 0) | id) >>> 0, true)
      view.setUint32(8 * i + 4, (EFF | mask) >>> 0, true)
    }
    return data
  },
  text(data) {
    const view = viewOf(data)
    return Array.from({ length: data.length / 8 }, (_, i) => {
      const [id, mask] = [view.getUint32(8 * i, true), view.getUint32(8 * i + 4, true)]
      const extended = (id & EFF) !== 0
      const most = extended ? 0x1fffffff : 0x7ff
      const shown = `${extended ? 'eff' : 'sff'} 0x${(id & most).toString(16).toUpperCase()}`
      return (mask & most) === most ? shown : `${shown}:0x${(mask & most).toString(16).toUpperCase()}`
    }).join(' ')
  },
}

// struct xt_set_info: the set's number, how many sides are compared, and a bit for each that is the source.
const ipset: Kind = {
  read(args, fail, sets) {
    const [set, sides, ...rest] = args.map(({ text }) => text)
    if (set === undefined || sides === undefined || rest.length > 0) throw fail('SETNAME src,dst')
    const data = new Uint8Array(4)
    viewOf(data).setUint16(0, setNumber(set, fail, sets), true)
    for (const side of sides.split(',')) {
      if (side !== 'src' && side !== 'dst') throw fail(`'${side}': src or dst, as many as the set has sides: src,dst`)
      data[2]!++
      if (data[2]! > IPSET_DIM_MAX) throw fail(`a set has ${IPSET_DIM_MAX} sides at most`)
      if (side === 'src') data[3]! |= 1 << data[2]!
    }
    return data
  },
  text(data, names) {
    const index = viewOf(data).getUint16(0, true)
    const sides = Array.from({ length: data[2]! }, (_, i) => (data[3]! & (2 << i) ? 'src' : 'dst'))
    const set = names.setName?.(index) ?? `#${index}`
    return sides.length === 0 ? set : `${set} ${sides.join(',')}`
  },
}
function setNumber(set: string, fail: Fail, sets: Sets): number {
  if (Buffer.byteLength(set) >= IPSET_MAXNAMELEN)
    throw fail(`the name of a set has ${IPSET_MAXNAMELEN - 1} bytes at most`)
  let found: number | undefined
  try {
    found = sets.setNumber(set)
  } catch (error) {
    if (!(error instanceof NetlinkError || error instanceof SysError)) throw error
    throw fail(`the kernel does not tell its sets (has it ip_set?): ${error.message}`)
  }
  if (found === undefined) throw fail(`there is no set '${set}'; ipset list -name tells those that there are`)
  return found
}

/** It is shown by its name, and not read. */
const ipt: Kind = {
  read(_, fail) {
    throw fail("netloom does not load iptables' extensions: iproute2's own tc can")
  },
  text: () => '',
}

const KINDS: Readonly<Record<string, Kind>> = { cmp, nbyte, u32, meta, canid, ipset, ipt }

// ── show ───────────────────────────────────────────────────────────────────

interface Match {
  readonly kind: string | number
  readonly flags: readonly (string | number)[]
  readonly data: Uint8Array
}

/** Writes the tree below a filter, a condition a line. */
export function printEmatches(
  sheet: Sheet,
  { matches = [] }: { readonly matches?: readonly Match[] },
  names: Names,
): void {
  if (matches.length === 0) return
  sheet.say('\n  ')
  const text = levelText(matches, 0, 1, names)
  sheet.add('ematch', text.replace(/\s+/g, ' '), `${text}\n`)
}

function levelText(matches: readonly Match[], start: number, depth: number, names: Names): string {
  let text = ''
  for (let i = start; i < matches.length; i++) {
    const { kind, flags, data } = matches[i]!
    if (flags.includes('invert')) text += 'NOT '
    if (kind === 'container') {
      const inside = levelText(matches, viewOf(data).getUint32(0, true), depth + 1, names)
      text += `(\n${'  '.repeat(depth + 1)}${inside}\n${'  '.repeat(depth)})`
    } else text += `${kind}(${KINDS[kind]?.text(data, names) ?? '?'})`
    const relation = flags.includes('and') ? 'AND' : flags.includes('or') ? 'OR' : undefined
    if (relation === undefined) break
    // Behind a bracket the line goes on.
    text += kind === 'container' ? ` ${relation} ` : `\n${'  '.repeat(depth)}${relation} `
  }
  return text
}
