// Units and the packet scheduler's arithmetic. Expected numbers are tc's: of its requests in fixtures/tc-*, of its
// manual, or worked out by hand where a comment says so.
import { describe, expect, test } from 'vitest'
import * as psched from '../../../src/ops/tc/psched.ts'
import { parsePercent, parseRate, parseSize, parseTime, parseTime64, shareOf } from '../../../src/ops/tc/units.ts'
import { refused } from '../requests.ts'

test.each([
  ['8', 1],
  ['1mbit', 125_000],
  ['1.5Mbit', 187_500],
  ['1kbps', 1000],
  ['1KiBps', 1024],
  ['1mibit', 131_072],
  ['100gbit', 12_500_000_000],
  ['7bit', 0],
  ['', undefined],
  ['10', 1],
  ['mbit', undefined],
  ['1 mbit', undefined],
  ['1zbit', undefined],
  ['-1mbit', undefined],
])('rate %s', (text, bytes) => expect(parseRate(text)).toBe(bytes))

test.each([
  ['10kb', 10_240],
  ['10K', 10_240],
  ['1500b', 1500],
  ['1mb', 1_048_576],
  ['1kbit', 128],
  ['1mbit', 131_072],
  ['1.5k', 1536],
  ['7', 7],
  ['7x', undefined],
])('size %s', (text, bytes) => expect(parseSize(text)).toBe(bytes))

test.each([
  ['50ms', 50_000],
  ['1.5s', 1_500_000],
  ['20us', 20],
  ['20', 20],
  ['3secs', 3_000_000],
  ['1ns', undefined],
  ['x', undefined],
])('time %s', (text, microseconds) => expect(parseTime(text)).toBe(microseconds))

test.each([
  ['10ms', 10_000_000],
  ['20', 20],
  ['20ns', 20],
  ['1s', 1e9],
  ['1h', undefined],
])('time of 64 bits %s', (text, nanoseconds) => expect(parseTime64(text)).toBe(nanoseconds))

test.each([
  ['25%', 0.25],
  ['25', 0.25],
  ['0.1%', 0.001],
  ['100%', 1],
  ['101%', undefined],
  ['%', undefined],
])('percent %s', (text, share) => expect(parsePercent(text)).toBe(share))

test('a share is a fraction of 2^32 - 1, rounded', () => {
  expect(shareOf('1%', 'loss')).toBe(42_949_673)
  expect(shareOf(1, 'loss')).toBe(0xffffffff)
})

describe('ticks', () => {
  test('are 64 ns, of whole microseconds', () => {
    expect(psched.ticksOf(81_920)).toBe(1_280_000)
    expect(psched.ticksOf(2.9)).toBe(31)
    expect(psched.microsecondsOf(1_280_000)).toBe(81_920)
  })
  test('what a burst takes, and back', () => {
    expect(psched.transmissionTime(125_000, 10_240)).toBe(1_280_000)
    expect(psched.transmissionSize(125_000, 1_280_000)).toBe(10_240)
  })
})

describe('rate tables', () => {
  const entries = (table: Uint8Array, n: number) =>
    [...new Uint32Array(table.buffer.slice(0, 4 * n))].map(ticks => Math.ceil(ticks / psched.TICKS_PER_MICROSECOND))
  test('the entries are what packets of their size take', () => {
    // 8 bytes at 125000 bytes a second: 64 µs.
    const { spec, table } = psched.rateTable({ rate: 125_000 })
    expect(spec).toMatchObject({ cellLog: 3, cellAlign: -1, rate: 125_000, linkLayer: 'ethernet' })
    expect(entries(table, 3)).toEqual([64, 128, 192])
  })
  test('on ATM a packet is a number of cells', () => {
    // 8 to 48 bytes: one cell of 53; then two.
    const { table } = psched.rateTable({ rate: 1e6, linkLayer: 'atm' })
    expect(entries(table, 7)).toEqual([53, 53, 53, 53, 53, 53, 106])
  })
  test('the smallest packet that counts', () =>
    expect(entries(psched.rateTable({ rate: 1e6, minimumPacket: 20 }).table, 4)).toEqual([20, 20, 24, 32]))
  test('the cells cover the largest packet', () =>
    expect(psched.rateTable({ rate: 1, mtu: 9000 }).spec.cellLog).toBe(6))
  test('rates above 32 bits stand beside', () => {
    expect(psched.rateTable({ rate: 5e9 }).spec.rate).toBe(0xffffffff)
    expect(psched.rate64(5e9)).toBe(5_000_000_000n)
    expect(psched.rate64(0xffffffff)).toBeUndefined()
  })
})

test('a size table without cells or a smallest packet is none', () => {
  expect(psched.sizeTable({ overhead: 10 })).toEqual({
    base: { overhead: 10, linkLayer: 'ethernet', minimumPacket: 0, mtu: 0, tableSize: 0 },
  })
})

test.each([
  [1e6, 8e6, { interval: 0, ewmaLog: 3 }],
  [250_000, 1e6, { interval: -2, ewmaLog: 2 }],
])('an estimator of %d and %d µs', (interval, constant, expected) =>
  expect(psched.estimator(interval, constant)).toEqual(expected),
)
test('an estimator that cannot be', () => {
  expect(refused(() => psched.estimator(60e6, 1e9)).message).toContain('the interval is 250 ms to 8 s')
})

describe('RED', () => {
  test('the weight of the average', () => expect(psched.redWeightLog(30_000, 55, 1000)).toBe(5))
  test('a burst too small for it', () => expect(psched.redWeightLog(30_000, 10, 1000)).toBeUndefined())
  test('the slope', () => expect(psched.redSlopeLog(30_000, 90_000, 0.05)).toBe(21))
  test('thresholds the wrong way round', () => expect(psched.redSlopeLog(9, 3, 0.05)).toBeUndefined())
  test('the table of idle times', () => {
    const { cellLog, table } = psched.redIdleTable(5, 1000, 1_250_000)
    expect(cellLog).toBe(15)
    expect([table[0], table.at(-1)]).toEqual([0, 31])
  })
})
