// What people write with units, by kind and key: rates, sizes and times in the options of qdiscs and classes. A number is
// the kernel's own (bytes a second, bytes, microseconds…), a text is tc's: '10mbit', '10kb', '5ms'. Pure.
import { InvalidValueError } from '../../netlink/table.ts'
import { parseRate, parseSize, parseTime, parseTime64 } from './units.ts'

const whole =
  (nanoseconds: number) =>
  (text: string): number | undefined => {
    // A bare number is in the option's own unit.
    if (/^\d+$/.test(text)) return Number(text)
    const time = parseTime64(text)
    return time === undefined || time < 0 ? undefined : Math.trunc(time / nanoseconds)
  }

/** How each is read, and what it looks like. */
const READERS = {
  /** Bytes a second. */
  rate: [parseRate, "a rate: '10mbit'"],
  /** Bytes. */
  size: [parseSize, "a size: '10kb'"],
  microseconds: [parseTime, "a time: '5ms'"],
  nanoseconds: [parseTime64, "a time: '5ms'"],
  milliseconds: [whole(1e6), "a time: '5s'"],
  seconds: [whole(1e9), "a time: '10s'"],
} as const
export type Measure = keyof typeof READERS
interface Measures {
  readonly [key: string]: Measure | Measures
}

const CURVE = { m1: 'rate', d: 'microseconds', m2: 'rate' } as const
const AVERAGED = { target: 'microseconds', updateInterval: 'microseconds' } as const
const CODEL = { target: 'microseconds', interval: 'microseconds', ceThreshold: 'microseconds' } as const

/** Of qdiscs. */
export const QDISC_MEASURES = {
  bfifo: { limit: 'size' },
  cake: {
    bandwidth: 'rate',
    rtt: 'microseconds',
    target: 'microseconds',
    memory: 'size',
    minimumPacket: 'size',
  },
  codel: CODEL,
  etf: { parameters: { delta: 'nanoseconds' } },
  ets: { quanta: { bands: 'size' } },
  fq: {
    quantum: 'size',
    initialQuantum: 'size',
    flowMaxRate: 'rate',
    flowDefaultRate: 'rate',
    lowRateThreshold: 'rate',
    flowRefillDelay: 'microseconds',
    ceThreshold: 'microseconds',
    timerSlack: 'nanoseconds',
    horizon: 'microseconds',
    offloadHorizon: 'microseconds',
  },
  fq_codel: { ...CODEL, quantum: 'size', memoryLimit: 'size' },
  fq_pie: { ...AVERAGED, quantum: 'size', memoryLimit: 'size' },
  hhf: { quantum: 'size', resetTimeout: 'microseconds', admitBytes: 'size', evictTimeout: 'microseconds' },
  mqprio: { attributes: { minRates: { rates: 'rate' }, maxRates: { rates: 'rate' } } },
  pie: AVERAGED,
  taprio: {
    baseTime: 'nanoseconds',
    cycleTime: 'nanoseconds',
    cycleTimeExtension: 'nanoseconds',
    txtimeDelay: 'nanoseconds',
    classes: { maxSdu: 'size' },
    schedule: { entries: { interval: 'nanoseconds' } },
  },
} as const satisfies Measures

/** Of classes. */
export const CLASS_MEASURES = {
  drr: { quantum: 'size' },
  ets: { quantum: 'size' },
  hfsc: { realTime: CURVE, linkShare: CURVE, upperLimit: CURVE },
  qfq: { maxPacket: 'size' },
} as const satisfies Measures

/** Options in which a text may stand where the table has a measure; lists have it in each of their items. */
export type Measured<T, M> = T extends readonly (infer Item)[]
  ? readonly Measured<Item, M>[]
  : M extends Measure
    ? T | string
    : T extends object
      ? { [K in keyof T]: K extends keyof M ? Measured<T[K], M[K]> : T[K] }
      : T

/** Options with numbers for texts. Throws InvalidValueError for a text that is no such measure. */
export function measured(options: unknown, table: Measure | Measures | undefined, path: readonly string[] = []): any {
  if (table === undefined || options instanceof Uint8Array) return options
  if (Array.isArray(options)) return options.map((item, i) => measured(item, table, [...path, String(i)]))
  if (typeof table === 'string') return typeof options === 'string' ? numberOf(options, table, path) : options
  if (typeof options !== 'object' || options === null) return options
  return Object.fromEntries(
    Object.entries(options).map(([key, value]) => [key, measured(value, table[key], [...path, key])]),
  )
}

function numberOf(text: string, measure: Measure, path: readonly string[]): number {
  const [read, like] = READERS[measure]
  const found = read(text)
  if (found === undefined) throw new InvalidValueError(path, `must be ${like}, not '${text}'`)
  return found
}
