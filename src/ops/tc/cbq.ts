// CBQ's arithmetic: how idle a class may seem before it counts as a burst, and how long it is quiet when it was too much.
// Pure. Kernel: net/sched/sch_cbq.c (until Linux 6.2).
import { ticksOf } from './psched.ts'

/** What a class is measured by. */
export interface CbqMeasure {
  /** Bytes a second: of the link, and of the class. */
  readonly bandwidth: number
  readonly rate: number
  /** Bytes. */
  readonly averagePacket: number
  /** log2 of the inverse weight of a packet in the average. */
  readonly ewmaLog: number
}

/** Microseconds that an average packet takes. */
const packetTime = (rate: number, size: number): number => (1e6 * size) / rate
/** The kernel's fields have 32 bits, also where the time is negative or has no end. */
const ticks = (microseconds: number): number => ticksOf(Math.trunc(microseconds) >>> 0) >>> 0

/** The largest idle time that counts, scaled by the average's weight: so that `packets` may go at once after a pause. */
export function cbqMaxIdle({ bandwidth, rate, averagePacket, ewmaLog }: CbqMeasure, packets: number): number {
  const keep = 1 - 1 / 2 ** ewmaLog
  const own = packetTime(bandwidth, averagePacket)
  const least = own * (1 - keep)
  const burst = (packetTime(rate, averagePacket) - own) * (keep ** -packets - 1)
  const idle = bandwidth !== rate && packets > 0 ? Math.max(least, burst) : least
  return ticks(idle * 2 ** ewmaLog)
}

/** How long a class that sent too much is quiet: so long that `packets` may go at once then. */
export function cbqOffTime({ bandwidth, rate, averagePacket, ewmaLog }: CbqMeasure, packets: number): number {
  if (packets === 0) return 0
  const keep = 1 - 1 / 2 ** ewmaLog
  const more = packetTime(rate, averagePacket) - packetTime(bandwidth, averagePacket)
  return ticks(more * (packets === 1 ? keep ** -1 - 1 : 1 + (keep ** (1 - packets) - 1) / (1 - keep)))
}

/** The smallest idle time that counts, of ticks below 0. */
export const cbqMinIdle = (below: number, ewmaLog: number): number => (below << ewmaLog) >>> 0
