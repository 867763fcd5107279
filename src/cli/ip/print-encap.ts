// Encapsulations as `ip route` and `ip nexthop` print them: text and JSON, character for character iproute2 6.1's.
import { Buffer } from 'node:buffer'
import type { Attributes } from '../../netlink/table.ts'
import type { Encap } from '../../route/encap.ts'
import type { Pen } from '../pen.ts'
import { linkName, type Names } from '../sheet.ts'
import { tableText } from './print-routing.ts'

/** What an encapsulation decodes to is known by its type alone. */
type Fields = Record<string, any>

const KNOWN = ['mpls', 'ip', 'ip6', 'ila', 'bpf', 'seg6', 'seg6local', 'rpl', 'ioam6', 'xfrm']

/** RTA_ENCAP, NHA_ENCAP. */
export function putEncap(pen: Pen, type: string | number, encap: Encap | Attributes<any>, names: Names): void {
  const known = KNOWN.includes(String(type)) ? String(type) : 'unknown'
  pen.put('encap', known, ' encap ', ' ')
  if (!(encap instanceof Uint8Array)) PRINTERS[known]?.(pen, encap as Fields, names)
}

type Printer = (pen: Pen, encap: Fields, names: Names) => void

const PRINTERS: Readonly<Record<string, Printer>> = {
  mpls(pen, { dst, ttl }) {
    if (dst !== undefined) pen.put('dst', dst, ' ', ' ')
    if (ttl !== undefined) pen.put('ttl', ttl, 'ttl ', ' ')
  },
  ip(pen, { id, src, dst, ttl, tos, flags, options }) {
    putTunnel(pen, id, src, dst, 'inet')
    if (ttl !== undefined) pen.put('ttl', ttl, 'ttl ', ' ')
    if (tos !== undefined) pen.put('tos', tos, 'tos ', ' ')
    putTunnelFlags(pen, flags)
    if (options) putTunnelOptions(pen, options)
  },
  ip6(pen, { id, src, dst, hopLimit, trafficClass, flags, options }) {
    putTunnel(pen, id, src, dst, 'inet6')
    if (hopLimit !== undefined) pen.put('hoplimit', hopLimit, 'hoplimit ', ' ')
    if (trafficClass !== undefined) pen.put('tc', trafficClass, 'tc ', ' ')
    putTunnelFlags(pen, flags)
    if (options) putTunnelOptions(pen, options)
  },
  ila(pen, { locator, csumMode, identType, hookType }) {
    if (locator !== undefined) pen.put('locator', locatorText(locator), ' ', ' ')
    if (csumMode !== undefined) pen.put('csum_mode', csumMode, ' csum-mode ', ' ')
    if (identType !== undefined) pen.put('ident_type', identType, ' ident-type ', ' ')
    if (hookType !== undefined) pen.put('hook_type', hookType, ' hook-type ', ' ')
  },
  bpf(pen, { in: input, out, xmit, xmitHeadroom }) {
    putProgram(pen, 'in', input)
    putProgram(pen, 'out', out)
    putProgram(pen, 'xmit', xmit)
    if (xmitHeadroom !== undefined) pen.put('headroom', xmitHeadroom, ' ', ' ')
  },
  seg6(pen, { srh }) {
    if (!srh) return
    pen.put('mode', typeof srh.mode === 'string' ? srh.mode : '<unknown>', 'mode ', ' ')
    putRoutingHeader(pen, srh)
  },
  seg6local(pen, encap, names) {
    const { action, srh, table, vrfTable, nh4, nh6, iif, oif, bpf, counters, flavors } = encap
    const { numeric } = pen.show
    if (action === undefined) return
    pen.put('action', typeof action === 'string' ? action : '<invalid>', 'action ', ' ')
    if (srh) pen.inside('srh', () => putRoutingHeader(pen, srh))
    if (table !== undefined) pen.put('table', tableText(table, numeric), 'table ', ' ')
    if (vrfTable !== undefined) pen.put('vrftable', tableText(vrfTable, numeric), 'vrftable ', ' ')
    if (nh4 !== undefined) pen.put('nh4', nh4, 'nh4 ', ' ')
    if (nh6 !== undefined) pen.put('nh6', nh6, 'nh6 ', ' ')
    if (iif !== undefined) pen.put('iif', linkName(names, iif), 'iif ', ' ')
    if (oif !== undefined) pen.put('oif', linkName(names, oif), 'oif ', ' ')
    putProgram(pen, 'endpoint', bpf)
    if (flavors) putFlavors(pen, flavors)
    if (counters && pen.show.statistics > 0) putCounters(pen, counters)
  },
  rpl(pen, { srh }) {
    if (srh) putSegments(pen, srh.segments)
  },
  ioam6(pen, { frequencyK, frequencyN, mode, dst, src, trace }) {
    if (mode === undefined || !trace) return
    if (frequencyK !== undefined && frequencyN !== undefined) {
      pen.put('freqk', frequencyK, 'freq ', '')
      pen.put('freqn', frequencyN, '/', ' ')
    }
    pen.put('mode', String(mode), 'mode ', ' ')
    if (src !== undefined) pen.put('tunsrc', src, 'tunsrc ', ' ')
    if (mode !== 'inline' && dst !== undefined) pen.put('tundst', dst, 'tundst ', ' ')
    pen.put('trace', null, '', ' ', undefined, 'trace')
    pen.put('prealloc', null, '', ' ', undefined, 'prealloc')
    pen.put('type', hex(trace.type >>> 8), 'type ', ' ', undefined, hexPadded(trace.type >>> 8))
    pen.put('ns', trace.namespaceId, 'ns ', ' ')
    pen.put('size', trace.remainingLength * 4, 'size ', ' ')
  },
  xfrm(pen, { ifId, link }, names) {
    if (ifId !== undefined) pen.put('if_id', ifId, 'if_id ', ' ')
    if (link !== undefined) pen.put('link_dev', linkName(names, link), 'link_dev ', ' ')
  },
}

