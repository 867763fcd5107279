// `tc OBJECT …`: finds the object's own file, which is loaded only then. `tc` prints its help on stderr and is content.
import { CommandError, USAGE } from '../errors.ts'
import { programHelp } from '../help.ts'
import { classNames } from '../names.ts'
import type { Session } from '../session.ts'
import { expected, matching, type Words } from '../words.ts'

type Command = (words: Words, session: Session) => unknown

/** In iproute2's order. */
const OBJECTS = ['qdisc', 'class', 'filter', 'chain', 'actions', 'monitor', 'exec', 'help']
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  qdisc: async () => (await import('./qdisc.ts')).qdiscCommand,
  class: async () => (await import('./class.ts')).classCommand,
  filter: async () => (await import('./filter.ts')).filterCommand,
  chain: async () => (await import('./filter.ts')).chainCommand,
  monitor: async () => (await import('../monitor/monitor.ts')).trafficMonitorCommand,
  actions: async () => (await import('./action.ts')).actionCommand,
}

/** Runs `tc …`; answers the exit status. */
export async function tcCommand(words: Words, session: Session): Promise<number> {
  const word = words.take('an object')
  const object = matching(word, OBJECTS)
  if (object === 'help') throw new CommandError(0, programHelp('tc').trimEnd())
  if (object === undefined)
    throw words.fail(`Object "${word}" is unknown, try "tc help".`, expected(word, OBJECTS), USAGE)
  const load = COMMANDS[object]
  if (!load) throw words.fail(`Object "${object}" is not there yet in netloom.`)
  // tc looks for its file before anything is done.
  if (session.show.names) classNames(session.show)
  const command = await load()
  await command(words, session)
  return 0
}
