// The command `netloom`, and what it is when called as `ip`, `bridge`, `tc` or `brctl`: reads the head of the command line
// and hands the rest to the object's own file, which is loaded only then.
import { readFileSync } from 'node:fs'
import { CommandError, KERNEL, report, USAGE } from './errors.ts'
import { readObject } from './grammar.ts'
import { programHelp } from './help.ts'
import { type Host, machine } from './host.ts'
import { type Instead, noSettings, readOptions, type Settings } from './options.ts'
import { Session } from './session.ts'
import { showing } from './sheet.ts'
import { Words } from './words.ts'

type Command = (words: Words, session: Session) => number | Promise<number>

/** Each object's file is loaded when it is asked for. */
const OBJECTS: Readonly<Record<string, () => Promise<Command>>> = {
  link: async () => (await import('./ip/link.ts')).linkCommand,
  address: async () => (await import('./ip/address.ts')).addressCommand,
  route: async () => (await import('./ip/route.ts')).routeCommand,
  rule: async () => (await import('./ip/rule.ts')).ruleCommand,
  nexthop: async () => (await import('./ip/nexthop.ts')).nexthopCommand,
  mroute: async () => (await import('./ip/mroute.ts')).multicastRouteCommand,
  mrule: async () => (await import('./ip/rule.ts')).multicastRuleCommand,
  netns: async () => (await import('./ip/netns.ts')).netnsCommand,
  neighbor: async () => (await import('./ip/neighbour.ts')).neighbourCommand,
  neighbour: async () => (await import('./ip/neighbour.ts')).neighbourCommand,
  ntable: async () => (await import('./ip/ntable.ts')).ntableCommand,
  ntbl: async () => (await import('./ip/ntable.ts')).ntableCommand,
  netconf: async () => (await import('./ip/netconf.ts')).netconfCommand,
  maddress: async () => (await import('./ip/maddress.ts')).maddressCommand,
  addrlabel: async () => (await import('./ip/addrlabel.ts')).addrlabelCommand,
  token: async () => (await import('./ip/token.ts')).tokenCommand,
  stats: async () => (await import('./ip/stats.ts')).statsCommand,
  monitor: async () => (await import('./monitor/monitor.ts')).monitorCommand,
  bridge: async () => (await import('./bridge/bridge.ts')).bridgeCommand,
  tc: async () => (await import('./tc/tc.ts')).tcCommand,
  top: async () => (await import('./monitor/top.ts')).topCommand,
  brctl: async () => (await import('./brctl.ts')).brctlCommand,
}
/** What `ip` has not. */
const OWN = ['bridge', 'tc', 'brctl', 'top', 'demo']
/** Programs of iproute2's with objects and options of their own. */
const PROGRAMS: readonly string[] = ['bridge', 'tc']
const KNOWN = [...Object.keys(OBJECTS), 'demo']

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
  PROGRAMS.includes(program) ? program : readObject(words, KNOWN, program === 'ip' ? [] : OWN)

async function inSession(object: string, words: Words, settings: Settings, host: Host): Promise<number> {
  using session = new Session(settings, host)
  return await perform(object, words, session)
}

async function perform(object: string, words: Words, session: Session): Promise<number> {
  if (object === 'help') throw new CommandError(USAGE, programHelp(words.all[0]!).trimEnd())
  if (object === 'demo') return demo(words.rest())
  const command = await OBJECTS[object]!()
  return await command(words, session)
}

function answer(instead: Instead, program: string, host: Host): number {
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

/** The demo is a program of its own. */
async function demo(args: readonly string[]): Promise<number> {
  const { demo: play } = await import('./demo.ts')
  return play(args)
}
