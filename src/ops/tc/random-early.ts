// Random early detection for people: what red, choke, gred, sfq and sfb are told, turned into the weights, slopes and
// tables that the kernel reckons with, with Sally Floyd's recommendations for what is left out. Pure.
import { InvalidValueError } from '../../netlink/table.ts'
import { checkKeys } from '../options.ts'
import { measured } from './measures.ts'
import { probability32, redIdleTable, redSlopeLog, redWeightLog } from './psched.ts'
import { type Rate, rateOf, type Share, type Size, sizeOf } from './units.ts'

export const RED_FLAGS = ['ecn', 'harddrop', 'adaptive', 'nodrop'] as const
export type RedFlag = (typeof RED_FLAGS)[number]

/** `burst` cannot average what `min` asks for. */
export class BurstError extends InvalidValueError {
  readonly burst: number
  /** What would do. */
  readonly least: number

  constructor(burst: number, least: number) {
    super(['burst'], `is too small: ${burst} packets do not reach min, ${least} do`)
    this.burst = burst
    this.least = least
  }
}

/** What packets are dropped by. */
interface Early {
  /** A third of `max` where it is left out. Below it none is dropped. */
  readonly min?: Size | undefined
  /** A quarter of the limit where it is left out. From it on all are dropped. */
  readonly max?: Size | undefined
  /** Packets that may come at once. */
  readonly burst?: number | undefined
  /** How many are dropped at `max`, 0 to 1. Default 0.02. */
  readonly probability?: Share | undefined
  /** Of the link: how the average falls while the queue is empty. */
  readonly rate?: Rate | undefined
  /** Mark packets in place of dropping them, and such. */
  readonly flags?: readonly RedFlag[] | undefined
}
const EARLY = ['limit', 'min', 'max', 'burst', 'averagePacket', 'probability', 'rate', 'flags']

/** 10 Mbit a second: the rate of the link where none is said. */
const RATE = 10_000_000
const PROBABILITY = 0.02

const required = (key: string, kind: string): never => {
  throw new InvalidValueError([key], `must be given: ${kind} needs it`)
}

function probabilityOf(share: Share): number {
  const found = typeof share === 'string' ? Number(share.replace(/%$/, '')) / (share.endsWith('%') ? 100 : 1) : share
  if (found >= 0 && found <= 1) return found
  throw new InvalidValueError(['probability'], `must be a share: 0 to 1, or '2%', not ${String(share)}`)
}

/** Thresholds, with what is recommended where they are left out. */
function thresholds({ min, max }: Early, limit: number): { readonly min: number; readonly max: number } {
  const most = (max === undefined ? 0 : sizeOf(max, 'max')) || Math.trunc(limit / 4)
  return { min: (min === undefined ? 0 : sizeOf(min, 'min')) || Math.trunc(most / 3), max: most }
}

function check(limit: number, { min, max }: { readonly min: number; readonly max: number }): void {
  if (max > limit) throw new InvalidValueError(['max'], 'is larger than the limit')
  if (min >= max) throw new InvalidValueError(['min'], 'is not smaller than max')
}

/** The weight of the average and the slope of the probability, of thresholds in bytes. */
function reckoned(
  { min, max }: { readonly min: number; readonly max: number },
  burst: number,
  averagePacket: number,
  probability: number,
): { readonly wlog: number; readonly plog: number } {
  const wlog = redWeightLog(min, burst, averagePacket)
  if (wlog === undefined) throw new BurstError(burst, 1 + Math.floor(min / averagePacket))
  const plog = redSlopeLog(min, max, probability)
  if (plog === undefined) throw new InvalidValueError(['probability'], 'cannot grow so far between min and max')
  return { wlog, plog }
}

const burstOf = ({ burst }: Early, min: number, max: number, averagePacket: number): number =>
  burst || Math.trunc((2 * min + max) / (3 * averagePacket))

// ── red ────────────────────────────────────────────────────────────────────

/** `tc qdisc add … red limit 400kb avpkt 1000 …`. Sizes in bytes. */
export interface RedOptions extends Early {
  /** What may wait. */
  readonly limit: Size
  readonly averagePacket: Size
  /** Shared blocks whose filters see what is dropped early, and what is marked. */
  readonly earlyDropBlock?: number | undefined
  readonly markBlock?: number | undefined
}

