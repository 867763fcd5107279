// What all of traffic control shares: handles, verdicts, rates, times, and the flags that several objects have.
// include/uapi/linux/{pkt_sched.h,pkt_cls.h}.
import { type Codec, enumeration, flags, s16, s32, shown, u8, u16, u32, u64 } from '../../netlink/codec.ts'
import { layouts } from '../../netlink/layout.ts'
import { struct } from '../../netlink/struct.ts'
import { words } from '../../netlink/words.ts'
import { fixedArray } from '../fixed-array.ts'

// ── handles ────────────────────────────────────────────────────────────────

/** TC_H_*: what is no handle of an object. */
const TC_H = new Map([
  ['none', 0],
  ['root', 0xffffffff],
  ['ingress', 0xfffffff1],
  ['clsact', 0xfffffff1],
])

/** What the names of fixed handles are as digits, where iproute2 shows those. */
export const TC_H_NAMES: Readonly<Record<string, string>> = { ingress: 'ffff:fff1' }

function handleText(value: number): string {
  if (value === 0) return 'none'
  if (value === 0xffffffff) return 'root'
  if (value === 0xfffffff1) return 'ingress'
  const minor = value & 0xffff
  return `${(value >>> 16).toString(16)}:${minor === 0 ? '' : minor.toString(16)}`
}

function handleNumber(text: string): number {
  const word = TC_H.get(text)
  if (word !== undefined) return word
  const parts = /^([\da-f]{0,4}):([\da-f]{0,4})$/i.exec(text)
  if (!parts)
    throw new RangeError(
      `must be a handle like 1: or 1:10, or one of ${[...TC_H.keys()].join(', ')}, not ${shown(text)}`,
    )
  return Number.parseInt(parts[1] || '0', 16) * 0x10000 + Number.parseInt(parts[2] || '0', 16)
}

/** A handle, `major:minor` in hexadecimal digits; `none`, `root`, or `ingress` (clsact's too). */
export const handle: Codec<string, string | number> = {
  kind: 'handle',
  size: 4,
  read: (v, _b, p) => handleText(v.getUint32(p, true)),
  source: g => `${g.constant(handleText)}(v.getUint32(p,true))`,
  write: (w, value, h, s) => u32.write(w, typeof value === 'string' ? handleNumber(value) : value, h, s),
  layout: layouts.u32,
  fromLayout: raw => handleText(raw as number),
}

// ── verdicts ───────────────────────────────────────────────────────────────

/** TC_ACT_*, in iproute2's words, then the kernel's. Numbers above: `jump` is 0x10000000, `goto chain` 0x20000000, plus its number. */
export const TC_ACT = words('verdict (TC_ACT_*)', {
  continue: -1,
  pass: 0,
  reclassify: 1,
  drop: 2,
  pipe: 3,
  stolen: 4,
  queued: 5,
  repeat: 6,
  redirect: 7,
  trap: 8,
  unspec: -1,
  ok: 0,
  shot: 2,
})
export const verdict = enumeration(s32, TC_ACT)

/** `tc_gen`: how the struct of every action begins. */
export const actionFields = {
  index: ['index', u32],
  capabilities: ['capab', u32],
  action: ['action', verdict],
  references: ['refcnt', s32],
  bindings: ['bindcnt', s32],
} as const

/** When an action was made and used: USER_HZ (centiseconds) ago. */
export const tcfT = struct('tcf_t', {
  installed: ['install', u64],
  lastUsed: ['lastuse', u64],
  expires: ['expires', u64],
  firstUsed: ['firstuse', u64],
})

// ── rates ──────────────────────────────────────────────────────────────────

/** TC_LINKLAYER_*, in iproute2's words. */
export const TC_LINKLAYER = words('link layer (TC_LINKLAYER_*)', { unspec: 0, ethernet: 1, atm: 2 })

export const ratespecFields = {
  cellLog: ['cell_log', u8],
  linkLayer: ['linklayer', enumeration(u8, TC_LINKLAYER)],
  overhead: ['overhead', u16],
  cellAlign: ['cell_align', s16],
  /** The smallest packet that counts, in bytes. */
  minimumPacket: ['mpu', u16],
  /** Bytes a second; 4294967295: see the 64-bit attribute. */
  rate: ['rate', u32],
} as const
export const tcRatespec = struct('tc_ratespec', ratespecFields)

/** struct nla_bitfield32: the bits, and which of them are meant. */
export const bitfield32 = <W extends string>(set: ReturnType<typeof words<W>>) =>
  struct('nla_bitfield32', { value: ['value', flags(u32, set)], selector: ['selector', flags(u32, set)] })

/** TCA_CLS_FLAGS_*. */
export const TCA_CLS_FLAGS = words('filter flag (TCA_CLS_FLAGS_*)', {
  skip_hw: 1 << 0,
  skip_sw: 1 << 1,
  in_hw: 1 << 2,
  not_in_hw: 1 << 3,
  verbose: 1 << 4,
})

/** CLOCK_*: include/uapi/linux/time.h. */
export const CLOCK = words('clock (CLOCK_*)', { INVALID: -1, REALTIME: 0, MONOTONIC: 1, BOOTTIME: 7, TAI: 11 })

/** The band or class of each of the 16 priorities. */
export const priorityMap = fixedArray(u8, 16)

/** struct tc_prio_qopt: pfifo_fast, prio and fq's bands. */
export const tcPrioQopt = struct('tc_prio_qopt', {
  bands: ['bands', s32],
  priomap: ['priomap', priorityMap],
})
