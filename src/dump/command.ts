// The command nl-dump: which of its commands is meant, and what all of them have in common. The commands themselves are
// in commands/. Where the text goes is the caller's.
import { existsSync } from 'node:fs'
import { nearest } from '../ops/options.ts'
import type { Command } from './commands/command.ts'
import { COMMANDS } from './commands/index.ts'
import { type Io, UsageError } from './commands/io.ts'
import { CHOOSING, COMMON, firstOperand, type Given, parse, READING, SHOWING } from './commands/options.ts'
import { safe } from './value.ts'

export type { Io } from './commands/io.ts'

const DEFAULT = 'show'

/** Runs the command; answers its exit status. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const { name, args } = commandOf(argv)
  try {
    const { command } = await COMMANDS[name ?? DEFAULT]!.load()
    const given = read(args, command)
    if (name === undefined) mustBeNoCommand(given.operands[0])
    if (given.values['help']) await io.out(await helpText(name, command))
    else if (given.values['version']) await io.out(`${io.version}\n`)
    else return await command.run(given, io)
    return 0
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    io.err(`nl-dump: ${error.message}\nTry 'nl-dump${name === undefined ? '' : ` ${name}`} --help'.\n`)
    return 2
  }
}

/** The command's name, where one stands as the first operand, and the other arguments. */
function commandOf(argv: readonly string[]): { name?: string; args: readonly string[] } {
  const at = firstOperand(argv, { ...SHOWING, ...CHOOSING, ...READING, ...COMMON })
  const name = argv[at]
  return name !== undefined && Object.hasOwn(COMMANDS, name) ? { name, args: argv.toSpliced(at, 1) } : { args: argv }
}

/** Refuses a word that is no file and nearly a command. */
function mustBeNoCommand(word: string | undefined): void {
  if (word === undefined || existsSync(word)) return
  const near = nearest(word, Object.keys(COMMANDS))
  if (near) throw new UsageError(`there is no file '${safe(word)}': did you mean the command '${near}'?`)
}

function read(args: readonly string[], command: Command): Given {
  const options = { ...command.options, ...COMMON }
  if (!command.operandsEndOptions) return parse(args, options)
  const at = firstOperand(args, options)
  if (at < 0) return parse(args, options)
  const own = args.slice(0, at)
  if (own.at(-1) === '--') own.pop()
  return { values: parse(own, options).values, operands: args.slice(at) }
}

/** Help is loaded when it is asked for. */
async function helpText(name: string | undefined, command: Command): Promise<string> {
  const { commandHelp, programHelp } = await import('./commands/help.ts')
  return name === undefined ? programHelp(command) : commandHelp(name, COMMANDS[name]!, command)
}
