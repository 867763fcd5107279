// Speaks with a contender's process: a line for each piece of work, a line of figures back.
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import type { Duration } from '../measure.ts'
import type { Program } from './index.ts'

/** What a piece of work took. */
export interface Outcome extends Duration {
  /** How many objects there were. */
  readonly count: number
  /** The most memory that was taken, in KiB; 0: not known. */
  readonly memory: number
}

export class ContenderProcess implements Disposable {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>
  readonly #lines: AsyncIterator<string>
  readonly #name: string

  constructor(name: string, { argv, env }: Program, netns: string | undefined) {
    const [command, ...args] = netns ? ['nsenter', `--net=/run/netns/${netns}`, ...argv] : argv
    this.#name = name
    this.#process = spawn(command!, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...env } })
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]()
  }

  /** Undefined: it does not do that. `onReady`: what happens once it says that it is, before it is told to go. */
  async run(line: string, onReady?: () => void): Promise<Outcome | undefined> {
    this.#process.stdin.write(`${line}\n`)
    let answer = await this.#next(line)
    if (answer === 'ready') {
      onReady?.()
      this.#process.stdin.write('go\n')
      answer = await this.#next(line)
    }
    if (answer === '-') return undefined
    const [nanoseconds, count, processor, memory] = answer.split(' ').map(Number)
    return { nanoseconds: nanoseconds!, count: count!, processor: processor!, memory: memory! }
  }

  async #next(line: string): Promise<string> {
    const { value, done } = await this.#lines.next()
    if (done) throw new Error(`${this.#name} ended at '${line}'`)
    return value
  }

  /** Lets it end, and waits for that. */
  async end(): Promise<void> {
    this[Symbol.dispose]()
    if (this.#process.exitCode === null) await once(this.#process, 'exit')
  }

  [Symbol.dispose](): void {
    this.#process.stdin.end()
  }
}
