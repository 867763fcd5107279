// The report of a run: a table a work, and which goals were reached.
import { table } from './measure.ts'
import type { Goal, Measure, Work } from './works.ts'

/** Medians of one contender at one work: nanoseconds, and bytes. */
export interface Figures extends Readonly<Record<Measure, number>> {
  readonly name: string
  readonly rounds: number
  /** Objects that it found. */
  readonly count: number
}

export interface WorkResult extends Pick<Work, 'name' | 'unit' | 'goals'> {
  readonly figures: readonly Figures[]
}

const MEGABYTE = 1_000_000

/** A table of one work. Ratios are to the first contender. */
export function figuresOf({ name, unit, figures }: WorkResult): string {
  const [first] = figures
  if (!first) return `${name}: nobody does it here`
  const memory = figures.some(({ memory }) => memory > 0)
  const rows = figures.map(of => [
    `  ${of.name}`,
    (of.wall / unit.nanoseconds).toFixed(2),
    (of.wall / first.wall).toFixed(2),
    (of.processor / unit.nanoseconds).toFixed(2),
    (of.processor / first.processor).toFixed(2),
    ...(memory ? [of.memory > 0 ? (of.memory / MEGABYTE).toFixed(0) : ''] : []),
    String(of.rounds),
  ])
  const count = first.count > 1 ? ` (${first.count})` : ''
  const head = [`${name}${count}`, unit.name, 'ratio', 'processor', 'ratio', ...(memory ? ['MB'] : []), 'rounds']
  return table([head, ...rows])
}

/** A table of what was to be reached. */
export function goalsOf(results: readonly WorkResult[]): string {
  const rows = results.flatMap(result =>
    result.goals.map(goal => {
      const [ratio, processor] = [reached(result, goal), reached(result, { ...goal, measure: 'processor' })]
      const stands = `${goal.contender} ≤ ${goal.atMost.toFixed(2)} ${goal.against ? `× ${goal.against}` : result.unit.name}`
      if (ratio === undefined) return [result.name, stands, '', '', 'not measured']
      if (goal.measure !== undefined) return [result.name, stands, ratio.toFixed(2), '', verdict(ratio, goal)]
      const [byWall, byProcessor] = [verdict(ratio, goal), verdict(processor!, goal)]
      const both = byWall === byProcessor ? byWall : `${byWall}; by processor time ${byProcessor}`
      return [result.name, stands, ratio.toFixed(2), processor!.toFixed(2), both]
    }),
  )
  return table([['goals', '', 'measured', 'of processor time', ''], ...rows])
}

const verdict = (ratio: number, { atMost }: Goal): string => (ratio <= atMost ? 'reached' : 'missed')

/** How many times what it stands against (or units) a contender takes; undefined where one of them is missing. */
function reached({ figures, unit }: WorkResult, { contender, against, measure = 'wall' }: Goal): number | undefined {
  const of = (name: string): number | undefined => figures.find(found => found.name === name)?.[measure]
  const one = of(contender)
  const other = against === undefined ? unit.nanoseconds : of(against)
  return one === undefined || other === undefined ? undefined : one / other
}
