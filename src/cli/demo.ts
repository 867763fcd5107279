// `netloom demo`: the story of network namespaces, a bridge and a ping, played on the running kernel in private
// namespaces of its own: each command as one would type it, done through the library, with what the kernel answered.
import { writeFileSync } from 'node:fs'
import pc from 'picocolors'
import { Netlink } from '../client.ts'
import { NetlinkError } from '../netlink/error.ts'
import type { Request } from '../netlink/request.ts'
import { NetnsBusyError } from '../netns/delete.ts'
import * as netns from '../netns/netns.ts'
import type { PingResult } from '../netns/ping.ts'
import { furnishSandbox, insideSandbox, runInSandbox } from '../netns/sandbox.ts'
import * as address from '../ops/address.ts'
import * as link from '../ops/link.ts'
import * as nsid from '../ops/nsid.ts'
import type { Link } from '../route/link.ts'
import { draw, type Place } from '../topology/draw.ts'
import { brctlShow } from './bridge/print-link.ts'
import { printAddresses } from './ip/print-address.ts'
import { printLinks } from './ip/print-link.ts'

const HELP = `usage: netloom demo

Plays the story in private mount, network and pid namespaces: the machine's own network is not touched, nothing is
left behind. Root, or an ordinary user where the kernel permits user namespaces.
`

/** Answers the exit status. */
export async function demo(args: readonly string[]): Promise<number> {
  if (args.length > 0) {
    const help = ['--help', '-h', 'help'].includes(args[0]!)
    process[help ? 'stdout' : 'stderr'].write(help ? HELP : `netloom demo takes no '${args[0]}'\n${HELP}`)
    return help ? 0 : 255
  }
  if (!insideSandbox()) return runInSandbox()
  furnishSandbox()
  return new Story().play()
}

/** The addresses of the story (documentation's, RFC 5737). */
const HOST = '192.0.2.10'
const INSIDE = '192.0.2.11'
const WIRE = '192.0.2.1'
/** A bridge's id is the lowest address of its ports: with this one it is eth0's, as in the story. */
const ETH0 = '26:3e:ce:c5:de:de'
const VETH1 = 'ae:1d:06:7e:57:01'
/** Milliseconds that a ping which cannot arrive is waited for. */
const IMPATIENCE = 300

class Story {
  readonly #host = Netlink.open()
  readonly #ns1 = netns.create('ns1')
  readonly #ns2 = netns.create('ns2')
  readonly #inside = Netlink.open({ netns: this.#ns1 })
  /** What eth0 is plugged into: a namespace without a name, whose end of the pair is the wire. */
  readonly #wire = netns.temporary()
  #failures = 0

