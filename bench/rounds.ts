// One work, by all who do it: each is warmed up, then they take turns.
import type { Program, Ready } from './contenders/index.ts'
import { ContenderProcess, type Outcome } from './contenders/process.ts'
import { median } from './measure.ts'
import type { Figures, WorkResult } from './report.ts'
import type { Work } from './works.ts'

/** How thoroughly it is measured. */
export interface Thoroughness {
  readonly rounds: number
  /** More rounds of short pieces, as long as all together took fewer seconds: a machine's (or its host's) moods pass. */
  readonly patience: number
  /** However slow a contender is. */
  readonly leastRounds: number
  /** At least so many pieces to warm up… */
  readonly warm: number
  /** …and at most so many seconds of processor time; as long again for the rounds of a contender that is slow. */
  readonly budget: number
  /** Each contender keeps its process from work to work; else it gets a new one for each. */
  readonly keep: boolean
}

/** The warm-up ends when so many pieces in a row took not less processor time, by this factor, than the best before. */
export const SETTLED = { pieces: 5, factor: 0.98 }

/** One of those who do a work. */
interface Entrant {
  readonly name: string
  readonly line: string
  readonly process: ContenderProcess
  readonly samples: Outcome[]
  /** Nanoseconds used up, of the warm-up's budget or the rounds': its processor time, and what is done before a piece. */
  spent: number
}

export class Rounds implements Disposable {
  readonly #contenders: readonly Ready[]
  readonly #how: Thoroughness
  /** By name and namespace. */
  readonly #processes = new Map<string, ContenderProcess>()

  constructor(contenders: readonly Ready[], how: Thoroughness) {
    this.#contenders = contenders
    this.#how = how
  }

  async measure(work: Work): Promise<WorkResult> {
    const entrants: Entrant[] = []
    for (const entrant of this.#entrants(work)) {
      // Who fails now is left out, and named; who fails later ends the run.
      const does = await this.#warmUp(work, entrant).catch((error: Error) =>
        console.error(`left out: ${error.message}`),
      )
      if (does) entrants.push(entrant)
    }
    const until = performance.now() + this.#how.patience * 1000
    for (let round = 0; round < this.#how.rounds || performance.now() < until; round++) {
      // Another one begins each round.
      const first = round % entrants.length
      for (const entrant of [...entrants.slice(first), ...entrants.slice(0, first)])
        if (round < this.#how.leastRounds || !this.#isSpent(entrant))
          entrant.samples.push((await piece(work, entrant))!)
    }
    if (!this.#how.keep) this[Symbol.dispose]()
    return { name: work.name, unit: work.unit, goals: work.goals, figures: entrants.map(figures) }
  }

  [Symbol.dispose](): void {
    for (const process of this.#processes.values()) process[Symbol.dispose]()
    this.#processes.clear()
  }

  #entrants({ line, commands = {}, netns }: Work): Entrant[] {
    const named = line === undefined ? [] : this.#contenders.filter(({ name }) => name !== 'commands')
    return [
      ...named.flatMap(({ name }) => this.#entrant(name, name, line!, netns)),
      ...Object.entries(commands).flatMap(([name, argv]) =>
        this.#entrant(name, 'commands', `run ${argv.join('\t')}`, netns),
      ),
    ]
  }

  #entrant(name: string, contender: string, line: string, netns: string | undefined): Entrant[] {
    const program = this.#contenders.find(found => found.name === contender)
    if (!program || 'missing' in program) return []
    return [{ name, line, process: this.#process(program, netns), samples: [], spent: 0 }]
  }

  #process(program: Program & { readonly name: string }, netns: string | undefined): ContenderProcess {
    const key = `${program.name} in ${netns}`
    const process = this.#processes.get(key) ?? new ContenderProcess(program.name, program, netns)
    this.#processes.set(key, process)
    return process
  }

  /** Until it is no longer getting faster. False where it does not do this work. */
  async #warmUp(work: Work, entrant: Entrant): Promise<boolean> {
    let fastest = Number.POSITIVE_INFINITY
    let since = 0
    for (let pieces = 1; ; pieces++) {
      const outcome = await piece(work, entrant)
      if (!outcome) return false
      since = outcome.processor < fastest * SETTLED.factor ? 0 : since + 1
      fastest = Math.min(fastest, outcome.processor)
      if (this.#isSpent(entrant) || (pieces >= this.#how.warm && since >= SETTLED.pieces)) break
    }
    entrant.spent = 0
    return true
  }

  #isSpent({ spent }: Entrant): boolean {
    return spent > this.#how.budget * 1e9
  }
}

async function piece(work: Work, entrant: Entrant): Promise<Outcome | undefined> {
  const began = performance.now()
  await work.before?.()
  entrant.spent += (performance.now() - began) * 1e6
  const outcome = await entrant.process.run(entrant.line, work.onReady)
  entrant.spent += outcome?.processor ?? 0
  return outcome
}

function figures({ name, samples }: Entrant): Figures {
  const counts = new Set(samples.map(({ count }) => count))
  if (counts.size !== 1) throw new Error(`${name} found now ${[...counts].join(', now ')} objects`)
  const of = (what: keyof Outcome): number => median(samples.map(sample => sample[what]))
  return {
    name,
    rounds: samples.length,
    count: samples[0]!.count,
    wall: of('nanoseconds'),
    least: Math.min(...samples.map(({ nanoseconds }) => nanoseconds)),
    processor: of('processor'),
    memory: of('memory') * 1024,
  }
}
