// The same events in the same namespace, told by the real `ip monitor` and by ours, side by side.
import { spawn } from 'node:child_process'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Host, machine } from '../../../src/cli/host.ts'
import { monitorCommand } from '../../../src/cli/monitor/monitor.ts'
import { noSettings, readOptions } from '../../../src/cli/options.ts'
import { Session } from '../../../src/cli/session.ts'
import { showing } from '../../../src/cli/sheet.ts'
import { Words } from '../../../src/cli/words.ts'
import { must } from '../../netns/harness.ts'

beforeEach(() => {
  must(
    'ip netns add mon; ip -n mon link add v1 address 02:00:00:00:00:01 type veth peer name v2 address 02:00:00:00:00:02',
  )
})
afterEach(() => {
  must('ip netns del mon; ip netns del mon2 2>/dev/null; true')
})

const SCRIPT = `link set v1 up
link set v2 up
addr add 192.0.2.1/24 dev v1
addr add 2001:db8::1/64 dev v1 nodad
addr del 192.0.2.1/24 dev v1
neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev v1
neigh del 192.0.2.9 dev v1
route add 203.0.113.0/24 dev v2 metric 5
route replace 203.0.113.0/24 dev v2 metric 5 mtu 1300
route del 203.0.113.0/24
rule add from 192.0.2.0/24 table 100 pref 99
rule del pref 99
nexthop add id 7 dev v2
nexthop del id 7
link add br0 address 02:00:00:00:00:10 type bridge
link set v1 master br0
link set v1 type bridge_slave cost 9
link set v1 nomaster

link property add dev v2 altname other
link set v2 mtu 1400 alias text

link del v1`

/** What both say of a script that `ip -batch` plays in the namespace. */
async function both(words: string, script: string): Promise<{ theirs: string; ours: string }> {
  const ending = new AbortController()
  let ours = ''
  let theirs = ''
  const host: Host = { ...machine, out: text => void (ours += text), err: text => void (ours += text) }
  const line = new Words(['ip', ...words.split(' ')], 1)
  const { settings } = readOptions(line, 'ip', { ...noSettings(showing()), netns: 'mon' })
  line.take()
  using session = new Session(settings, host)
  const listening = monitorCommand(line, session, ending.signal)
  const real = spawn('ip', ['-n', 'mon', ...words.split(' ')], { stdio: ['ignore', 'pipe', 'inherit'] })
  real.stdout.setEncoding('utf8').on('data', (text: string) => (theirs += text))
  try {
    // Until both listen.
    for (let mtu = 1300; theirs === '' || ours === ''; mtu++) {
      if (mtu > 1400) throw new Error(`nothing is heard: theirs '${theirs}', ours '${ours}'`)
      must(`ip -n mon link set v1 mtu ${mtu}; ip -n mon addr add 198.51.100.1/32 dev v1
        ip -n mon addr del 198.51.100.1/32 dev v1`)
      await new Promise(resolve => setTimeout(resolve, 50))
    }
    await new Promise(resolve => setTimeout(resolve, 100))
    theirs = ''
    ours = ''
    // The real one forgets a port's name with its port, and asks the kernel for it: each part is told to its end first.
    for (const part of script.split('\n\n')) {
      must(`ip -n mon -batch - <<'END'\n${part}\nEND`)
      await quiet(() => theirs.length + ours.length)
    }
    return { theirs, ours }
  } finally {
    ending.abort()
    await listening
    real.kill()
  }
}

/** Until no more is told: carriers and duplicate addresses take their time. */
async function quiet(length: () => number): Promise<void> {
  for (let before = -1; before !== length(); ) {
    before = length()
    await new Promise(resolve => setTimeout(resolve, 300))
  }
}

test.each([
  'monitor link',
  'monitor',
  'monitor label',
  'monitor address neigh',
  '-4 monitor address',
  'monitor link dev v1',
  '-o monitor link address',
  'monitor route rule nexthop',
])('ip %s', async words => {
  const { theirs, ours } = await both(words, SCRIPT)
  expect(ours.split('\n')).toEqual(theirs.split('\n'))
  expect(theirs).not.toBe('')
})
