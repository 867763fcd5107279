// `bridge OBJECT …`: finds the object's own file, which is loaded only then. Exit statuses are those of `bridge`: all
// failures are 255.
import { CommandError, USAGE } from '../errors.ts'
import { programHelp } from '../help.ts'
import { BRIDGE_OBJECTS } from '../objects.ts'
import type { Session } from '../session.ts'
import { expected, matching, type Words } from '../words.ts'

/** In iproute2's order. */
const OBJECTS = [...Object.keys(BRIDGE_OBJECTS), 'help']

/** Runs `bridge …`; answers the exit status. */
export async function bridgeCommand(words: Words, session: Session): Promise<unknown> {
  const word = words.take('an object')
  const object = matching(word, OBJECTS)
  if (object === 'help') throw new CommandError(USAGE, programHelp('bridge').trimEnd())
  if (object === undefined)
    throw words.fail(`Object "${word}" is unknown, try "bridge help".`, expected(word, OBJECTS), USAGE)
  return (await BRIDGE_OBJECTS[object]!.load())(words, session)
}
