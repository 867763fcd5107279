// `nl-dump monitor [GROUP…]`: what is multicast in this namespace, as it happens, until ^C.
import { openSocket } from '../../netlink/binding.ts'
import { Connection } from '../../netlink/connection.ts'
import { NETLINK_ROUTE } from '../../netlink/message.ts'
import { listNamed } from '../../netns/named.ts'
import * as nsid from '../../ops/nsid.ts'
import { monitor } from '../live/monitor.ts'
import type { Names } from '../names.ts'
import { SourceError } from '../sources/index.ts'
import type { Command } from './command.ts'
import { UsageError } from './io.ts'
import { CHOOSING, type Given, SHOWING, viewOf } from './options.ts'
import { show } from './show.ts'
import { recorder, WRITING } from './write.ts'

export const command: Command = {
  options: {
    'all-netns': { help: 'hear all namespaces that have an id in this one, too' },
    count: { value: 'N', help: 'end after N messages' },
    ...SHOWING,
    ...CHOOSING,
    ...WRITING,
  },
  async run(given, io) {
    const view = viewOf(given, io)
    const record = recorder({ ...given, operands: [] }, undefined)
    const count = countOf(given.values['count'])
    const ended = new AbortController()
    process.on('SIGINT', () => ended.abort())
    const note = (text: string): void => io.err(`nl-dump: monitor: ${text}\n`)
    try {
      const options = { allNamespaces: given.values['all-netns'] === true, signal: ended.signal, note }
      const datagrams = first(count, monitor(given.operands, options))
      const broken = await show(record({ name: 'monitor', title: 'monitor', datagrams, names, silence: '' }), view, io)
      return broken ? 1 : 0
    } catch (error) {
      if (!(error instanceof SourceError)) throw error
      note(error.message)
      return 1
    }
  },
}

function countOf(text: Given['values'][string]): number {
  if (text === undefined) return Number.POSITIVE_INFINITY
  if (typeof text !== 'string' || !/^[1-9]\d{0,9}$/.test(text))
    throw new UsageError(`--count ${text}: a number is wanted`)
  return Number(text)
}

async function* first<T>(count: number, batches: AsyncIterable<readonly T[]>): AsyncGenerator<readonly T[]> {
  let left = count
  for await (const batch of batches) {
    yield batch.slice(0, left)
    left -= batch.length
    if (left <= 0) return
  }
}

/** The names of the namespaces that have ids here, asked for when one turns up that is not known. */
const names: Names = { netnsOfNsid: id => known.get(id) ?? ask().get(id) }
let known: ReadonlyMap<number, string> = new Map()

function ask(): ReadonlyMap<number, string> {
  using connection = new Connection(openSocket(NETLINK_ROUTE, {}))
  const found = new Map<number, string>()
  for (const { name, stale } of listNamed()) {
    const id = stale ? undefined : connection.runSync(nsid.get(name))
    if (id !== undefined) found.set(id, name)
  }
  known = found
  return found
}
