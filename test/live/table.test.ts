// What an event changes in a table, and what a dump shows to be different from it.
import { describe, expect, test } from 'vitest'
import { type Difference, type Doing, equal, type Kind, Table } from '../../src/live/table.ts'

interface Thing {
  group: string
  way?: string
  flags?: string[]
  age?: number
}
const KIND: Kind<Thing> = { group: ({ group }) => group, volatile: new Set(['age']), state: new Set(['flags']) }
const thing = (text: string): Thing => {
  const [group = '', way] = text.split(' ')
  return way === undefined ? { group } : { group, way }
}
const words = (differences: readonly Difference<Thing>[]): string[] =>
  differences.map(({ before, after }) => {
    const say = (one: Thing | undefined): string => (one ? `${one.group} ${one.way ?? ''}`.trim() : '-')
    return `${say(before)} > ${say(after)}`
  })

/** Plays `DOING THING` lines. */
function play(kind: Partial<Kind<Thing>>, ...lines: string[]): { told: string[]; table: Table<Thing> } {
  const table = new Table<Thing>({ ...KIND, ...kind })
  const told = lines.flatMap(line => {
    const [doing = '', ...rest] = line.split(' ')
    return words(table.apply(doing as Doing, thing(rest.join(' '))))
  })
  return { told, table }
}

describe('events', () => {
  test.each<readonly [string, Partial<Kind<Thing>>, string[], string[], boolean]>([
    ['put and drop', {}, ['put a', 'put a x', 'put a x', 'drop a'], ['- > a', 'a > a x', 'a x > -'], false],
    ['ways beside each other', {}, ['add a x', 'add a y', 'remove a x'], ['- > a x', '- > a y', 'a x > -'], false],
    ['a replaced one, alone', {}, ['add a x', 'replace a y'], ['- > a x', 'a x > a y'], false],
    ['one of two replaced: which?', {}, ['add a x', 'add a y', 'replace a z'], ['- > a x', '- > a y'], true],
    ['an unknown one removed', {}, ['add a x', 'remove a y'], ['- > a x'], true],
    ['removed, and never known', {}, ['remove a y'], [], false],
    ['ways that may become one', { merges: true }, ['add a x', 'add a y'], ['- > a x', '- > a y'], true],
    [
      'the same several times',
      { repeats: true },
      ['add a x', 'add a x', 'remove a x'],
      ['- > a x', '- > a x', 'a x > -'],
      false,
    ],
  ])('%s', (_, kind, lines, expected, doubtful) => {
    const { told, table } = play(kind, ...lines)
    expect(told).toEqual(expected)
    expect(table.doubtful).toBe(doubtful)
  })

  test('what is volatile makes no difference; a state is a difference of the same object', () => {
    const table = new Table<Thing>(KIND)
    table.apply('add', { group: 'a', age: 1 })
    expect(table.apply('add', { group: 'a', age: 2 })).toEqual([])
    const [difference] = table.apply('add', { group: 'a', flags: ['dead'] })
    expect(difference).toMatchObject({ before: { age: 2 }, after: { flags: ['dead'] } })
    expect(table.differing(difference!.before!, difference!.after!)).toEqual(['flags'])
    expect(table.apply('remove', { group: 'a' })).toHaveLength(1)
  })
})

describe('dumps', () => {
  test('show what was missed; what an event was about meanwhile is newer', () => {
    const { table } = play({}, 'put a x', 'put b x', 'put c x')
    table.begin()
    table.apply('drop', thing('c'))
    table.apply('put', thing('d y'))
    expect(words(table.end(['a y', 'c x', 'd x', 'e x'].map(thing)))).toEqual(['b x > -', 'a x > a y', '- > e x'])
    expect([...table.values()].map(({ group, way }) => `${group} ${way}`).sort()).toEqual(['a y', 'd y', 'e x'])
    // Events came meanwhile: it is to be dumped once more.
    expect(table.doubtful).toBe(true)
    table.begin()
    expect(table.end(['a y', 'd y', 'e x'].map(thing))).toEqual([])
    expect(table.doubtful).toBe(false)
  })

  test('ways that both have stay, the others are paired', () => {
    const { table } = play({}, 'add a x', 'add a y')
    table.begin()
    expect(words(table.end(['a y', 'a z'].map(thing)))).toEqual(['a x > a z'])
  })
})

test('equal', () => {
  const skip = (key: string): boolean => key === 'age'
  expect(equal({ a: [1, { age: 1 }] }, { a: [1, { age: 2 }] }, skip)).toBe(true)
  expect(equal({ a: 1 }, { a: 1, b: 2 }, skip)).toBe(false)
  expect(equal({ a: 1, b: undefined }, { a: 1 }, skip)).toBe(true)
  expect(equal(new Uint8Array([1]), new Uint8Array([2]), skip)).toBe(false)
  expect(equal([1], [1, 2], skip)).toBe(false)
  expect(equal(1n, 1n, skip)).toBe(true)
})
