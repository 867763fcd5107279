// `encap TYPE …` of routes and nexthops, in iproute2's grammar.
import { Buffer } from 'node:buffer'
import type { BpfProgramType } from '../../bpf/types.ts'
import type { BpfEncap, Ioam6Encap, RouteEncap, Seg6Encap, Seg6LocalEncap, TunnelOptions } from '../../ops/encap.ts'
import { SEG6_IPTUN_MODE, SEG6_LOCAL_ACTION } from '../../route/encap.ts'
import { USAGE } from '../errors.ts'
import { fullAddress } from '../prefix.ts'
import { PROGRAM_WORDS, type Program, programWord, readObject, readPinned } from '../programs.ts'
import type { Session } from '../session.ts'
import { expected, integer, type Keywords, keyword, parseInteger, type Words, whole } from '../words.ts'
import { readAddress, readTable, readTos } from './routing-values.ts'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
type Reader = (words: Words, session: Session) => RouteEncap

/** Reads what follows `encap`. */
export function readEncap(words: Words, session: Session): RouteEncap {
  const type = words.take('a type of encapsulation')
  const read = READERS[type]
  if (!read) throw words.wrong('"encap type" value is invalid', expected(type, Object.keys(READERS)))
  return read(words, session)
}

/** Reads keywords as long as there are any; what stands behind them belongs to the route. */
function readSome<S>(words: Words, table: Keywords<S>, state: S): S {
  for (let name = keyword(table, words); name !== undefined; name = keyword(table, words)) {
    words.at++
    table[name]!.read(words, state)
  }
  return state
}

const number =
  (name: string, most = 0xffffffff) =>
  (words: Words) =>
    integer(words, `"${name}" value is invalid`, most)
const byte = (name: string) => number(name, 255)

/** `count` and the like: the key alone. */
interface Tunnel {
  id?: bigint
  dst?: string
  src?: string
  tos?: number
  ttl?: number
  readonly flags: ('csum' | 'key' | 'seq')[]
  options?: TunnelOptions
}

const tunnelWords = (family: 'inet' | 'inet6', tos: string, ttl: string): Keywords<Tunnel> => ({
  id: whole((words, state) => void (state.id = BigInt(number('id')(words)))),
  dst: whole((words, state) => void (state.dst = readAddress(words, family).address)),
  src: whole((words, state) => void (state.src = readAddress(words, family).address)),
  [tos]: whole((words, state) => void (state.tos = readTos(words, `"${tos}" value is invalid`))),
  [ttl]: whole((words, state) => void (state.ttl = byte(ttl)(words))),
  key: whole((_, state) => void state.flags.push('key')),
  csum: whole((_, state) => void state.flags.push('csum')),
  seq: whole((_, state) => void state.flags.push('seq')),
  geneve_opts: whole((words, state) => void (state.options = { geneve: readGeneve(words) })),
  vxlan_opts: whole((words, state) => void (state.options = { vxlan: { gbp: number('vxlan_opts')(words) } })),
  erspan_opts: whole((words, state) => void (state.options = { erspan: readErspan(words) })),
})
const IP_WORDS = tunnelWords('inet', 'tos', 'ttl')
const IP6_WORDS = tunnelWords('inet6', 'tc', 'hoplimit')

/** The flags stand behind the other attributes only where there are any. */
const flagsOf = ({ flags }: Tunnel) => (flags.length > 0 ? { flags } : {})

/** `CLASS:TYPE:DATA,…`: numbers, and hexadecimal digits. */
function readGeneve(words: Words): NonNullable<TunnelOptions['geneve']> {
  const text = words.take('CLASS:TYPE:DATA')
  return text.split(',').map(option => {
    const [optionClass, type, data = '', ...rest] = option.split(':')
    const [classValue, typeValue] = [parseInteger(optionClass ?? ''), parseInteger(type ?? '')]
    if (classValue === undefined || typeValue === undefined || !/^([0-9a-f]{8})*$/i.test(data) || rest.length > 0)
      throw words.wrong(
        '"geneve_opts" value is invalid',
        'CLASS:TYPE:DATA, with data in groups of 8 hexadecimal digits',
      )
    return { class: classValue, type: typeValue, data: new Uint8Array(Buffer.from(data, 'hex')) }
  })
}

