// What a command of nl-dump is. Each has a file here, and its line in index.ts.
import type { Io } from './io.ts'
import type { Given, Options } from './options.ts'

export interface Command {
  readonly options: Options
  /** From the first operand on, the arguments are another program's, options and all: `run ip -j link`. */
  readonly operandsEndOptions?: true
  /** Answers the exit status; throws UsageError for arguments that make no sense together. */
  run(given: Given, io: Io): Promise<number>
}

/** A command as help and the man page show it; its code is loaded when it is asked for. */
export interface Listed {
  /** Behind `nl-dump`, once for each form. */
  readonly usage: readonly string[]
  /** Behind its name, in the list of commands. */
  readonly summary: string
  /** What is good to know beyond the options; lines of at most 120 characters. */
  readonly about?: string
  readonly examples: readonly string[]
  load(): Promise<{ readonly command: Command }>
}
