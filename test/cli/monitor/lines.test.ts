// What `ip monitor` heard and printed when the fixtures were made, beside what ours prints of the same bytes.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Host } from '../../../src/cli/host.ts'
import { stamp } from '../../../src/cli/monitor/lines.ts'
import { bridgeMonitorCommand, monitorCommand, trafficMonitorCommand } from '../../../src/cli/monitor/monitor.ts'
import { noSettings } from '../../../src/cli/options.ts'
import { Session } from '../../../src/cli/session.ts'
import { type Show, showing } from '../../../src/cli/sheet.ts'
import { Words } from '../../../src/cli/words.ts'
import { Writer } from '../../../src/netlink/attribute.ts'
import { viewOf } from '../../../src/netlink/codec.ts'
import { beginMessage, endMessage, NLM_F_MULTI, walk } from '../../../src/netlink/message.ts'
import { type Link, linkMessage } from '../../../src/route/link.ts'
import { statsMessage } from '../../../src/route/stats.ts'
import { hex } from '../../dump/bytes.ts'

const fixture = (name: string): string =>
  readFileSync(new URL(`../../../fixtures/monitor/${name}`, import.meta.url), 'utf8')

/** A fixture's notifications, and the links that the monitor asked for. */
function heard(name: string): { notifications: Uint8Array[]; links: Link[] } {
  const notifications: Uint8Array[] = []
  const links: Link[] = []
  const asked = new Set<number>()
  for (const line of fixture(`${name}.hex`).split('\n')) {
    if (!/^[<>] /.test(line)) continue
    const bytes = hex(line.slice(2))
    const view = viewOf(bytes)
    walk(view, bytes.length, (type, flags, sequence, _port, p, end) => {
      if (line.startsWith('>')) asked.add(sequence)
      else if (type === linkMessage.types.RTM_NEWLINK && (flags & NLM_F_MULTI || asked.has(sequence)))
        links.push(linkMessage.decode(view, bytes, p + 16, end))
      else if (!(flags & NLM_F_MULTI) && !asked.has(sequence)) notifications.push(bytes.slice(p, end))
    })
  }
  return { notifications, links }
}

/** Plays messages to `monitor WORDS`, as a file of rtmon's, and answers what it prints. */
async function play(
  messages: readonly Uint8Array[],
  links: readonly Link[],
  words: string,
  show: Partial<Show> = {},
  command = monitorCommand,
): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'monitor-'))
  let out = ''
  const host = {
    out: (text: string) => void (out += text),
    err: (text: string) => void (out += text),
    open: () => ({ close() {} }),
    netnsNames: () =>
      new Map([
        [7, 'ns1'],
        [0, 'ns2'],
      ]),
    accounts: {},
  } as unknown as Host
  try {
    const file = join(directory, 'events')
    const padded = messages.map(message => Buffer.concat([message, Buffer.alloc(-message.length & 3)]))
    writeFileSync(file, Buffer.concat(padded))
    using session = new Session(noSettings(showing(show)), host)
    session.remember(links)
    const line = ['ip', 'monitor', ...words.split(' ').filter(word => word !== ''), 'file', file]
    await command(new Words(line, 2), session)
    return out
  } finally {
    rmSync(directory, { recursive: true })
  }
}

test.each(['link', 'bridge', 'address', 'neighbour', 'nsid', 'netconf', 'route', 'rule', 'nexthop'])(
  'ip monitor: %s',
  async name => {
    const { notifications, links } = heard(name)
    const [, words = ''] = /^# command: ip monitor (.*)$/m.exec(fixture(`${name}.hex`))!
    expect(await play(notifications, links, words)).toBe(fixture(`${name}.out`))
  },
)

test('tc monitor', async () => {
  const { notifications, links } = heard('tc-all')
  expect(await play(notifications, links, '', {}, trafficMonitorCommand)).toBe(fixture('tc-all.out'))
})

test('bridge monitor', async () => {
  const { notifications, links } = heard('bridge-all')
  expect(await play(notifications, links, 'all', {}, bridgeMonitorCommand)).toBe(fixture('bridge-all.out'))
})

// Only hardware that counts for the kernel makes it tell: the bytes are made here, from the table.
test('monitor stats', async () => {
  const w = new Writer()
  const at = beginMessage(w, statsMessage.types.RTM_NEWSTATS, 0, 0)
  statsMessage.encode(w, {
    header: { index: 7 },
    attributes: { offload: { info: { l3: { request: true, used: false } } } },
  })
  endMessage(w, at)
  const message = w.bytes.slice(0, w.length)
  expect(await play([message], [{ index: 7, name: 'swp1', up: true } as Link], 'stats label')).toBe(
    '[STATS]7: swp1: group offload subgroup hw_stats_info\n    l3_stats on used off\n',
  )
})

test('JSON: an object a line, with what happened', async () => {
  const { notifications, links } = heard('address')
  const lines = (await play(notifications, links, 'address', { json: true })).trimEnd().split('\n')
  expect(lines.map(line => JSON.parse(line)).at(-1)).toMatchObject({
    object: 'address',
    action: 'removed',
    value: { dev: 'v1', family: 'inet6', local: '2001:db8::1', prefixlen: 64 },
  })
})

test('a time of rtmon’s is told as iproute2 tells it', async () => {
  const time = Buffer.alloc(24)
  time.writeUInt32LE(24, 0)
  time.writeUInt16LE(15, 4)
  time.writeUInt32LE(1_700_000_000, 16)
  time.writeUInt32LE(42, 20)
  expect(await play([time], [], 'link')).toMatch(/^Timestamp: \w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d 2023 42 us\n$/)
  const at = new Date(2026, 10, 5, 7, 8, 9, 123)
  expect(stamp(at, 'short')).toBe('[2026-11-05T07:08:09.123000] ')
  expect(stamp(at, 'long')).toBe('Timestamp: Thu Nov  5 07:08:09 2026 123000 usec\n')
})