  async play(): Promise<number> {
    try {
      this.#before()
      await this.#bridge()
      await this.#clean()
    } finally {
      for (const open of [this.#host, this.#inside, this.#ns1, this.#ns2, this.#wire]) open.close()
    }
    return this.#failures === 0 ? 0 : 1
  }

  // ── before ───────────────────────────────────────────────────────────────

  #before(): void {
    title('Before')
    say(
      'Namespaces ns1 and ns2 exist, and veth1 joins ns1 to somewhere. eth0 and eth1 are the real devices: here two',
      'veth ends, their other ends the wire. eth0 has an address; eth1 was moved into ns1.',
    )
    const host = this.#host
    host.runSync(link.set('lo', { up: true }))
    host.batchSync([
      link.add({ kind: 'veth', name: 'veth1', netns: this.#ns1, peer: { name: 'veth0' } }),
      link.add({
        kind: 'veth',
        name: 'eth0',
        address: ETH0,
        up: true,
        peer: { name: 'wire0', netns: this.#wire },
      }),
      link.add({ kind: 'veth', name: 'eth1', netns: this.#ns1, peer: { name: 'wire1', netns: this.#wire } }),
      address.add({ dev: 'eth0', address: `${HOST}/24`, broadcast: true }),
    ])
    using wire = Netlink.open({ netns: this.#wire })
    wire.batchSync([address.add({ dev: 'wire0', address: `${WIRE}/24` }), link.set('wire0', { up: true })])
    this.#draw()
  }

  // ── building a bridge ────────────────────────────────────────────────────

  async #bridge(): Promise<void> {
    const host = this.#host
    const inside = this.#inside
    title('Building a bridge')
    this.#do('ip netns exec ns1 ip link delete veth1', inside, link.delete('veth1'))
    this.#do(
      'ip link add name veth1 type veth peer name veth2',
      host,
      link.add({ kind: 'veth', name: 'veth1', address: VETH1, peer: { name: 'veth2' } }),
    )
    this.#show('ip link', () => this.#links(host))
    this.#show('ip -f inet addr show eth0', () => this.#addresses('eth0'))
    say('First, a demolition: the bridge takes the address over.')
    this.#do(`ip addr del ${HOST}/24 dev eth0`, host, address.delete({ dev: 'eth0', address: `${HOST}/24` }))
    this.#do('brctl addbr br0', host, link.add({ kind: 'bridge', name: 'br0' }))
    this.#do(`ip addr add ${HOST}/24 dev br0`, host, address.add({ dev: 'br0', address: `${HOST}/24` }))
    this.#do('ip link set br0 up', host, link.set('br0', { up: true }))
    this.#show('ip -f inet addr show br0', () => this.#addresses('br0'))
    this.#do('brctl addif br0 eth0', host, link.set('eth0', { master: 'br0' }))
    this.#do('brctl addif br0 veth1', host, link.set('veth1', { master: 'br0' }))
    this.#show('brctl show', () => brctlShow(host.runSync(link.list())))
    this.#do('ip link set veth2 netns ns1', host, link.set('veth2', { netns: this.#ns1 }))
    this.#do(
      `ip netns exec ns1 ip addr add ${INSIDE}/24 dev veth2`,
      inside,
      address.add({ dev: 'veth2', address: `${INSIDE}/24` }),
    )
    this.#do('ip netns exec ns1 ip link set lo up', inside, link.set('lo', { up: true }))
    this.#do('ip netns exec ns1 ip link set veth2 up', inside, link.set('veth2', { up: true }))
    await this.#pings()
    this.#draw()
  }

  async #pings(): Promise<void> {
    this.#hurry()
    await this.#ping(HOST, false)
    await this.#explain()
    this.#do('ip link set veth1 up', this.#host, link.set('veth1', { up: true }))
    await this.#ping(HOST, true)
    say('And across the bridge, out of eth0, to a machine on the wire:')
    await this.#ping(WIRE, true)
  }

  /** What the ping that fails asked for is asked for again only a second later: here, sooner. */
  #hurry(): void {
    this.#ns1.run(() => writeFileSync('/proc/sys/net/ipv4/neigh/veth2/retrans_time_ms', '50'))
  }

  /** Looks at both ends and says what keeps the ping from arriving. */
  async #explain(): Promise<void> {
    const near = await this.#settled()
    const far = this.#host.runSync(link.get(near.link!))
    this.#show('ip netns exec ns1 ip link show veth2', () => printLinks([near]))
    const cause = near.up && near.carrier === false && !far.up
    this.#expect(cause, 'veth2 has no carrier because its other end is down')
    say(
      `Why: veth2 is up, but has no carrier (NO-CARRIER): its other end, ${far.name} on the bridge, was never set up. Where something else`,
      "brings new devices up, it 'just works'; everywhere else it fails 'inexplicably'.",
    )
  }

  /** veth2, when the kernel has noted what its carrier is (net/core/link_watch.c: at most once a second), or soon. */
  async #settled(): Promise<Link> {
    const PATIENCE = 1000
    const deadline = performance.now() + PATIENCE
    for (;;) {
      const near = this.#inside.runSync(link.get('veth2'))
      if (near.operState !== 'unknown' || performance.now() > deadline) return near
      await new Promise(resolve => setTimeout(resolve, 20))
    }
  }

  // ── cleaning up ──────────────────────────────────────────────────────────

  async #clean(): Promise<void> {
    const inside = this.#inside
    title('Cleaning up')
    this.#isMissing('ip netns exec ns1 ip link delete', inside, 'veth1')
    say('Why: veth1 sits on br0, outside, since the beginning of this chapter; the end inside ns1 is veth2.')
    this.#do('ip netns exec ns1 ip link delete veth2', inside, link.delete('veth2'))
    this.#do('ip netns exec ns1 ip link set eth1 netns 1', inside, link.set('eth1', { netns: { pid: 1 } }))
    await this.#delete()
    this.#do('ip link delete br0', this.#host, link.delete('br0'))
    this.#do(
      `ip addr add ${HOST}/24 dev eth0`,
      this.#host,
      address.add({ dev: 'eth0', address: `${HOST}/24`, broadcast: true }),
    )
    say('eth0 has its address again, eth1 is back, nothing was lost:')
    this.#draw()
  }

  /** Processes first, or what is inside is lost. */
  async #delete(): Promise<void> {
    const watch = netns.watch()
    const child = this.#ns1.spawn('sleep', ['1000'], { stdio: 'ignore' })
    this.#show('ip netns pids ns1', () =>
      this.#ns1
        .processes()
        .map(({ pid }) => `${pid}\n`)
        .join(''),
    )
    this.#show(`ip netns identify ${child.pid}`, () => `${netns.identify(child.pid!).join('\n')}\n`)
    command('ip netns del ns1')
    try {
      await netns.delete('ns1')
      this.#expect(false, 'a namespace with a living process was deleted')
    } catch (error) {
      if (!(error instanceof NetnsBusyError)) throw error
      output(pc.red(`${error.message}\n`.replace(/^(?=.)/gm, '  ')))
    }
    say('`ip` would have deleted the name and left the process, and a real device inside would be lost with it.')
    command('ip netns pids ns1 | xargs kill; ip netns del ns1')
    this.#inside.close()
    this.#ns1.close()
    const { ended } = await netns.delete('ns1', { kill: true })
    output(pc.dim(`  ended ${ended.map(({ pid }) => pid).join(', ')}; ns1 is gone\n`))
    command('ip netns del ns2')
    this.#ns2.close()
    await netns.delete('ns2')
    output(pc.dim('  ns2 is gone\n'))
    await this.#told(watch)
  }

  /** What `ip netns monitor` says while ns1 and ns2 are deleted. */
  async #told(watch: ReturnType<typeof netns.watch>): Promise<void> {
    command('ip netns monitor   (since the kill)')
    const heard: string[] = []
    for (let i = 0; i < 2; i++) {
      const { value: event } = await watch.next()
      if (event?.type === 'add' || event?.type === 'delete') heard.push(`${event.type} ${event.name}`)
    }
    await watch.return?.()
    output(`${heard.map(line => `  ${line}\n`).join('')}`)
    this.#expect(heard.join() === 'delete ns1,delete ns2', 'the watch tells of both')
  }

  // ── how a step is played ─────────────────────────────────────────────────

  #do(typed: string, connection: Netlink, request: Request<unknown, any>): void {
    command(typed)
    try {
      connection.runSync(request)
    } catch (error) {
      this.#expect(false, (error as Error).message)
    }
  }

  #isMissing(typed: string, connection: Netlink, name: string): void {
    command(`${typed} ${name}`)
    try {
      connection.runSync(link.delete(name))
      this.#expect(false, `${name} was to be missing`)
    } catch (error) {
      if (!(error instanceof NetlinkError) || error.code !== 'ENODEV') throw error
      output(pc.red(`  Cannot find device "${name}"\n`))
    }
  }

  #show(typed: string, print: () => string): void {
    command(typed)
    output(print().replace(/^(?=.)/gm, '  '))
  }

  async #ping(target: string, arrives: boolean): Promise<void> {
    command(`ip netns exec ns1 ping -c ${arrives ? 2 : 1} ${target}`)
    const result = await this.#ns1.ping(target, {
      count: arrives ? 2 : 1,
      timeout: arrives ? 1000 : IMPATIENCE,
      interval: 50,
    })
    output(pingText(result))
    this.#expect(result.received > 0 === arrives, `the ping to ${target} ${arrives ? 'arrives' : 'does not arrive'}`)
  }

  #expect(holds: boolean, what: string): void {
    if (holds) return
    this.#failures++
    output(pc.red(`  not as the story goes: ${what}\n`))
  }

  #links(connection: Netlink): string {
    return printLinks(connection.runSync(link.list({ statistics: false })))
  }

  #addresses(dev: string): string {
    const shown = this.#host.runSync(link.get(dev))
    return printAddresses([shown], this.#host.runSync(address.list({ dev, family: 'inet' })), { family: 'inet' })
  }

  #draw(): void {
    output('\n')
    output(draw(this.#places()).replace(/^.+$/gm, line => pc.cyan(`  ${line}`)))
  }

  #places(): Place[] {
    const spaces = new Map<string, netns.Netns>([['the wire', this.#wire]])
    for (const { name, stale } of netns.list()) if (!stale) spaces.set(name, name === 'ns1' ? this.#ns1 : this.#ns2)
    return [
      place('host', this.#host, new Map(spaces)),
      ...[...spaces].map(([name, space]) => {
        using there = Netlink.open({ netns: space })
        return place(name, there, new Map([...spaces]))
      }),
    ]
  }
}

/** What is drawn of a namespace; peers are found by the links' own indexes, the namespaces by name. */
function place(name: string, connection: Netlink, spaces: ReadonlyMap<string, netns.Netns>): Place {
  using home = netns.current()
  const links = connection.runSync(link.list({ statistics: false }))
  const ids = new Map<number, string>()
  const needed = links.some((l: Link) => l.linkNetnsId !== undefined)
  if (needed) {
    for (const [other, space] of [['host', home], ...spaces] as [string, netns.Netns][]) {
      const id = other === name ? undefined : idIn(connection, space)
      if (id !== undefined) ids.set(id, other)
    }
  }
  return { name, links, addresses: connection.runSync(address.list()), netns: id => ids.get(id) }
}

const idIn = (connection: Netlink, space: netns.Netns): number | undefined => connection.runSync(nsid.get(space))

// ── printing ───────────────────────────────────────────────────────────────

const output = (text: string): void => {
  process.stdout.write(text)
}
const title = (text: string): void => output(`\n${pc.bold(text)}\n`)
const say = (...lines: string[]): void => output(`${lines.map(line => pc.dim(`# ${line}\n`)).join('')}`)
const command = (typed: string): void => output(`${pc.green('$')} ${pc.bold(typed)}\n`)

function pingText({ address: target, sent, received, replies }: PingResult): string {
  const lines = replies.map(({ sequence, time, error }) =>
    time === undefined
      ? pc.red(`  ${target}: icmp_seq=${sequence} ${error}\n`)
      : `  reply from ${target}: icmp_seq=${sequence} time=${time.toFixed(3)} ms\n`,
  )
  return `${lines.join('')}  ${sent} sent, ${received} received\n`
}
