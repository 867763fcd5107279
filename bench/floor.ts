// Compiles floor.c and speaks with its process: the floor under all that is measured.
import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { Duration } from './measure.ts'

/** What a piece of work took. */
export interface Outcome extends Duration {
  /** How many messages were received. */
  readonly count: number
}

export class Floor implements Disposable {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>
  readonly #lines: AsyncIterator<string>

  constructor() {
    this.#process = spawn(compiled(), { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]()
  }

  /** `links`, `addresses`, `getlink INDEX CALLS`. */
  async run(work: string): Promise<Outcome> {
    this.#process.stdin.write(`${work}\n`)
    const { value, done } = await this.#lines.next()
    if (done) throw new Error(`floor ended at '${work}'`)
    const [nanoseconds, count, processor] = value.split(' ').map(Number)
    return { nanoseconds: nanoseconds!, count: count!, processor: processor! }
  }

  [Symbol.dispose](): void {
    this.#process.stdin.end()
  }
}

/** The path of the program. */
function compiled(): string {
  const source = fileURLToPath(new URL('floor.c', import.meta.url))
  const program = fileURLToPath(new URL('results/floor', import.meta.url))
  mkdirSync(new URL('results', import.meta.url), { recursive: true })
  const { error, status, stderr } = spawnSync('cc', ['-O2', '-o', program, source], { encoding: 'utf8' })
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT')
    throw new Error(
      "the command 'cc' is missing: install a C compiler and the C library's headers (Debian: gcc libc6-dev)",
    )
  if (error) throw error
  if (status !== 0) throw new Error(`cc cannot compile floor.c (Debian: libc6-dev linux-libc-dev):\n${stderr}`)
  return program
}