export function red(options: RedOptions) {
  checkKeys('red', options, [...EARLY, 'earlyDropBlock', 'markBlock'])
  const { probability = PROBABILITY, flags = [], earlyDropBlock, markBlock } = options
  const limit = sizeOf(options.limit ?? required('limit', 'red'), 'limit')
  const averagePacket = sizeOf(options.averagePacket ?? required('averagePacket', 'red'), 'averagePacket')
  const bounds = thresholds(options, limit)
  check(limit, bounds)
  const part = probabilityOf(probability)
  const burst = burstOf(options, bounds.min, bounds.max, averagePacket)
  const { wlog, plog } = reckoned(bounds, burst, averagePacket, part)
  const { cellLog, table } = redIdleTable(wlog, averagePacket, rateOf(options.rate ?? RATE, 'rate'))
  return {
    parameters: { limit, ...bounds, wlog, plog, cellLog },
    table,
    maxProbability: probability32(part),
    flags: { value: flags, selector: RED_FLAGS },
    earlyDropBlock,
    markBlock,
  }
}

// ── choke ──────────────────────────────────────────────────────────────────

/** `tc qdisc add … choke limit 1000 bandwidth 10mbit …`. Thresholds in packets. */
export interface ChokeOptions extends Early {
  /** Packets that may wait. */
  readonly limit: number
  readonly rate: Rate
  /** Default 1000. */
  readonly averagePacket?: Size | undefined
}

export function choke(options: ChokeOptions) {
  checkKeys('choke', options, EARLY)
  const { probability = PROBABILITY, flags = [] } = options
  const limit = options.limit ?? required('limit', 'choke')
  const rate = rateOf(options.rate ?? required('rate', 'choke'), 'rate')
  const averagePacket = sizeOf(options.averagePacket ?? 1000, 'averagePacket')
  const { min, max } = thresholds(options, limit)
  check(limit, { min, max })
  const part = probabilityOf(probability)
  const inBytes = { min: min * averagePacket, max: max * averagePacket }
  const { wlog, plog } = reckoned(inBytes, burstOf(options, min, max, 1), averagePacket, part)
  const { cellLog, table } = redIdleTable(wlog, averagePacket, rate)
  return {
    parameters: { limit, min, max, wlog, plog, cellLog, flags },
    table,
    maxProbability: probability32(part),
  }
}

// ── gred ───────────────────────────────────────────────────────────────────

/** One of its queues: `tc qdisc change … gred vq 1 limit 60kb avpkt 1000 …`. Sizes in bytes. */
export interface GredQueueOptions extends Early {
  /** Which: 0 to 15. Default 0. */
  readonly dropPrecedence?: number | undefined
  readonly priority?: number | undefined
  readonly limit: Size
  readonly averagePacket: Size
}

export function gred(options: GredQueueOptions | { readonly setup: unknown }) {
  if ('setup' in options) return options
  checkKeys('gred', options, [...EARLY, 'dropPrecedence', 'priority'])
  const { dropPrecedence = 0, priority, probability = PROBABILITY, flags = [] } = options
  const limit = sizeOf(options.limit ?? required('limit', 'gred'), 'limit')
  const averagePacket = sizeOf(options.averagePacket ?? required('averagePacket', 'gred'), 'averagePacket')
  const bounds = thresholds(options, limit)
  const part = probabilityOf(probability)
  const burst = burstOf(options, bounds.min, bounds.max, averagePacket)
  const { wlog, plog } = reckoned(bounds, burst, averagePacket, part)
  const { cellLog, table } = redIdleTable(wlog, averagePacket, rateOf(options.rate ?? RATE, 'rate'))
  return {
    parameters: [{ limit, ...bounds, dropPrecedence, wlog, plog, cellLog, priority }],
    table,
    maxProbabilities: [probability32(part)],
    virtualQueues: flags.length > 0 ? { entries: [{ dropPrecedence, flags }] } : undefined,
  }
}

// ── sfq ────────────────────────────────────────────────────────────────────

