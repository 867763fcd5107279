// Values that the words of links hold: the name of a link that must be there, link-layer addresses, a type's name.
import { macBytes } from '../../netlink/text.ts'
import type { Link } from '../../route/link.ts'
import { ARPHRD } from '../../route/words.ts'
import type { Session } from '../session.ts'
import type { Show } from '../sheet.ts'
import type { Words } from '../words.ts'

/** Reads a link-layer address. */
export function hardwareAddress(words: Words): string {
  const text = words.take('an address, 02:00:00:00:00:01')
  const bytes = macBytes(text)
  if (!bytes || bytes.length < 2)
    throw words.fail(`"${text}" is invalid lladdr.`, 'an address looks like 02:00:00:00:00:01')
  return text
}

/** Reads the name of a link that must be there. */
export function existing(words: Words, session: Session, reason = 'Device does not exist'): string {
  const name = words.take('a device')
  if (!session.find(name)) throw words.wrong(reason, 'there is no such link here')
  return name
}

/** The name of a link's type, `[1]` where it has none or is not to be told. */
export function typeName(type: Link['type'], { numeric }: Show): string {
  if (typeof type === 'number') return `[${type}]`
  return numeric ? `[${ARPHRD.byWord.get(type)}]` : type
}