/** `VERSION:INDEX:DIRECTION:HWID`: version 1 has the index, version 2 the others. */
function readErspan(words: Words): NonNullable<TunnelOptions['erspan']> {
  const parts = words.take('VERSION:INDEX:DIRECTION:HWID').split(':')
  const [version, index, direction, hwId] = parts.map(part => (part === '' ? 0 : parseInteger(part)))
  if (parts.length !== 4 || version === undefined || index === undefined)
    throw words.wrong('"erspan_opts" value is invalid', 'VERSION:INDEX:DIRECTION:HWID')
  return version === 1 ? { version, index } : { version, index, direction, hwId }
}

const MODES = [...SEG6_IPTUN_MODE.byWord.keys()]
const ACTIONS = [...SEG6_LOCAL_ACTION.byWord.keys()]
const FLAVORS = ['psp', 'usp', 'usd', 'next-csid'] as const

function readSegments(words: Words): string[] {
  const text = words.take('segments')
  return text.split(',').map(part => {
    const address = fullAddress(part)
    if (address?.includes(':')) return address
    throw words.fail(
      `Error: inet6 address is expected rather than "${part}".`,
      'segments look like 2001:db8::a,2001:db8::b',
    )
  })
}

interface Seg6Words {
  mode?: Seg6Encap['mode']
  segments?: string[]
  hmac?: number
}
const SEG6_WORDS: Keywords<Seg6Words> = {
  mode: whole((words, state) => {
    const mode = words.take('a mode')
    if (!MODES.includes(mode as Seg6Encap['mode'])) throw words.wrong('"mode" value is invalid', expected(mode, MODES))
    state.mode = mode as Seg6Encap['mode']
  }),
  segs: whole((words, state) => {
    const segments = readSegments(words)
    if (state.mode === undefined) throw words.wrong('"segs" provided before "mode"', 'the mode comes first')
    state.segments = segments
  }),
  hmac: whole((words, state) => void (state.hmac = number('hmac')(words))),
}

type LocalWords = Mutable<Omit<Seg6LocalEncap, 'type'>> & { readonly session: Session }
const LOCAL_WORDS: Keywords<LocalWords> = {
  action: whole((words, state) => {
    const action = words.take('an action')
    if (!ACTIONS.includes(action as (typeof ACTIONS)[number]))
      throw words.wrong('"action" value is invalid', expected(action, ACTIONS))
    state.action = action
  }),
  table: whole((words, state) => void (state.table = readTable(words, 'invalid table id'))),
  vrftable: whole((words, state) => void (state.vrfTable = readTable(words, 'invalid vrf table id'))),
  nh4: whole((words, state) => void (state.nh4 = readAddress(words, 'inet').address)),
  nh6: whole((words, state) => void (state.nh6 = readAddress(words, 'inet6').address)),
  iif: whole((words, state) => void (state.iif = state.session.device(words.take('a device')).index)),
  oif: whole((words, state) => void (state.oif = state.session.device(words.take('a device')).index)),
  flavors: whole((words, state) => {
    const operation = words.take('flavors').split(',')
    const unknown = operation.find(word => !(FLAVORS as readonly string[]).includes(word))
    if (unknown !== undefined) throw words.wrong('invalid "flavors" attribute', expected(unknown, FLAVORS))
    state.flavors = { ...state.flavors, operation: operation as (typeof FLAVORS)[number][] }
  }),
  lblen: whole((words, state) => {
    const locatorBlockBits = integer(words, '"locator-block length" value is invalid', 255)
    state.flavors = { operation: [], ...state.flavors, locatorBlockBits }
  }),
  nflen: whole((words, state) => {
    const locatorNodeBits = integer(words, '"locator-node function length" value is invalid', 255)
    state.flavors = { operation: [], ...state.flavors, locatorNodeBits }
  }),
  srh: whole((words, state) => {
    if (words.take('segs') !== 'segs') throw words.wrong('missing "segs" attribute for srh', 'srh segs ADDR,ADDR…')
    state.segments = readSegments(words)
    if (words.next !== 'hmac') return
    words.take()
    state.hmac = number('hmac')(words)
  }),
  count: whole((_, state) => void (state.count = true)),
  endpoint: whole((words, state) => {
    const { fd, name } = program(words, state.session, 'lwt_seg6local')
    state.bpf = { program: fd, name }
  }),
}

