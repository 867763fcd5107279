// The report of a run: a table a work, and which goals were reached.
import { table } from './measure.ts'
import type { Goal, Measure, Work } from './works.ts'

/** Medians of one contender at one work: nanoseconds, and bytes. */
export interface Figures extends Readonly<Record<Measure, number>> {
  readonly name: string
  /** Of its rounds the quickest, by the clock: what others do on the machine shows least in it. */
  readonly least: number
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
    (of.least / first.least).toFixed(2),
    (of.processor / unit.nanoseconds).toFixed(2),
    (of.processor / first.processor).toFixed(2),
    ...(memory ? [of.memory > 0 ? (of.memory / MEGABYTE).toFixed(0) : ''] : []),
    String(of.rounds),
  ])
  const count = first.count > 1 ? ` (${first.count})` : ''
  const head = [
    `${name}${count}`,
    unit.name,
    'ratio',
    'of the least',
    'processor',
    'ratio',
    ...(memory ? ['MB'] : []),
    'rounds',
  ]
  return table([head, ...rows])
}

/** A table of what was to be reached: the medians by the clock are what counts, the others stand beside. */
export function goalsOf(results: readonly WorkResult[]): string {
  const rows = results.flatMap(result =>
    result.goals.map(goal => {
      const { measure = 'wall', atMost } = goal
      const [ratio, least, processor] = [measure, 'least', 'processor'].map(of => ratioOf(result, goal, of as Column))
      const stands = `${goal.contender} ≤ ${atMost.toFixed(2)} ${goal.against ? `× ${goal.against}` : result.unit.name}`
      const shown = (of: number | undefined): string => (goal.measure ? '' : (of?.toFixed(2) ?? ''))
      const verdict = ratio === undefined ? 'not measured' : ratio <= atMost ? 'reached' : 'missed'
      return [result.name, stands, ratio?.toFixed(2) ?? '', shown(least), shown(processor), verdict]
    }),
  )
  return table([['goals', '', 'measured', 'of the least', 'of processor time', ''], ...rows])
}

type Column = Measure | 'least'

/** How many times what it stands against (or units) a contender takes; undefined where one of them is missing. */
function ratioOf({ figures, unit }: WorkResult, { contender, against }: Goal, column: Column): number | undefined {
  const of = (name: string): number | undefined => figures.find(found => found.name === name)?.[column]
  const one = of(contender)
  const other = against === undefined ? unit.nanoseconds : of(against)
  return one === undefined || other === undefined ? undefined : one / other
}
