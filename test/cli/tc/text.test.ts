// Numbers as tc writes them. Expected texts are those of C's printf and of tc's output in fixtures/tc-*.
import { expect, test } from 'vitest'
import { general, handleText, percentText, rateText, sizeText, time64Text, timeText } from '../../../src/cli/tc/text.ts'

test.each([
  [0, 6, '0'],
  [1, 6, '1'],
  [0.02, 6, '0.02'],
  [0.000503548, 6, '0.000503548'],
  [0.0000457771, 6, '4.57771e-05'],
  [100000, 6, '100000'],
  [1234567, 6, '1.23457e+06'],
  [14.534, 3, '14.5'],
  [999.9, 3, '1e+03'],
  [-0.5, 6, '-0.5'],
])('%%g of %d with %d digits', (value, digits, text) => expect(general(value, digits)).toBe(text))

test.each([
  [0, '0bit'],
  [125, '1Kbit'],
  [125_000, '1Mbit'],
  [187_500, '1500Kbit'],
  [12_500_000_000, '100Gbit'],
  [2_500_000n, '20Mbit'],
])('rate %d', (bytes, text) => expect(rateText(bytes)).toBe(text))
test('rates by 1024', () => {
  expect(rateText(131_072, true)).toBe('1Mibit')
  expect(rateText(125_000, true)).toBe('1000000bit')
})

test.each([
  [1600, '1600b'],
  [10_240, '10Kb'],
  [10_230, '10Kb'],
  [8_388_608, '8Mb'],
  [104_850_000, '104850000b'],
  [0, '0b'],
])('size %d', (bytes, text) => expect(sizeText(bytes)).toBe(text))

test.each([
  [999, '999us'],
  [4999, '5ms'],
  [50_000, '50ms'],
  [1_500_000, '1.5s'],
])('time %d', (microseconds, text) => expect(timeText(microseconds)).toBe(text))
test.each([
  [20, '20ns'],
  [10_000, '10us'],
  [10_000_000, '10ms'],
])('time of 64 bits %d', (nanoseconds, text) => expect(time64Text(nanoseconds)).toBe(text))

test.each([
  [42_949_673, '1%'],
  [0xffffffff, '100%'],
])('share %d', (part, text) => expect(percentText(part)).toBe(text))

test.each([
  ['1:', '1:'],
  ['1:10', '1:10'],
  ['0:10', ':10'],
  ['ingress', 'ffff:fff1'],
  ['root', 'root'],
])('handle %s', (handle, text) => expect(handleText(handle)).toBe(text))
