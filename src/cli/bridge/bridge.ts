// `bridge OBJECT …`: finds the object's own file, which is loaded only then. Exit statuses are those of `bridge`: all
// failures are 255.
import { CommandError, USAGE } from '../errors.ts'
import { programHelp } from '../help.ts'
import type { Session } from '../session.ts'
import { expected, matching, type Words } from '../words.ts'

type Command = (words: Words, session: Session) => number | Promise<number>

/** In iproute2's order. */
const OBJECTS = ['link', 'fdb', 'mdb', 'vlan', 'vni', 'monitor', 'help']
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  link: async () => (await import('./link.ts')).bridgeLinkCommand,
  fdb: async () => (await import('./fdb.ts')).bridgeFdbCommand,
  mdb: async () => (await import('./mdb.ts')).bridgeMdbCommand,
  vlan: async () => (await import('./vlan.ts')).bridgeVlanCommand,
  vni: async () => (await import('./vni.ts')).bridgeVniCommand,
  monitor: async () => (await import('../monitor/monitor.ts')).bridgeMonitorCommand,
}

/** Runs `bridge …`; answers the exit status. */
export async function bridgeCommand(words: Words, session: Session): Promise<number> {
  const word = words.take('an object')
  const object = matching(word, OBJECTS)
  if (object === 'help') throw new CommandError(USAGE, programHelp('bridge').trimEnd())
  if (object === undefined)
    throw words.fail(`Object "${word}" is unknown, try "bridge help".`, expected(word, OBJECTS), USAGE)
  return (await COMMANDS[object]!())(words, session)
}
