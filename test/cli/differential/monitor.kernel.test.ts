// The same events in the same namespace, told by the real `ip monitor` and `bridge monitor` and by ours, side by side.
import { spawn } from 'node:child_process'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Host, machine } from '../../../src/cli/host.ts'
import { bridgeMonitorCommand, monitorCommand } from '../../../src/cli/monitor/monitor.ts'
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

/** What a bridge's monitor is to hear: what comes of itself (addresses, groups of neighbour discovery) is told apart. */
const BRIDGE_SCRIPT = `ip link add br0 address 02:00:00:00:00:10 type bridge
ip link set v1 master br0
bridge fdb add 02:00:00:00:00:09 dev v1 master static
bridge fdb replace 02:00:00:00:00:09 dev v1 master
bridge fdb del 02:00:00:00:00:09 dev v1 master
bridge fdb add 02:00:00:00:00:0a dev v1 self

ip link set v1 up
ip link set v2 up
ip link set br0 up

bridge link set dev v1 cost 9 hairpin on
bridge mdb add dev br0 port v1 grp 239.1.1.1 permanent
bridge mdb add dev br0 port v1 grp ff05::8 src 2001:db8::1
bridge mdb del dev br0 port v1 grp 239.1.1.1
bridge link set dev v1 mcast_router 2
bridge link set dev v1 mcast_router 0
ip neigh add 192.0.2.1 lladdr 02:00:00:00:00:01 dev v1
ip route add 203.0.113.0/24 dev v2
ip link add vx0 address 02:00:00:00:00:20 type vxlan external vnifilter dstport 4789

bridge fdb add 00:00:00:00:00:00 dev vx0 dst 192.0.2.9 src_vni 100
bridge vni add dev vx0 vni 100-110
bridge vni add dev vx0 vni 200 remote 192.0.2.7
bridge vni delete dev vx0 vni 100-110

ip link set v1 nomaster

ip link del br0`

/** What the monitor of a program says of a script that is played in the namespace: the real one and ours. */
async function both(words: string, script: string, program: 'ip' | 'bridge' = 'ip') {
  const ending = new AbortController()
  let ours = ''
  let theirs = ''
  const host: Host = { ...machine, out: text => void (ours += text), err: text => void (ours += text) }
  const line = new Words([program, ...words.split(' ')], 1)
  const { settings } = readOptions(line, program, { ...noSettings(showing()), netns: 'mon' })
  line.take()
  using session = new Session(settings, host)
  const command = program === 'ip' ? monitorCommand : bridgeMonitorCommand
  const listening = command(line, session, ending.signal)
  const real = spawn(program, ['-n', 'mon', ...words.split(' ')], { stdio: ['ignore', 'pipe', 'inherit'] })
  real.stdout.setEncoding('utf8').on('data', (text: string) => (theirs += text))
  try {
    // Until both listen.
    for (let mtu = 1300; theirs === '' || ours === ''; mtu++) {
      if (mtu > 1400) throw new Error(`nothing is heard: theirs '${theirs}', ours '${ours}'`)
      must(program === 'ip' ? knock(mtu) : bridgeKnock(mtu))
      await new Promise(resolve => setTimeout(resolve, 50))
    }
    await new Promise(resolve => setTimeout(resolve, 100))
    theirs = ''
    ours = ''
    // The real one forgets a port's name with its port, and asks the kernel for it: each part is told to its end first.
    for (const part of script.split('\n\n')) {
      if (program === 'ip') must(`ip -n mon -batch - <<'END'\n${part}\nEND`)
      else must(part.replace(/^\w+/gm, '$& -n mon'))
      await quiet(() => theirs.length + ours.length)
    }
    return { theirs, ours }
  } finally {
    ending.abort()
    await listening
    real.kill()
  }
}

/** What each monitor hears something of. */
const knock = (mtu: number): string => `ip -n mon link set v1 mtu ${mtu}; ip -n mon addr add 198.51.100.1/32 dev v1
  ip -n mon addr del 198.51.100.1/32 dev v1`
const bridgeKnock = (mtu: number): string => `ip -n mon link add knock address 02:00:00:00:01:10 type bridge
  ip -n mon link set v2 master knock mtu ${mtu}; ip -n mon link set knock up
  bridge -n mon mdb add dev knock port v2 grp 239.1.1.1 permanent
  bridge -n mon fdb add 02:00:00:00:00:09 dev v2 master static; ip -n mon link del knock
  ip -n mon link add knock type vxlan external vnifilter dstport 4790
  bridge -n mon vni add dev knock vni 9; ip -n mon link del knock`

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

/**
 * Without what comes of itself, at any time: learned addresses, and groups that hosts join. Whether a peer is down the
 * real one knows from its beginning only.
 */
const asked = (text: string): string[] => {
  const plain = text
    .replaceAll(',M-DOWN', '')
    .replace(/ [0-9. ]+\.\d\d\b/g, ' T')
    .replace(/\b(?!(?:02|00):)[0-9a-f]{2}(:[0-9a-f]{2}){5}\b/g, 'MAC')
  return plain.split('\n').filter(line => !/ grp ff02::|\bMAC\b/.test(line))
}

test.each([
  'monitor',
  'monitor all',
  'monitor link',
  'monitor fdb mdb',
  '-d monitor',
  '-s monitor mdb fdb',
  'monitor vni',
])('bridge %s', async words => {
  const { theirs, ours } = await both(words, BRIDGE_SCRIPT, 'bridge')
  expect(asked(ours)).toEqual(asked(theirs))
  expect(theirs).not.toBe('')
})
