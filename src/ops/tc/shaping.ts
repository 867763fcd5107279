// Rates and delays for people: what htb, tbf, netem and police are told, turned into the kernel's own options (rate
// tables, bursts as times in ticks, 64-bit rates beside 32-bit ones). Attributes go out in tc's order. Pure.
import { InvalidValueError } from '../../netlink/table.ts'
import { checkKeys } from '../options.ts'
import { type LinkLayer, rate64, rateTable, TIMER_HZ, ticksOf, transmissionTime } from './psched.ts'
import { type Rate, rateOf, type Share, type Size, shareOf, sizeOf, type Time, timeOf } from './units.ts'

/** How packets are reckoned on the link below. Sizes in bytes. */
interface OnLink {
  /** The smallest packet that counts. */
  readonly minimumPacket?: number | undefined
  /** Added to each packet. */
  readonly overhead?: number | undefined
  readonly linkLayer?: LinkLayer | undefined
}
const ON_LINK = ['minimumPacket', 'overhead', 'linkLayer']

const required = (key: string, kind: string): never => {
  throw new InvalidValueError([key], `must be given: ${kind} needs it`)
}

// ── htb ────────────────────────────────────────────────────────────────────

/** The qdisc: `tc qdisc add … htb default 10 r2q 10`. */
export interface HtbOptions {
  /** The minor number of the class for what no filter places: 0x10 is class 1:10. 0: none, it goes out unshaped. */
  readonly defaultClass?: number | undefined
  /** A class's quantum is its rate in bytes a second divided by this. Default 10. */
  readonly rateToQuantum?: number | undefined
  readonly debug?: number | undefined
  /** Packets in the queue for what is not shaped. */
  readonly directQueueLength?: number | undefined
  readonly offload?: boolean | undefined
}

export function htbQdisc(options: HtbOptions) {
  checkKeys('htb', options, ['defaultClass', 'rateToQuantum', 'debug', 'directQueueLength', 'offload'])
  const { defaultClass = 0, rateToQuantum = 10, debug = 0, directQueueLength, offload } = options
  return {
    init: { version: 3, rateToQuantum, defaultClass, debug },
    directQueueLength,
    offload: offload || undefined,
  }
}

/** A class: `tc class add … htb rate 10mbit ceil 20mbit`. */
export interface HtbClassOptions extends OnLink {
  /** What it is sure of. */
  readonly rate: Rate
  /** What it may have when others leave it; `rate` where it is left out. */
  readonly ceil?: Rate | undefined
  /** What may go at once after a pause: enough for the timer and a packet where it is left out. */
  readonly burst?: Size | undefined
  readonly ceilBurst?: Size | undefined
  /** Lower numbers are served first. */
  readonly priority?: number | undefined
  /** Bytes served in a turn. */
  readonly quantum?: number | undefined
  /** The largest packet, in bytes. Default 1600. */
  readonly mtu?: number | undefined
  /** log2 of the bytes that share an entry of the rate's table, and of the ceiling's. */
  readonly cellLog?: number | undefined
  readonly ceilCellLog?: number | undefined
}
const HTB_CLASS = [
  ...ON_LINK,
  ...['rate', 'ceil', 'burst', 'ceilBurst', 'priority', 'quantum', 'mtu', 'cellLog', 'ceilCellLog'],
]

export function htbClass(options: HtbClassOptions) {
  checkKeys('htb', options, HTB_CLASS)
  const { mtu = 1600, priority = 0, quantum = 0, minimumPacket, overhead, linkLayer } = options
  const rate = rateOf(options.rate ?? required('rate', 'a class of htb'), 'rate') || required('rate', 'a class of htb')
  const ceil = options.ceil === undefined ? rate : rateOf(options.ceil, 'ceil') || rate
  const burstOf = (size: Size | undefined, key: string, bytes: number): number =>
    (size === undefined ? 0 : sizeOf(size, key)) || Math.trunc(bytes / TIMER_HZ) + mtu
  const link = { mtu, minimumPacket, overhead, linkLayer }
  const own = rateTable({ ...link, rate, cellLog: options.cellLog })
  const most = rateTable({ ...link, rate: ceil, cellLog: options.ceilCellLog })
  return {
    rate64: rate64(rate),
    ceil64: rate64(ceil),
    parameters: {
      rate: own.spec,
      ceil: most.spec,
      buffer: transmissionTime(rate, burstOf(options.burst, 'burst', rate)),
      ceilBuffer: transmissionTime(ceil, burstOf(options.ceilBurst, 'ceilBurst', ceil)),
      quantum,
      priority,
    },
    rateTable: own.table,
    ceilTable: most.table,
  }
}

// ── tbf ────────────────────────────────────────────────────────────────────

