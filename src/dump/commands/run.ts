// `nl-dump run -- CMD…`: runs a command under strace and shows its conversation as it happens.
import { traceCommand } from '../live/strace.ts'
import type { Command } from './command.ts'
import { UsageError } from './io.ts'
import { CHOOSING, READING, SHOWING, viewOf } from './options.ts'
import { show } from './show.ts'
import { recorder, WRITING } from './write.ts'

export const command: Command = {
  options: { ...SHOWING, ...CHOOSING, ...READING, ...WRITING },
  operandsEndOptions: true,
  async run(given, io) {
    const [name] = given.operands
    if (name === undefined) throw new UsageError("no command is given: 'nl-dump run -- ip link show'")
    const view = viewOf(given, io)
    const record = recorder(given, view.protocol)
    // ^C is the command's: it ends, and we with it.
    process.on('SIGINT', () => {})
    const { datagrams, status } = traceCommand(given.operands)
    const broken = await show(
      record({ name, title: name, datagrams, silence: 'it said nothing over netlink' }),
      view,
      io,
    )
    return await status.catch(() => (broken ? 1 : 0))
  },
}
