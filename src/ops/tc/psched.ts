// The packet scheduler's arithmetic: its clock, tables of transmission times and sizes, estimators, RED's weights. Pure.
// Kernel: include/net/pkt_sched.h, net/sched/sch_api.c (PSCHED_SHIFT; /proc/net/psched tells the same numbers).
import { InvalidValueError } from '../../netlink/table.ts'

/** A tick is 64 ns on every kernel since 2.6.31: `000003e8 00000040` in /proc/net/psched. */
export const TICKS_PER_MICROSECOND = 1000 / 64
/** Ticks of the timer a second: a high-resolution one, `3b9aca00` in /proc/net/psched. */
export const TIMER_HZ = 1_000_000_000

/** tc reckons in whole microseconds, and so do its ticks. */
export const ticksOf = (microseconds: number): number => Math.trunc(Math.trunc(microseconds) * TICKS_PER_MICROSECOND)
export const microsecondsOf = (ticks: number): number => Math.trunc(ticks / TICKS_PER_MICROSECOND)

/** How long `size` bytes take at `rate` bytes a second, in ticks. */
export const transmissionTime = (rate: number, size: number): number => ticksOf(1e6 * (size / rate)) >>> 0
/** The bytes that go out in so many ticks. */
export const transmissionSize = (rate: number, ticks: number): number => (rate * microsecondsOf(ticks)) / 1e6

export type LinkLayer = 'unspec' | 'ethernet' | 'atm'

/** What a packet of `size` bytes takes on the link: on ATM, cells of 53 bytes for 48 each. */
function sizeOnLink(size: number, minimumPacket: number, linkLayer: LinkLayer): number {
  const least = Math.max(size, minimumPacket)
  return linkLayer === 'atm' ? Math.ceil(least / 48) * 53 : least
}

const MAX_RATE32 = 0xffffffff
/** What the 32-bit field holds of a rate; larger ones stand in a 64-bit attribute beside it. */
export const rate32 = (rate: number): number => Math.min(rate, MAX_RATE32)
/** The rate for the 64-bit attribute; undefined: 32 bits hold it. */
export const rate64 = (rate: number): bigint | undefined => (rate > MAX_RATE32 ? BigInt(rate) : undefined)

export interface RateTableOptions {
  /** Bytes a second. */
  readonly rate: number
  /** log2 of the bytes that share an entry; left out, the smallest that covers `mtu`. */
  readonly cellLog?: number | undefined
  readonly mtu?: number | undefined
  readonly minimumPacket?: number | undefined
  readonly overhead?: number | undefined
  readonly linkLayer?: LinkLayer | undefined
}

/** struct tc_ratespec with the table that goes with it: the ticks that packets of each size take. */
export function rateTable(options: RateTableOptions) {
  const { minimumPacket = 0, overhead = 0, linkLayer = 'ethernet' } = options
  const rate = rate32(options.rate)
  const cellLog = options.cellLog ?? cellLogFor(options.mtu || 2047, 255)
  const table = new Uint8Array(1024)
  const view = new DataView(table.buffer)
  for (let i = 0; i < 256; i++)
    view.setUint32(4 * i, transmissionTime(rate, sizeOnLink((i + 1) * 2 ** cellLog, minimumPacket, linkLayer)), true)
  return { spec: { cellLog, linkLayer, overhead, cellAlign: -1, minimumPacket, rate }, table }
}

function cellLogFor(mtu: number, most: number): number {
  let cellLog = 0
  while (mtu >>> cellLog > most) cellLog++
  return cellLog
}

/** How packets' sizes are reckoned, whatever the qdisc: tc's `stab`. Sizes in bytes. */
export interface SizeTable {
  readonly linkLayer?: LinkLayer | undefined
  /** Added to each packet; may be negative. */
  readonly overhead?: number | undefined
  /** The smallest packet that counts. */
  readonly minimumPacket?: number | undefined
  /** The largest packet that the table covers; 2047 where it is left out. */
  readonly mtu?: number | undefined
  /** Entries; 512 where it is left out. */
  readonly tableSize?: number | undefined
}

/** TCA_STAB. */
export function sizeTable({ linkLayer = 'ethernet', overhead = 0, minimumPacket = 0, ...rest }: SizeTable) {
  if (linkLayer !== 'atm' && minimumPacket === 0)
    return { base: { overhead, linkLayer, minimumPacket, mtu: rest.mtu ?? 0, tableSize: 0 } }
  const mtu = rest.mtu || 2047
  const entries = rest.tableSize || 512
  const cellLog = cellLogFor(mtu, entries - 1)
  const sizes = Array.from({ length: entries }, (_, i) => sizeOnLink((i + 1) * 2 ** cellLog, minimumPacket, linkLayer))
  const sizeLog = cellLogFor(sizes.at(-1)!, 0xffff)
  return {
    base: { cellLog, sizeLog, cellAlign: -1, overhead, linkLayer, minimumPacket, mtu, tableSize: entries },
    data: sizes.map(size => size >>> sizeLog),
  }
}

/** TCA_RATE: a rate is measured every `interval` and smoothed over `timeConstant`, both in microseconds. */
export function estimator(interval: number, timeConstant: number): { interval: number; ewmaLog: number } {
  const log = [0, 1, 2, 3, 4, 5].find(n => interval <= 2 ** n * 250_000)
  let ewmaLog = 1
  while (ewmaLog < 32 && interval / -Math.log(1 - 1 / 2 ** ewmaLog) <= timeConstant) ewmaLog++
  ewmaLog--
  if (log === undefined || ewmaLog === 0 || ewmaLog >= 31)
    throw new InvalidValueError(['estimator'], 'the interval is 250 ms to 8 s, the time constant longer than it')
  return { interval: log - 2, ewmaLog }
}

// ── RED ────────────────────────────────────────────────────────────────────

/** log2 of the inverse of the probability's slope: between `min` and `max` it grows to `probability`. undefined: it cannot. */
export function redSlopeLog(min: number, max: number, probability: number): number | undefined {
  if (max <= min) return undefined
  let slope = probability / (max - min)
  for (let log = 0; log < 32; log++, slope *= 2) if (slope > 1) return log
  return undefined
}

/** log2 of the inverse weight of the average queue; undefined: `burst` (packets) is too small for `min` (bytes). */
export function redWeightLog(min: number, burst: number, averagePacket: number): number | undefined {
  const packets = burst + 1 - min / averagePacket
  if (packets < 1) return undefined
  for (let log = 1, weight = 0.5; log < 32; log++, weight /= 2)
    if (packets <= (1 - (1 - weight) ** burst) / weight) return log
  return undefined
}

/** How the average falls while the queue is empty: 256 shifts and log2 of the ticks between them. */
export function redIdleTable(
  weightLog: number,
  averagePacket: number,
  rate: number,
): { readonly cellLog: number; readonly table: Uint8Array } {
  const perTick = -Math.log(1 - 1 / 2 ** weightLog) / transmissionTime(rate, averagePacket)
  const longest = 31 / perTick
  let cellLog = 0
  while (cellLog < 32 && longest / 2 ** cellLog >= 512) cellLog++
  const table = Uint8Array.from({ length: 256 }, (_, i) => Math.min(31, Math.trunc(i * 2 ** cellLog * perTick)))
  table[255] = 31
  return { cellLog, table }
}

/** A probability as the kernel's fraction of 2^32. */
export const probability32 = (probability: number): number => Math.trunc(probability * 2 ** 32) >>> 0
