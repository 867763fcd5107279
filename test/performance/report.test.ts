// Guards the bench itself. Its report: ratios are to the first contender, and a goal is reached, missed or not measured.
import { expect, test } from 'vitest'
import { consumerOf } from '../../bench/consumer.ts'
import { figuresOf, goalsOf } from '../../bench/report.ts'

const figures = (name: string, wall: number, processor: number, least: number) => ({
  name,
  wall,
  least,
  processor,
  memory: 0,
  rounds: 5,
  count: 7,
})
const result = {
  name: 'links, streamed and read',
  unit: { name: 'ms', nanoseconds: 1e6 },
  goals: [
    { contender: 'netloom', against: 'C floor', atMost: 1.5 },
    { contender: 'netloom', against: 'Go', atMost: 1 },
    { contender: 'netloom', atMost: 4, measure: 'wall' as const },
  ],
  figures: [figures('C floor', 2e6, 1e6, 1e6), figures('netloom', 3e6, 2e6, 1.4e6)],
}

test('figures', () => {
  expect(figuresOf(result).split('\n')).toEqual([
    'links, streamed and read (7)    ms  ratio  of the least  processor  ratio  rounds',
    '  C floor                     2.00   1.00          1.00       1.00   1.00       5',
    '  netloom                     3.00   1.50          1.40       2.00   2.00       5',
  ])
})

test('goals', () => {
  const verdicts = goalsOf([result])
    .split('\n')
    .slice(1)
    .map(line => line.slice(line.indexOf('netloom ')).replace(/ {2,}/g, ' | '))
  expect(verdicts).toEqual([
    'netloom ≤ 1.50 × C floor | 1.50 | 1.40 | 2.00 | reached',
    'netloom ≤ 1.00 × Go | not measured',
    'netloom ≤ 4.00 ms | 3.00 | reached',
  ])
})

test('a consumer reads nested and derived values, and elements of lists', () => {
  const derived = Object.create(
    {
      get twice() {
        return 2
      },
    },
    { one: { value: { deep: [1, 2] }, enumerable: true } },
  )
  expect(consumerOf([derived])(derived)).toBe(5)
  expect(consumerOf([{ a: 1, b: { c: 'x' } }])({ b: { c: 'y' } })).toBe(2)
})
