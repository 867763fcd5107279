// `nl-dump pid N`: follows a living process through strace, until it ends, or until ^C.
import { existsSync } from 'node:fs'
import { traceProcess } from '../live/strace.ts'
import { SourceError } from '../sources/index.ts'
import type { Command } from './command.ts'
import { UsageError } from './io.ts'
import { CHOOSING, READING, SHOWING, viewOf } from './options.ts'
import { show } from './show.ts'
import { recorder, WRITING } from './write.ts'

export const command: Command = {
  options: { ...SHOWING, ...CHOOSING, ...READING, ...WRITING },
  async run(given, io) {
    const [pid = '', ...more] = given.operands
    if (more.length > 0 || !/^[1-9]\d{0,9}$/.test(pid))
      throw new UsageError('one process id is wanted: nl-dump pid 1234')
    const view = viewOf(given, io)
    const record = recorder(given, view.protocol)
    const name = `process ${pid}`
    if (!existsSync(`/proc/${pid}`)) {
      io.err(`nl-dump: ${name}: there is none\n`)
      return 1
    }
    const { datagrams, status, stop } = traceProcess(Number(pid))
    process.on('SIGINT', stop)
    const broken = await show(
      record({ name, title: name, datagrams, silence: 'it said nothing over netlink' }),
      view,
      io,
    )
    const ended = await status.catch((error: unknown) => {
      if (error instanceof SourceError) return 1
      throw error
    })
    // strace that is told to stop ends by the signal.
    return broken || (ended !== 0 && ended !== 130) ? 1 : 0
  },
}