/** `tc qdisc add … tbf rate 1mbit burst 10kb latency 50ms`. */
export interface TbfOptions extends OnLink {
  readonly rate: Rate
  /** What may go at once after a pause. */
  readonly burst: Size
  /** What may wait, in bytes; either this or `latency`. */
  readonly limit?: Size | undefined
  /** How long a packet may wait. */
  readonly latency?: Time | undefined
  /** Even in a burst no faster than this; needs `mtu`. */
  readonly peakRate?: Rate | undefined
  /** The largest packet. */
  readonly mtu?: Size | undefined
  readonly cellLog?: number | undefined
  readonly peakCellLog?: number | undefined
}
const TBF = [...ON_LINK, ...['rate', 'burst', 'limit', 'latency', 'peakRate', 'mtu', 'cellLog', 'peakCellLog']]

export function tbf(options: TbfOptions) {
  checkKeys('tbf', options, TBF)
  const { minimumPacket, overhead, linkLayer } = options
  const rate = rateOf(options.rate ?? required('rate', 'tbf'), 'rate') || required('rate', 'tbf')
  const burst = sizeOf(options.burst ?? required('burst', 'tbf'), 'burst') || required('burst', 'tbf')
  const peakRate = options.peakRate === undefined ? 0 : rateOf(options.peakRate, 'peakRate')
  const mtu = options.mtu === undefined ? 0 : sizeOf(options.mtu, 'mtu')
  if (peakRate && !mtu) required('mtu', 'a peak rate')
  const own = rateTable({ rate, cellLog: options.cellLog, mtu, minimumPacket, overhead, linkLayer })
  const peak =
    peakRate === 0
      ? undefined
      : rateTable({ rate: peakRate, cellLog: options.peakCellLog, mtu, minimumPacket, overhead, linkLayer })
  return {
    parameters: {
      rate: own.spec,
      ...(peak && { peakRate: peak.spec, mtu: transmissionTime(peak.spec.rate, mtu) }),
      limit: tbfLimit(options, rate, burst, peakRate, mtu),
      buffer: transmissionTime(own.spec.rate, burst),
    },
    burst,
    rate64: rate64(rate),
    rateTable: own.table,
    peakRate64: rate64(peakRate),
    peakBurst: peak && mtu,
    peakRateTable: peak?.table,
  }
}

function tbfLimit({ limit, latency }: TbfOptions, rate: number, burst: number, peakRate: number, mtu: number): number {
  if (limit !== undefined && latency !== undefined)
    throw new InvalidValueError(['latency'], 'and limit say the same: give one of them')
  if (limit !== undefined) return sizeOf(limit, 'limit')
  const seconds = Math.trunc(timeOf(latency ?? required('limit', 'tbf (or latency)'), 'latency')) / 1e6
  const waiting = rate * seconds + burst
  return Math.trunc(peakRate === 0 ? waiting : Math.min(waiting, peakRate * seconds + mtu))
}

// ── police ─────────────────────────────────────────────────────────────────

/** A verdict: `pass`, `drop`, `pipe`, `reclassify`, `continue`, `stolen`, or its number. */
export type Verdict = string | number

/** The action: `tc … action police rate 1mbit burst 10k conform-exceed drop/pipe`. */
export interface PoliceOptions extends OnLink {
  readonly index?: number | undefined
  readonly rate?: Rate | undefined
  /** What may go at once after a pause; needed with `rate`. */
  readonly burst?: Size | undefined
  readonly mtu?: Size | undefined
  readonly peakRate?: Rate | undefined
  /** The estimator's rate, above which is too much. */
  readonly averageRate?: Rate | undefined
  /** Packets a second, and packets at once. */
  readonly packetRate?: number | undefined
  readonly packetBurst?: number | undefined
  /** What becomes of packets above the rate. Default `reclassify`. */
  readonly exceed?: Verdict | undefined
  /** What becomes of packets within it. */
  readonly conform?: Verdict | undefined
  readonly cellLog?: number | undefined
  readonly peakCellLog?: number | undefined
}
const POLICE = [
  ...ON_LINK,
  ...['index', 'rate', 'burst', 'mtu', 'peakRate', 'averageRate', 'packetRate', 'packetBurst', 'exceed', 'conform'],
  ...['cellLog', 'peakCellLog'],
]

const PASS = new Set<Verdict>(['pass', 'ok', 0])

