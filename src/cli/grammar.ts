// The object and the command of it: which of iproute2's names an abbreviation means. What follows is the object's own.
import { type CommandError, USAGE, USER } from './errors.ts'
import { IP_OBJECTS, namesOf } from './objects.ts'
import { expected, matching, type Words } from './words.ts'

export type { Settings } from './options.ts'

/** The objects of iproute2's `ip`, in the order in which an abbreviation finds them. */
export const IP_ORDER = [
  'address',
  'addrlabel',
  'maddress',
  'route',
  'rule',
  'neighbor',
  'neighbour',
  'ntable',
  'ntbl',
  'link',
  'l2tp',
  'fou',
  'ila',
  'macsec',
  'tunnel',
  'tunl',
  'tuntap',
  'tap',
  'token',
  'tcpmetrics',
  'tcp_metrics',
  'monitor',
  'xfrm',
  'mroute',
  'mrule',
  'netns',
  'netconf',
  'vrf',
  'sr',
  'nexthop',
  'mptcp',
  'ioam',
  'help',
  'stats',
]

/** Reads the object. `own`: what this program has beyond `ip`'s, in full or abbreviated where `ip` has no such word. */
export function readObject(words: Words, own: readonly string[]): string {
  const word = words.take('an object')
  const name = own.includes(word) ? word : matching(word, [...IP_ORDER, ...own])
  const known = [...namesOf(IP_OBJECTS), ...own]
  if (name !== undefined && (known.includes(name) || name === 'help')) return name
  const program = words.all[0]
  if (name === undefined)
    throw words.fail(`Object "${word}" is unknown, try "${program} help".`, expected(word, known), USER)
  throw words.fail(
    `Object "${name}" is not there in netloom: iproute2's own ip has it.`,
    `ip ${name} … (where ip is netloom, call the real one by its path: /usr/sbin/ip, /sbin/ip)\n  here are: ${known.join(' ')}`,
  )
}

/** Reads a command of an object: the first, in iproute2's order, that the word begins. */
export function readCommand(words: Words, object: string, commands: readonly string[]): string {
  const word = words.take('a command')
  const name = matching(word, commands)
  if (name !== undefined) return name
  throw unknownCommand(words, object, commands)
}

export const unknownCommand = (words: Words, object: string, commands: readonly string[]): CommandError =>
  words.fail(
    `Command "${words.last}" is unknown, try "${words.all[0]} ${object} help".`,
    expected(words.last, commands),
    USAGE,
  )
