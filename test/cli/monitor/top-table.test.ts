// The table of `netloom top`: rates, order, filter, what fits a terminal, and what keys do.
import { describe, expect, test } from 'vitest'
import {
  arranged,
  type Counted,
  lines,
  pressed,
  type Rates,
  ratesOf,
  rateText,
  screen,
  type View,
} from '../../../src/cli/monitor/top-table.ts'

const counted = (name: string, rest: Partial<Counted> = {}): Counted => ({
  netns: undefined,
  index: 1,
  name,
  state: 'up',
  rxBytes: 0n,
  txBytes: 0n,
  rxPackets: 0n,
  txPackets: 0n,
  drops: 0n,
  ...rest,
})
const rates = (name: string, rest: Partial<Rates> = {}): Rates => ({
  netns: undefined,
  name,
  state: 'up',
  rx: 0,
  tx: 0,
  rxPackets: 0,
  txPackets: 0,
  drops: 0,
  ...rest,
})
const VIEW: View = { sort: 'b', reversed: false, filter: '' }

describe('rates', () => {
  test('what was counted between two looks, a second', () => {
    const before = [counted('v0', { rxBytes: 1000n, txPackets: 5n })]
    const after = [counted('v0', { rxBytes: 3000n, txPackets: 6n, drops: 4n })]
    expect(ratesOf(before, after, 2)).toEqual([rates('v0', { rx: 8000, txPackets: 0.5, drops: 2 })])
  })

  test('a new link, another of that index elsewhere, and counters that began anew have none', () => {
    const before = [counted('v0', { rxBytes: 1000n }), counted('v1', { index: 2, rxBytes: 9n })]
    const after = [counted('v0', { netns: 'ns1', rxBytes: 5000n }), counted('v1', { index: 2, rxBytes: 3n })]
    expect(ratesOf(before, after, 1).map(({ rx }) => rx)).toEqual([0, 0])
  })

  test.each([
    [0, '0'],
    [0.4, '<1'],
    [1, '1'],
    [999, '999'],
    [999.6, '1.00k'],
    [1250, '1.25k'],
    [12_500, '12.5k'],
    [99_960, '100k'],
    [1e9, '1.00G'],
    [5e15, '5000T'],
  ])('%s is %s', (value, text) => expect(rateText(value)).toBe(text))
})

describe('order', () => {
  const all = [rates('b', { rx: 1, drops: 9 }), rates('a', { netns: 'ns1', tx: 5 }), rates('c', { netns: 'ns1' })]
  const names = (view: Partial<View>): string =>
    arranged(all, { ...VIEW, ...view })
      .map(({ name }) => name)
      .join('')
  test.each<readonly [Partial<View>, string]>([
    [{}, 'abc'],
    [{ sort: 'd' }, 'bac'],
    [{ sort: 'n' }, 'bac'],
    [{ sort: 'r', reversed: true }, 'cab'],
    [{ filter: 'ns1' }, 'ac'],
    [{ filter: 'b' }, 'b'],
  ])('%j: %s', (view, expected) => expect(names(view)).toBe(expected))
})

test('lines', () => {
  expect(lines([rates('averyveryverylongname', { netns: 'ns1', rx: 1_000_000, drops: 3 })])).toEqual([
    'NETNS          LINK             STATE       RX BIT/S  TX BIT/S  RX PKT/S  TX PKT/S  DROPS/S',
    'ns1            averyveryverylo… up             1.00M         0         0         0        3',
  ])
})

test('a screen has as many lines as the terminal, none too long, and says what it does not show', () => {
  const many = Array.from({ length: 10 }, (_, i) => rates(`v${i}`))
  const small = screen(many, VIEW, { columns: 40, rows: 8 }, false)
  expect(small).toHaveLength(8)
  expect(Math.max(...small.map(line => line.length))).toBe(40)
  expect(small[0]).toBe('netloom top: 10 of 10 links, by bits')
  expect(small[6]).toBe('… 6 more')
  const typing = screen(many, { ...VIEW, filter: 'v1' }, { columns: 80, rows: 8 }, true)
  expect(typing[0]).toBe("netloom top: 1 of 10 links, by bits, with 'v1'")
  expect(typing.at(-1)).toContain('/v1_')
})

test('keys', () => {
  const press = (keys: string, view: View = VIEW) => {
    let state = { view, typing: false, quit: false }
    for (const key of keys) state = pressed(key, state)
    return state
  }
  expect(press('p').view.sort).toBe('packets'[0])
  expect(press('dR').view).toMatchObject({ sort: 'd', reversed: true })
  expect(press('/ns1q\x7f\r')).toEqual({ view: { ...VIEW, filter: 'ns1' }, typing: false, quit: false })
  expect(press('/ns1\x1b').view.filter).toBe('')
  expect(press('x').view).toEqual(VIEW)
  expect(press('q').quit).toBe(true)
  expect(press('/a\x03').quit).toBe(true)
})