export function police(options: PoliceOptions) {
  checkKeys('police', options, POLICE)
  const { index, exceed = 'reclassify', minimumPacket, overhead, linkLayer, packetRate, packetBurst } = options
  const rate = options.rate === undefined ? 0 : rateOf(options.rate, 'rate')
  const peakRate = options.peakRate === undefined ? 0 : rateOf(options.peakRate, 'peakRate')
  const mtu = options.mtu === undefined ? 0 : sizeOf(options.mtu, 'mtu')
  if (rate && options.burst === undefined) required('burst', 'a rate')
  if (peakRate && !mtu) required('mtu', 'a peak rate')
  const link = { mtu, minimumPacket, overhead, linkLayer }
  const own = rate ? rateTable({ ...link, rate, cellLog: options.cellLog }) : undefined
  const peak = peakRate ? rateTable({ ...link, rate: peakRate, cellLog: options.peakCellLog }) : undefined
  return {
    parameters: {
      index,
      action: exceed,
      mtu,
      ...(own && { rate: own.spec, burst: transmissionTime(rate, sizeOf(options.burst!, 'burst')) }),
      ...(peak && { peakRate: peak.spec }),
    },
    rateTable: own?.table,
    rate64: rate64(rate),
    peakRateTable: peak?.table,
    peakRate64: rate64(peakRate),
    packetRate,
    packetBurst: packetBurst === undefined ? undefined : transmissionTime(packetRate ?? 0, packetBurst),
    averageRate: options.averageRate === undefined ? undefined : rateOf(options.averageRate, 'averageRate'),
    // To let them pass is what the kernel does by itself.
    result: PASS.has(options.conform ?? 'pass') ? undefined : options.conform,
  }
}

// ── netem ──────────────────────────────────────────────────────────────────

/** `tc qdisc add … netem delay 100ms 20ms 25% loss 1% …`. */
export interface NetemOptions {
  /** Packets that may wait. Default 1000. */
  readonly limit?: number | undefined
  readonly delay?: Time | undefined
  /** How far the delay varies. */
  readonly jitter?: Time | undefined
  /** How much a delay depends on the one before. */
  readonly delayCorrelation?: Share | undefined
  /** The delays' distribution: what stands in /usr/lib/tc/NAME.dist. */
  readonly distribution?: readonly number[] | undefined
  readonly loss?: Share | undefined
  readonly lossCorrelation?: Share | undefined
  readonly duplicate?: Share | undefined
  readonly duplicateCorrelation?: Share | undefined
  readonly corrupt?: Share | undefined
  readonly corruptCorrelation?: Share | undefined
  /** Packets that go at once while others are delayed. */
  readonly reorder?: Share | undefined
  readonly reorderCorrelation?: Share | undefined
  /** Every so many packets one is not delayed. */
  readonly gap?: number | undefined
  readonly rate?: Rate | undefined
  /** Mark packets instead of dropping them. */
  readonly ecn?: boolean | undefined
}
const NETEM = [
  ...['limit', 'delay', 'jitter', 'delayCorrelation', 'distribution', 'loss', 'lossCorrelation', 'duplicate'],
  ...['duplicateCorrelation', 'corrupt', 'corruptCorrelation', 'reorder', 'reorderCorrelation', 'gap', 'rate', 'ecn'],
]
/** Delays up to 274 s fit in 32 bits of ticks. */
const MOST_TICKS = 0xffffffff

export function netem(options: NetemOptions) {
  checkKeys('netem', options, NETEM)
  const share = (key: keyof NetemOptions): number =>
    options[key] === undefined ? 0 : shareOf(options[key] as Share, key)
  const pair = (key: keyof NetemOptions, correlation: keyof NetemOptions) => {
    const probability = share(key)
    return probability === 0 ? undefined : { probability, correlation: share(correlation) }
  }
  const time = (key: 'delay' | 'jitter'): number => (options[key] === undefined ? 0 : timeOf(options[key]!, key))
  const [delay, jitter] = [time('delay'), time('jitter')]
  const exact = [delay, jitter].some(value => !Number.isInteger(value) || ticksOf(value) > MOST_TICKS)
  const correlation = {
    delay: share('delayCorrelation'),
    loss: share('lossCorrelation'),
    duplicate: share('duplicateCorrelation'),
  }
  const rate = options.rate === undefined ? 0 : rateOf(options.rate, 'rate')
  return {
    header: {
      latency: Math.min(ticksOf(delay), MOST_TICKS),
      limit: options.limit ?? 1000,
      loss: share('loss'),
      gap: options.gap ?? (options.reorder === undefined ? 0 : 1),
      duplicate: share('duplicate'),
      jitter: Math.min(ticksOf(jitter), MOST_TICKS),
    },
    attributes: {
      correlation: Object.values(correlation).some(value => value > 0) ? correlation : undefined,
      reorder: pair('reorder', 'reorderCorrelation'),
      ecn: options.ecn ? 1 : undefined,
      corrupt: pair('corrupt', 'corruptCorrelation'),
      rate64: rate64(rate),
      rate: rate === 0 ? undefined : { rate: Math.min(rate, 0xffffffff) },
      ...(exact && { latency: BigInt(Math.round(delay * 1e3)), jitter: BigInt(Math.round(jitter * 1e3)) }),
      delayDistribution: options.distribution,
    },
  }
}