const hex = (value: number): string => `0x${value.toString(16)}`
/** C's %#08x. */
const hexPadded = (value: number): string => (value === 0 ? '00000000' : `0x${value.toString(16).padStart(6, '0')}`)

// ── ip and ip6 ─────────────────────────────────────────────────────────────

function putTunnel(pen: Pen, id: bigint | undefined, src: string, dst: string, color: 'inet' | 'inet6'): void {
  if (id !== undefined) pen.put('id', id, 'id ', ' ')
  if (src !== undefined) pen.put('src', src, '', ' ', color, `src ${src}`)
  if (dst !== undefined) pen.put('dst', dst, '', ' ', color, `dst ${dst}`)
}

function putTunnelFlags(pen: Pen, flags: readonly (string | number)[] = []): void {
  for (const flag of ['key', 'csum', 'seq']) if (flags.includes(flag)) pen.put(flag, true, '', ' ', undefined, flag)
}

function putTunnelOptions(pen: Pen, { geneve, vxlan, erspan }: Fields): void {
  if (geneve) {
    pen.say(`${pen.newline}\tgeneve_opts `)
    pen.list('geneve_opts', geneve as Fields[], ({ class: optionClass, type, data }, i) => {
      if (i > 0) pen.say(',')
      pen.put('class', optionClass, '', ':')
      pen.put('type', type, '', ':')
      pen.put('data', Buffer.from(data as Uint8Array).toString('hex'), '', '')
    })
    pen.say(' ')
  } else if (vxlan) pen.put('vxlan_opts', vxlan.gbp, `${pen.newline}\tvxlan_opts `, ' ')
  else if (erspan) {
    pen.say(`${pen.newline}\terspan_opts `)
    pen.list('erspan_opts', [erspan as Fields], ({ version, index = 0, direction = 0, hwId = 0 }) => {
      pen.put('ver', version, '', ':')
      pen.put('index', index, '', ':')
      pen.put('dir', direction, '', ':')
      pen.put('hwid', hwId, '', ' ')
    })
  }
}

// ── ila, bpf ───────────────────────────────────────────────────────────────

/** 64 bits as four groups of hexadecimal digits. */
const locatorText = (locator: bigint): string =>
  [48n, 32n, 16n, 0n].map(shift => ((locator >> shift) & 0xffffn).toString(16)).join(':')

function putProgram(pen: Pen, key: string, program: Fields | undefined): void {
  if (!program) return
  const name = program['name'] as string | undefined
  pen.put(key, name ?? '<unknown>', `${key} `, name === undefined ? '' : ' ', undefined, name ?? '')
}

// ── segment routing ────────────────────────────────────────────────────────

const HMAC_KEY_ID = 4

function putRoutingHeader(pen: Pen, { path, flags }: Fields): void {
  putSegments(pen, path.segments)
  const tlvs = path.tlvs as Uint8Array | undefined
  if (!flags.includes('hmac') || !tlvs || tlvs.length < HMAC_KEY_ID + 4) return
  const keyId = new DataView(tlvs.buffer, tlvs.byteOffset).getUint32(HMAC_KEY_ID)
  pen.put('hmac', hex(keyId), 'hmac ', ' ', undefined, keyId.toString(16).toUpperCase())
}

/** On the wire the last segment of the way is the first. */
function putSegments(pen: Pen, segments: readonly string[]): void {
  pen.say(`segs ${segments.length} [ `)
  for (const segment of segments.toReversed()) {
    pen.say(`${segment} `, 'inet6')
  }
  pen.say('] ')
  pen.note('segs', segments.toReversed())
}

function putFlavors(pen: Pen, { operation = [], locatorBlockBits, locatorNodeBits }: Fields): void {
  const words = (operation as (string | number)[]).map(String)
  pen.say(`flavors ${words.join(',')} `)
  pen.note('flavors', words)
  if (!words.includes('next-csid')) return
  if (locatorBlockBits !== undefined) pen.put('lblen', locatorBlockBits, 'lblen ', ' ')
  if (locatorNodeBits !== undefined) pen.put('nflen', locatorNodeBits, 'nflen ', ' ')
}

function putCounters(pen: Pen, { packets, bytes, errors }: Fields): void {
  pen.put('packets', packets, `${pen.newline}    packets `, ' ')
  pen.put('bytes', bytes, 'bytes ', ' ')
  pen.put('errors', errors, 'errors ', ' ')
}
