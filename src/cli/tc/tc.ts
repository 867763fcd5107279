// `tc OBJECT …`: finds the object's own file, which is loaded only then. `tc` prints its help on stderr and is content.
import { CommandError, USAGE } from '../errors.ts'
import { programHelp } from '../help.ts'
import { classNames } from '../names.ts'
import { TC_OBJECTS } from '../objects.ts'
import type { Session } from '../session.ts'
import { expected, matching, type Words } from '../words.ts'

/** In iproute2's order; `exec` begins a shell with BPF maps, which is not here. */
const OBJECTS = [...Object.keys(TC_OBJECTS), 'exec', 'help']

/** Runs `tc …`; answers the exit status. */
export async function tcCommand(words: Words, session: Session): Promise<number> {
  const word = words.take('an object')
  const object = matching(word, OBJECTS)
  if (object === 'help') throw new CommandError(0, programHelp('tc').trimEnd())
  if (object === undefined)
    throw words.fail(`Object "${word}" is unknown, try "tc help".`, expected(word, OBJECTS), USAGE)
  if (object === 'exec')
    throw words.fail(
      'Object "exec" is not there in netloom: iproute2\'s own tc has it.',
      'it hands BPF maps to a program by a socket',
    )
  // tc looks for its file before anything is done.
  if (session.show.names) classNames(session.show)
  await (await TC_OBJECTS[object]!.load())(words, session)
  return 0
}
