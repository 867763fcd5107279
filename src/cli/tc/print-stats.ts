// The counters of qdiscs, classes, filters and actions under `-s`.
import type { Qdisc } from '../../route/tc/tc.ts'
import type { Sheet } from '../sheet.ts'
import { rateText, sizeText } from './text.ts'

type Stats = Pick<Qdisc, 'stats' | 'stats2'>

/** Whether there are any. */
export const hasStats = ({ stats, stats2 }: Stats): boolean => stats !== undefined || stats2 !== undefined

/** Each line begins with `prefix`. Old kernels' TCA_STATS holds the same in one struct. */
export function addStats(sheet: Sheet, { stats2, stats }: Stats, prefix: string): void {
  if (stats2) addStats2(sheet, stats2, prefix)
  else if (stats) addStats2(sheet, fromOld(stats), prefix)
}

function fromOld(stats: NonNullable<Stats['stats']>): Counters {
  const { bytes, packets, drops, overlimits, backlog, queueLength, bytesPerSecond, packetsPerSecond } = stats
  return {
    basic: { bytes, packets },
    queue: { drops, overlimits, requeues: 0, backlog, queueLength },
    ...(bytesPerSecond + packetsPerSecond > 0 && { rateEstimate: { bytesPerSecond, packetsPerSecond } }),
  }
}

interface Basic {
  readonly bytes: bigint
  readonly packets: number
}
interface Counters {
  readonly basic?: Basic | undefined
  readonly basicHw?: Basic | undefined
  readonly packets64?: bigint | undefined
  readonly queue?: Readonly<Record<'drops' | 'overlimits' | 'requeues' | 'backlog' | 'queueLength', number>> | undefined
  readonly rateEstimate?: Estimate<number> | undefined
  readonly rateEstimate64?: Estimate<bigint> | undefined
}
interface Estimate<N> {
  readonly bytesPerSecond: N
  readonly packetsPerSecond: N
}

/** What hardware did, where it did something, and what it left to software. */
function addHardware(sheet: Sheet, all: Basic, hardware: Basic, prefix: string): void {
  const add = (who: string, { bytes, packets }: Basic): void => {
    sheet.add(
      `${who}_bytes`,
      bytes,
      `${sheet.newline}${prefix}Sent ${who === 'sw' ? 'software' : 'hardware'} ${bytes} bytes`,
    )
    sheet.add(`${who}_packets`, packets, ` ${packets} pkt`)
  }
  add('sw', { bytes: all.bytes - hardware.bytes, packets: all.packets - hardware.packets })
  add('hw', hardware)
}

export function addStats2(sheet: Sheet, counters: Counters, prefix: string): void {
  const { basic, basicHw, queue, rateEstimate, rateEstimate64, packets64 } = counters
  if (basic) {
    sheet.add('bytes', basic.bytes, `${prefix}Sent ${basic.bytes} bytes`)
    const packets = packets64 ?? basic.packets
    sheet.add('packets', packets, ` ${packets} pkt`)
  }
  if (queue) {
    sheet.add('drops', queue.drops, ` (dropped ${queue.drops}`)
    sheet.add('overlimits', queue.overlimits, `, overlimits ${queue.overlimits}`)
    sheet.add('requeues', queue.requeues, ` requeues ${queue.requeues}) `)
  }
  if (basic && basicHw?.packets) addHardware(sheet, basic, basicHw, prefix)
  const estimate = rateEstimate64 ?? rateEstimate
  if (estimate) {
    const { bytesPerSecond: rate, packetsPerSecond: pps } = estimate
    sheet.add('rate', rate, `\n${prefix}rate ${rateText(rate, sheet.show.iec)}`)
    sheet.add('pps', pps, ` ${pps}pps`)
  }
  if (!queue) return
  sheet.say(rateEstimate ? prefix : `${sheet.newline}${prefix}`)
  sheet.add('backlog', queue.backlog, `backlog ${sizeText(queue.backlog)}`)
  sheet.add('qlen', queue.queueLength, ` ${queue.queueLength}p requeues ${queue.requeues}`)
}