/** `tc qdisc add … sfq perturb 10 quantum 1514 …`; with `redLimit` each flow is dropped early, too. */
export interface SfqOptions extends Omit<Early, 'rate'> {
  /** Bytes served in a turn. */
  readonly quantum?: Size | undefined
  /** How often flows are placed anew: seconds, or `'10s'`. */
  readonly perturb?: number | string | undefined
  /** Packets that may wait. */
  readonly limit?: number | undefined
  readonly divisor?: number | undefined
  readonly flows?: number | undefined
  /** Packets of a flow. */
  readonly depth?: number | undefined
  /** 1: the oldest is dropped. */
  readonly headDrop?: number | undefined
  /** Bytes of a flow. */
  readonly redLimit?: Size | undefined
  /** Default 1000. */
  readonly averagePacket?: Size | undefined
}
const SFQ_PLAIN = ['quantum', 'perturb', 'limit', 'divisor', 'flows', 'depth', 'headDrop'] as const
const SFQ_RED = ['redLimit', 'min', 'max', 'burst', 'averagePacket', 'probability', 'flags'] as const

export function sfq(options: SfqOptions) {
  // Weights and slopes that are reckoned already: the kernel's own form.
  if ('wlog' in options) return options
  checkKeys('sfq', options, [...SFQ_PLAIN, ...SFQ_RED])
  const plain = measured(Object.fromEntries(SFQ_PLAIN.map(key => [key, options[key]])), SFQ_MEASURES)
  if (SFQ_RED.every(key => options[key] === undefined)) return plain
  const { probability = PROBABILITY, flags } = options
  const redLimit = sizeOf(options.redLimit ?? required('redLimit', 'early drop'), 'redLimit')
  const averagePacket = sizeOf(options.averagePacket ?? 1000, 'averagePacket')
  const bounds = thresholds(options, redLimit)
  check(redLimit, bounds)
  const part = probabilityOf(probability)
  const burst = burstOf(options, bounds.min, bounds.max, averagePacket)
  const reckoning = reckoned(bounds, burst, averagePacket, part)
  return { ...plain, redLimit, ...bounds, ...reckoning, flags, maxProbability: probability32(part) }
}
const SFQ_MEASURES = { quantum: 'size', perturb: 'seconds' } as const

// ── sfb ────────────────────────────────────────────────────────────────────

/** `tc qdisc add … sfb target 20 …`. */
export interface SfbOptions {
  /** How often flows are hashed anew, and how long before that the new hash learns: milliseconds, or `'600s'`. */
  readonly rehashInterval?: number | string | undefined
  readonly warmupTime?: number | string | undefined
  /** Packets in all. */
  readonly limit?: number | undefined
  /** Packets in a bin, at most and as it should be. */
  readonly max?: number | undefined
  readonly binSize?: number | undefined
  /** How the probability to mark grows and falls, 0 to 1. Default 0.0005 and 0.00005. */
  readonly increment?: number | undefined
  readonly decrement?: number | undefined
  /** Packets a second of flows that do not react, and at once. */
  readonly penaltyRate?: number | undefined
  readonly penaltyBurst?: number | undefined
}
const SFB = [
  ...['rehashInterval', 'warmupTime', 'limit', 'max', 'binSize', 'increment', 'decrement'],
  ...['penaltyRate', 'penaltyBurst'],
]
/** A probability in 1/65535. */
const part65535 = (share: number): number => Math.trunc(share * 65535 + 0.5)

export function sfb(options: SfbOptions) {
  checkKeys('sfb', options, SFB)
  const { increment = 0.0005, decrement = 0.00005, binSize } = options
  const max = options.max || (binSize ? Math.trunc((binSize * 5 + 1) / 4) : 25)
  const times = measured(options, { rehashInterval: 'milliseconds', warmupTime: 'milliseconds' })
  return {
    parameters: {
      rehashInterval: 600 * 1000,
      warmupTime: 60 * 1000,
      penaltyRate: 10,
      penaltyBurst: 20,
      ...times,
      max,
      binSize: binSize || Math.trunc((max * 4 + 3) / 5),
      increment: part65535(increment),
      decrement: part65535(decrement),
    },
  }
}