type Ioam6Words = Mutable<Partial<Omit<Ioam6Encap, 'type'>>>
const IOAM6_MODES = ['inline', 'encap', 'auto'] as const

function readFrequency(words: Words): NonNullable<Ioam6Encap['frequency']> {
  const [k, n, ...rest] = words.take('K/N').split('/').map(parseInteger)
  if (k === undefined || n === undefined || rest.length > 0)
    throw words.wrong('Invalid frequency (malformed)', 'K/N: in K of N packets')
  if (k < 1 || k > 1000000) throw words.wrong('Out of bound "k" frequency', '1 to 1000000')
  if (n < 1 || n > 1000000) throw words.wrong('Out of bound "n" frequency', '1 to 1000000')
  if (k > n) throw words.wrong('Frequency with k > n is forbidden', 'K/N: in K of N packets')
  return { k, n }
}

function readTrace(words: Words, state: Ioam6Words): void {
  const next = (name: string): void => {
    if (words.take(name) !== name) throw words.fail(`Error: "${name}" is expected rather than "${words.last}".`)
  }
  next('prealloc')
  next('type')
  state.traceType = integer(words, 'Invalid trace type', 0xffffff)
  next('ns')
  state.namespace = integer(words, 'Invalid namespace ID', 0xffff)
  next('size')
  const size = integer(words, 'Invalid trace size')
  if (size % 4 !== 0) throw words.wrong('Trace size must be a 4-octet multiple', 'bytes')
  if (size > 244) throw words.wrong('Trace size is too big', 'at most 244')
  if (size === 0) throw words.wrong('Invalid trace size', 'bytes, a multiple of 4')
  state.size = size
}

const IOAM6_WORDS: Keywords<Ioam6Words> = {
  freq: whole((words, state) => void (state.frequency = readFrequency(words))),
  mode: whole((words, state) => {
    const mode = words.take('a mode')
    if (!(IOAM6_MODES as readonly string[]).includes(mode))
      throw words.wrong('Invalid mode', expected(mode, IOAM6_MODES))
    state.mode = mode as (typeof IOAM6_MODES)[number]
  }),
  tundst: whole((words, state) => void (state.dst = readAddress(words, 'inet6').address)),
  trace: whole(readTrace),
}

interface IlaWords {
  csumMode?: 'adj-transport' | 'neutral-map' | 'no-action' | 'neutral-map-auto'
  identType?: 'luid' | 'use-format'
  hookType?: 'output' | 'input'
}
const oneOf =
  <W extends string>(name: string, list: readonly W[]) =>
  (words: Words): W => {
    const word = words.take(`one of ${list.join(', ')}`)
    if ((list as readonly string[]).includes(word)) return word as W
    throw words.wrong(`"${name}" value is invalid`, expected(word, list))
  }
const csumMode = oneOf('csum-mode', ['adj-transport', 'neutral-map', 'no-action', 'neutral-map-auto'])
const identType = oneOf('ident-type', ['luid', 'use-format'])
const hookType = oneOf('hook-type', ['output', 'input'])
const ILA_WORDS: Keywords<IlaWords> = {
  'csum-mode': whole((words, state) => void (state.csumMode = csumMode(words))),
  'ident-type': whole((words, state) => void (state.identType = identType(words))),
  'hook-type': whole((words, state) => void (state.hookType = hookType(words))),
}

type BpfWords = Mutable<Partial<Omit<BpfEncap, 'type'>>> & { readonly session: Session }
/** A program of a route. */
function program(words: Words, session: Session, type: BpfProgramType): Program {
  const mode = words.take('a program: object-file FILE, object-pinned PATH')
  const purpose = { type, status: USAGE }
  const where = programWord(mode)
  if (where === 'object-file') return readObject(words, session, purpose)()
  if (where) return readPinned(words, session, purpose)
  throw words.fail(`What mode is "${mode}"?`, expected(mode, PROGRAM_WORDS), USAGE)
}
const BPF_WORDS: Keywords<BpfWords> = {
  in: whole((words, state) => void (state.in = program(words, state.session, 'lwt_in'))),
  out: whole((words, state) => void (state.out = program(words, state.session, 'lwt_out'))),
  xmit: whole((words, state) => void (state.xmit = program(words, state.session, 'lwt_xmit'))),
  headroom: whole((words, state) => {
    const value = parseInteger(words.take('bytes'))
    if (!value || value > 0xffffffff) throw words.wrong('headroom is invalid', 'a whole number of bytes from 1 on')
    state.xmitHeadroom ??= value
  }),
}

