// `nl-dump policy FAMILY [COMMAND]`: what the running kernel accepts of a generic netlink family.
import picocolors from 'picocolors'
import type { GenericFamily } from '../../generic/controller.ts'
import { openSocket } from '../../netlink/binding.ts'
import { Connection } from '../../netlink/connection.ts'
import { NetlinkError } from '../../netlink/error.ts'
import { NETLINK_GENERIC } from '../../netlink/message.ts'
import * as genericFamily from '../../ops/generic-family.ts'
import { nearest } from '../../ops/options.ts'
import { SysError, UnsupportedError } from '../../sys/libc.ts'
import { jsonLine } from '../json.ts'
import { familyJson, familyText } from '../policy/report.ts'
import { commandsOf, type Command as Named, type Operation, operationOf } from '../policy/tree.ts'
import { quoted, safe } from '../value.ts'
import type { Command } from './command.ts'
import { UsageError } from './io.ts'
import { colorsOf, SHOWING } from './options.ts'

export const command: Command = {
  options: { json: { help: 'one JSON object' }, color: SHOWING.color },
  async run({ values, operands }, io) {
    const [name, word, ...more] = operands
    if (name === undefined || more.length > 0)
      throw new UsageError(
        'one family is wanted, and a command of it if it is to be shown alone: nl-dump policy ethtool',
      )
    const colors = picocolors.createColors(colorsOf(values['color'], io))
    try {
      using connection = new Connection(openSocket(NETLINK_GENERIC, { binding: 'koffi' }))
      const family = familyNamed(name, connection)
      const commands = commandsOf(family)
      const wanted = word === undefined ? commands : [commandNamed(word, commands, name)]
      const operations = wanted.map(one => operation(name, one, connection))
      if (values['json']) await io.out(`${jsonLine(familyJson(family, operations))}\n`)
      else await io.out(familyText(family, operations, colors))
      return 0
    } catch (error) {
      if (!SAID.some(kind => error instanceof kind)) throw error
      io.err(`nl-dump: policy: ${(error as Error).message}\n`)
      return 1
    }
  },
}

/** Something that was asked for and is not there. */
class Missing extends Error {}
/** What is said in a sentence; other errors are ours. */
const SAID = [Missing, NetlinkError, SysError, UnsupportedError]

/** `: did you mean 'ethtool'?` */
function hint(word: string, list: readonly string[]): string {
  const near = nearest(word, list)
  return near === undefined ? '' : `: did you mean ${quoted(near)}?`
}

function familyNamed(name: string, connection: Connection): GenericFamily {
  try {
    return connection.runSync(genericFamily.get(name))
  } catch (error) {
    if (!(error instanceof NetlinkError) || error.code !== 'ENOENT') throw error
    const names = connection.runSync(genericFamily.list()).map(({ familyName = '' }) => familyName)
    throw new Missing(
      `the kernel has no generic netlink family ${quoted(name)}${hint(name, names)} (there are ${names.map(safe).join(', ')})`,
    )
  }
}

/** By number, by the kernel's constant, or by that without its family's prefix, as `strset-get`. */
function commandNamed(word: string, commands: readonly Named[], family: string): Named {
  const wanted = word.toUpperCase().replaceAll('-', '_')
  const found =
    commands.find(({ command: number, name }) => String(number) === word || name === wanted) ??
    commands.find(({ name }) => name?.endsWith(`_${wanted}`))
  if (found) return found
  const names = commands.map(({ command: number, name }) => name ?? String(number))
  const ends = names.map(name => name.replace(/^.*_(?:MSG|CMD)_/, ''))
  throw new Missing(
    `the family ${quoted(family)} has no command ${quoted(word)}${hint(wanted, [...names, ...ends])} (there are ${names.join(', ')})`,
  )
}

/** The policies of one command; none where the kernel checks nothing by a policy. */
function operation(family: string, one: Named, connection: Connection): Operation {
  if (!one.flags.includes('cmd_cap_haspol')) return operationOf(family, one, [])
  return operationOf(family, one, connection.runSync(genericFamily.policies(family, one.command)))
}
