// The command `netloom`, and what it is when called as `ip`, `bridge`, `tc` or `brctl`: reads the head of the command line
// and hands the rest to the object's own file, which is loaded only then.
import { readFileSync } from 'node:fs'
import { CommandError, KERNEL, report, USAGE } from './errors.ts'
import { readObject } from './grammar.ts'
import { programHelp } from './help.ts'
import { type Host, machine } from './host.ts'
import { entryOf, IP_OBJECTS, type Objects, OWN_OBJECTS } from './objects.ts'
import { type Instead, noSettings, readOptions, type Settings } from './options.ts'
import { prepare } from './programs.ts'
import { Session } from './session.ts'
import { showing } from './sheet.ts'
import { Words } from './words.ts'

/** Programs of iproute2's with objects and options of their own. */
const PROGRAMS: readonly string[] = ['bridge', 'tc']
const OBJECTS: Objects = { ...IP_OBJECTS, ...OWN_OBJECTS }

/** First of all words: the command runs in user, mount, pid and network namespaces made for it. */
const ROOTLESS = '--rootless'

/** Runs a command line (without the program) and answers its exit status. It does not throw. */
export async function main(args: readonly string[], program = 'netloom', host: Host = machine): Promise<number> {
  const words = new Words([program, ...args], 1)
  // `bridge` fails with 255 whatever the reason.
  const kernelStatus = program === 'bridge' ? USAGE : KERNEL
  try {
    return await run(words, program, host)
  } catch (error) {
    const { text, status } = report(error, kernelStatus)
    host.err(text)
    return status
  }
}

async function run(words: Words, program: string, host: Host): Promise<number> {
  if (words.next === ROOTLESS) {
    const { furnishSandbox, insideSandbox, runInSandbox } = await import('../netns/sandbox.ts')
    if (!insideSandbox()) return runInSandbox('user')
    furnishSandbox()
    words.take()
  }
  if (program === 'brctl') return inSession('brctl', words, noSettings(showing()), host)
  const { settings, instead } = readOptions(words, program, noSettings(showing()))
  if (instead) return answer(instead, program, host)
  if (settings.batch !== undefined) {
    const { runBatch } = await import('./batch.ts')
    return runBatch(settings, host, program, async (line, session) => perform(objectOf(line, program), line, session))
  }
  if (words.done || words.last === '-')
    throw new CommandError(program === 'tc' ? 0 : USAGE, programHelp(program).trimEnd())
  const object = objectOf(words, program)
  if (object === program || !PROGRAMS.includes(object)) return inSession(object, words, settings, host)
  // `netloom bridge -d link`: its options may stand behind it, as behind the program of that name.
  const own = readOptions(words, object, settings)
  return own.instead ? answer(own.instead, object, host) : inSession(object, words, own.settings, host)
}

/** The object of a command line; a program with objects of its own reads it itself. */
const objectOf = (words: Words, program: string): string =>
  PROGRAMS.includes(program) ? program : readObject(words, program === 'ip' ? [] : Object.keys(OWN_OBJECTS))

async function inSession(object: string, words: Words, settings: Settings, host: Host): Promise<number> {
  using session = new Session(settings, host)
  return await perform(object, words, session)
}

async function perform(object: string, words: Words, session: Session): Promise<number> {
  if (object === 'help') throw new CommandError(USAGE, programHelp(words.all[0]!).trimEnd())
  const command = await entryOf(OBJECTS, object)!.load()
  await prepare(words)
  return Number((await command(words, session)) ?? 0)
}

function answer(instead: Instead, program: string, host: Host): number {
  // iproute2's own complain by it, and tc is content.
  if (instead === 'help' && program !== 'netloom')
    throw new CommandError(program === 'tc' ? 0 : USAGE, programHelp(program).trimEnd())
  host.out(instead === 'version' ? `${versionText(program)}\n` : programHelp(program))
  return 0
}

function versionText(program: string): string {
  const file = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const { version } = JSON.parse(file) as { version: string }
  if (program === 'ip') return `ip utility, iproute2-6.1.0 (netloom ${version})`
  if (program === 'bridge') return `bridge utility, 6.1.0 (netloom ${version})`
  if (program === 'tc') return `tc utility, iproute2-6.1.0 (netloom ${version})`
  return `netloom ${version}`
}
