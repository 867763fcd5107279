// nl-dump replay: what iproute2 did in one namespace is done again in another, and is answered the same.
import { spawnSync } from 'node:child_process'
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { run } from '../../src/dump/command.ts'

const directory = mkdtempSync(join(tmpdir(), 'replay-'))
afterAll(() => rmSync(directory, { recursive: true }))

const sh = (command: string): string => {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command}: ${stderr}`)
  return stdout
}

const NAMESPACES = ['story', 'again', 'other', 'another']
beforeEach(() => {
  for (const name of NAMESPACES) sh(`ip netns add ${name}`)
  // Indexes there are others than where the story was told.
  sh('ip -n again link add x1 type veth peer name x2 && ip -n again link delete x1')
})
afterEach(() => {
  for (const name of NAMESPACES) sh(`ip netns delete ${name}`)
})

async function nlDump(...argv: string[]): Promise<{ status: number; out: string; err: string }> {
  let out = ''
  let err = ''
  const status = await run(argv, {
    version: '',
    colors: false,
    open: path => createReadStream(path),
    out: async text => void (out += text),
    err: text => void (err += text),
  })
  return { status, out, err }
}

/** What commands say in the namespace `story`, as pcap. */
function recorded(name: string, ...commands: string[]): string {
  const trace = traced(name, ...commands)
  const file = join(directory, `${name}.pcap`)
  spawnSync('node_modules/.bin/tsx', ['src/bin/nl-dump.ts', '--write', file, trace])
  return file
}

/** As a trace of strace, which tells more. */
function traced(name: string, ...commands: string[]): string {
  const [script, trace] = [join(directory, `${name}.sh`), join(directory, `${name}.strace`)]
  writeFileSync(script, commands.join('\n'))
  const calls = 'socket,sendto,sendmsg,recvfrom,recvmsg,openat,clone,clone3,fork,vfork,setns,unshare'
  sh(
    `ip netns exec story strace -f -ttt -yy -e trace=${calls} -e read=all -e write=all -o ${trace} sh ${script} > /dev/null 2>&1; true`,
  )
  return trace
}

/** What a namespace is like, without what is another at every run. */
function pictureOf(netns: string): unknown {
  const json = (what: string): Record<string, unknown>[] => JSON.parse(sh(`ip -n ${netns} -j ${what}`) || '[]')
  const links = json('-d link').map(({ ifindex, link_index, address, stats64, ...rest }) => {
    const text = JSON.stringify(rest).replaceAll(/"8000\.[\da-f:.]+"/g, '"id"')
    return JSON.parse(text.replaceAll(/"\w+_timer":[\d.]+|"fdb_n_learned":\d+/g, '"_":0'))
  })
  const addresses = json('addr').map(({ ifname, addr_info }) => [
    ifname,
    (addr_info as Record<string, unknown>[]).filter(({ scope }) => scope === 'global'),
  ])
  return { links, addresses, routes: json('route'), rules: json('rule'), neighbours: json('neigh show nud permanent') }
}

const isUp = (netns: string, dev: string): void => {
  sh(`for i in $(seq 100); do ip -n ${netns} link show ${dev} | grep -q 'state UP' && exit 0; sleep 0.05; done; exit 1`)
}

describe('nl-dump replay', () => {
  it('makes in another namespace what iproute2 made, and is answered the same', async () => {
    const file = recorded(
      'story',
      'ip link add br0 address 02:00:00:00:00:10 type bridge',
      'ip link add veth1 type veth peer name veth2',
      'ip link set veth1 master br0 up',
      'ip link set veth2 up mtu 1400',
      'ip link set veth2 name eth0',
      'ip link set br0 up',
      'ip addr add 192.0.2.1/24 dev br0',
      'ip addr add 198.51.100.1/24 dev eth0',
      'ip route add 203.0.113.0/24 via 198.51.100.2 dev eth0',
      'ip route add blackhole 10.0.0.0/8',
      'ip rule add fwmark 7 table 100',
      'ip neigh add 198.51.100.2 lladdr 02:00:00:00:00:22 dev eth0',
      'ip link set eth0 mtu 10', // refused
      'ip addr add 192.0.2.1/24 dev br0', // is there already
      'ip addr show dev eth0',
    )
    isUp('story', 'br0')
    const { out, err } = await nlDump('replay', '--netns', 'again', file)
    expect(err).toBe('')
    // When a carrier is seen to be up is a matter of time.
    expect(out.split('\n').filter(line => /differently|not sent:|warning/.test(line) && !/GETLINK/.test(line))).toEqual(
      [],
    )
    expect(out).toMatch(/RTM_NEWROUTE .*\[RTA_OIF \d+ → \d+ \(eth0\)\] {2}the same: ok/)
    expect(out).toMatch(/RTM_NEWRULE excl\|create fwmark=0x7 table=100 {2}the same: ok/)
    expect(out).toMatch(/mtu=10 {2}\[.*\] {2}the same: EINVAL/)
    expect(out).toMatch(/192.0.2.1\/24 .* {2}the same: EEXIST/)
    expect(out).toMatch(/\d+ requests were sent: \d+ answered the same/)
    isUp('again', 'br0')
    expect(pictureOf('again')).toEqual(pictureOf('story'))
  })

  it('says what is answered otherwise, and how', async () => {
    const file = recorded('twice', 'ip link add v1 type veth peer name v2', 'ip link show v1')
    expect((await nlDump('replay', '--netns', 'again', file)).status).toBe(0)
    const { status, out } = await nlDump('replay', '--netns', 'again', file)
    expect(status).toBe(1)
    expect(out).toMatch(/RTM_NEWLINK excl\|create v1 .* differently: NLMSG_ERROR ok: result ok → EEXIST/)
    const objects = (await nlDump('replay', '--json', '--netns', 'again', file)).out.trimEnd().split('\n')
    const made = objects.map(line => JSON.parse(line)).find(({ summary }) => summary.startsWith('v1 kind'))
    expect(made).toMatchObject({ status: 'different', answers: 1 })
    expect(made.changes[0].differences).toContainEqual({ path: 'result', a: 'ok', b: 'EEXIST' })
  })

  it('opens namespaces again that the capture tells, or the user', async () => {
    const told = join(directory, 'move.strace')
    sh('ip -n story link add v1 type veth peer name v2')
    sh(
      `ip netns exec story strace -e trace=network,openat -e read=all -e write=all -o ${told} ip link set v1 netns other`,
    )
    sh('ip -n again link add v1 type veth peer name v2')
    sh('ip -n other link delete v1')
    const again = await nlDump('replay', '--netns', 'again', told)
    expect(again.out).toMatch(/\[ifi_index \d+ → \d+ \(v1\), IFLA_NET_NS_FD \d+ → \d+ \(other\)\] {2}the same: ok/)
    expect(sh('ip -n other -br link show v1')).toContain('v1@')
  })

  it('knows processes and ids of namespaces by what the user says', async () => {
    sh('ip -n story netns set other 7')
    const file = traced(
      'numbers',
      'ip link add v1 type veth peer name v2',
      'ip netns exec other sleep 3 &',
      'for i in $(seq 50); do [ "$(readlink /proc/$!/ns/net)" != "$(readlink /proc/$$/ns/net)" ] && break; sleep 0.05; done',
      'ip link set v1 netns $!',
      'ip netns list-id target-nsid 7',
    )
    const untold = await nlDump('replay', '--dry-run', file)
    expect(untold.status).toBe(1)
    const pid = /IFLA_NET_NS_PID (\d+) is a process of the recorded machine: --pid \1=NETNS/.exec(untold.out)![1]
    expect(untold.out).toContain(
      'NETNSA_TARGET_NSID 7 is an id that the recorded namespace gave to another one: --nsid 7=',
    )
    const told = ['--pid', `${pid}=another`, '--nsid', '7=other']
    const { out, err } = await nlDump('replay', '--netns', 'again', ...told, file)
    expect(err).toBe('')
    expect(out).toMatch(/IFLA_NET_NS_PID \d+ → \d+ \(another\)\] {2}the same: ok/)
    expect(out).toMatch(/NETNSA_TARGET_NSID 7 → \d+ \(other\)\] {2}the same/)
    expect(sh('ip -n another -br link show v1')).toContain('v1@')
  })

  it('says inside other namespaces what was said there, where it is told which they are', async () => {
    const file = traced(
      'inside',
      'ip link add v1 type veth peer name v2 netns other',
      'ip link set v1 up',
      'ip -n other link set v2 up',
      'ip -n other addr add 192.0.2.2/24 dev v2',
    )
    const untold = await nlDump('replay', '--netns', 'again', file)
    expect(untold).toMatchObject({ status: 1, out: '' })
    expect(untold.err).toMatch(/it was sent inside 'other', and others were sent elsewhere: --in other=NETNS says/)
    const { err, out } = await nlDump('replay', '--netns', 'again', '--in', 'other=another', file)
    expect(err).toBe('')
    expect(out).toMatch(/IFLA_NET_NS_FD \d+ → \d+ \(another\)\] {2}the same: ok/)
    expect(out).toMatch(/192.0.2.2\/24 .*\[in other → another, ifa_index \d+ → \d+ \(v2\)\] {2}the same: ok/)
    expect(sh('ip -n another -br -4 addr show v2')).toMatch(/^v2@\S+ +UP +192\.0\.2\.2\/24/)
    expect(sh('ip -n again -br link show v1')).toContain('v1@')
    // Where all was said in one namespace, that is the one.
    const alone = traced('alone', 'ip -n other addr add 192.0.2.3/24 dev lo')
    expect((await nlDump('replay', '--netns', 'again', alone)).status).toBe(0)
    expect(sh('ip -n again -br -4 addr show lo')).toContain('192.0.2.3/24')
  })

  it('sends nothing where something cannot be renewed', async () => {
    const file = recorded('untold', 'ip link add br0 type bridge', 'ip link add v1 type veth peer name v2 netns other')
    const { status, out, err } = await nlDump('replay', '--netns', 'again', file)
    expect({ status, out }).toEqual({ status: 1, out: '' })
    expect(err).toMatch(/#\d+ RTM_NEWLINK: IFLA_NET_NS_FD (\d+) is an open file .*: --fd \1=NETNS says what it is here/)
    expect(err).toContain('nothing was sent')
    expect(sh('ip -n again -br link')).not.toContain('br0')
    const fd = /IFLA_NET_NS_FD (\d+)/.exec(err)![1]
    const missing = await nlDump('replay', '--netns', 'again', '--fd', `${fd}=nosuch`, file)
    expect(missing).toMatchObject({ status: 1, out: '', err: expect.stringContaining('"nosuch"') })
    sh('ip -n other link delete v2')
    expect(await nlDump('replay', '--netns', 'again', '--fd', `${fd}=other`, file)).toMatchObject({
      status: 0,
      err: '',
    })
    expect(sh('ip -n other -br link')).toContain('v2@')
  })

  it('finds generic families by name, and asks lists in old forms', async () => {
    const file = recorded(
      'generic',
      'ip mptcp endpoint add 192.0.2.9 id 3',
      'ip mptcp endpoint show',
      'bridge fdb show',
    )
    const { status, out } = await nlDump('replay', '--netns', 'again', file)
    expect(out).toMatch(/MPTCP_PM_CMD_ADD_ADDR .*\[nlmsg_type \d+ → \d+ \(mptcp_pm\)\] {2}the same: ok/)
    expect(status).toBe(0)
    expect(sh('ip -n again mptcp endpoint show')).toBe(sh('ip -n story mptcp endpoint show'))
  })

  it('waits between requests as the recorded program did, where it is told to', async () => {
    const file = join(directory, 'paced.hex')
    const request = '> 2000000012000500010000000000000000000000010000000000000000000000\n'
    const at = (time: string): string => `# protocol: route  time: 2026-01-01T00:00:0${time}Z\n${request}`
    writeFileSync(file, at('0.0') + at('0.2') + at('0.4'))
    const start = performance.now()
    const { status, out } = await nlDump('replay', '--netns', 'again', '--pace', file)
    expect(performance.now() - start).toBeGreaterThan(395)
    expect(status).toBe(0)
    expect(out).toMatch(/sent: 1 message; the capture has no answer\n/)
  })

  it('says which namespace is missing', async () => {
    const { status, err } = await nlDump('replay', '--netns', 'nosuch', 'fixtures/link/add-veth.hex')
    expect(status).toBe(1)
    expect(err).toContain('--netns nosuch: network namespace "nosuch" (/run/netns/nosuch) does not exist')
  })
})