const READERS: Readonly<Record<string, Reader>> = {
  mpls(words) {
    const labels = readAddress(words, 'mpls').address
    const state = readSome(words, { ttl: whole<{ ttl?: number }>((w, s) => void (s.ttl = byte('ttl')(w))) }, {})
    return { type: 'mpls', labels, ...state }
  },
  ip(words) {
    const state = readSome(words, IP_WORDS, { flags: [] } as Tunnel)
    const { flags: _flags, ...rest } = state
    return { type: 'ip', ...rest, ...flagsOf(state) }
  },
  ip6(words) {
    const state = readSome(words, IP6_WORDS, { flags: [] } as Tunnel)
    const { id, dst, src, tos, ttl, options } = state
    return { type: 'ip6', id, dst, src, trafficClass: tos, hopLimit: ttl, options, ...flagsOf(state) }
  },
  ila(words) {
    const text = words.take('a locator')
    const groups = text.split(':')
    if (groups.length !== 4 || !groups.every(group => /^[0-9a-f]{1,4}$/i.test(group)))
      throw words.fail(`Bad locator: ${text}`, 'four groups of hexadecimal digits: 1:2:3:4')
    const locator = BigInt(`0x${groups.map(group => group.padStart(4, '0')).join('')}`)
    return { type: 'ila', locator, ...readSome(words, ILA_WORDS, {}) }
  },
  seg6(words) {
    const { mode, segments, hmac } = readSome(words, SEG6_WORDS, {})
    if (mode === undefined || segments === undefined)
      throw words.fail('Error: "encap seg6" needs a mode and segments', 'mode MODE segs ADDR,ADDR…', USAGE)
    return { type: 'seg6', mode, segments, ...(hmac ? { hmac } : {}) }
  },
  seg6local(words, session) {
    const { session: _session, ...state } = readSome(words, LOCAL_WORDS, { session } as LocalWords)
    if (state.action === undefined) throw words.fail('Missing action type', 'action ACTION', USAGE)
    return { type: 'seg6local', ...state }
  },
  bpf(words, session) {
    const { session: _session, ...state } = readSome(words, BPF_WORDS, { session } as BpfWords)
    return { type: 'bpf', ...state }
  },
  rpl(words) {
    if (words.take('segs') !== 'segs') throw words.fail('Error: "segs" is expected here', 'segs ADDR,ADDR…', USAGE)
    return { type: 'rpl', segments: readSegments(words) }
  },
  ioam6(words) {
    const { traceType, namespace, size, ...rest } = readSome(words, IOAM6_WORDS, {})
    if (traceType === undefined || namespace === undefined || size === undefined)
      throw words.fail('Error: "encap ioam6" needs a trace', 'trace prealloc type TYPE ns NAMESPACE size SIZE', USAGE)
    if (rest.mode === 'inline' && rest.dst !== undefined) throw words.wrong('Inline mode does not need tundst')
    return { type: 'ioam6', ...rest, traceType, namespace, size }
  },
  xfrm(words, session) {
    const state = readSome(
      words,
      {
        if_id: whole<{ ifId?: number; link?: number }>((w, s) => void (s.ifId = number('if_id')(w))),
        link_dev: whole<{ ifId?: number; link?: number }>(
          (w, s) => void (s.link = session.device(w.take('a device')).index),
        ),
      },
      {} as { ifId?: number; link?: number },
    )
    if (state.ifId === undefined) throw words.wrong('"if_id" value is invalid', 'if_id NUMBER')
    return { type: 'xfrm', ifId: state.ifId, ...(state.link !== undefined && { link: state.link }) }
  },
}
