// Deleting a namespace loses nothing: processes are seen, devices moved out, the end is waited for.
import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import { address, link, Netlink, NetnsBusyError, NetnsPinnedError, netns } from '../../src/index.ts'
import { must, openDescriptors } from './harness.ts'

afterEach(() => {
  spawnSync('bash', [
    '-c',
    'for n in $(ip netns list | cut -d" " -f1); do ip netns del $n; done; ip link del keep0 2>/dev/null',
  ])
})

const names = (connection: Netlink): string[] => connection.runSync(link.list()).map(l => l.name!)

test('an empty namespace goes, and so do the ends of its veths elsewhere', async () => {
  using host = Netlink.open()
  netns.create('gone').close()
  host.runSync(link.add({ kind: 'veth', name: 'here0', peer: { name: 'there0', netns: 'gone' } }))
  const before = openDescriptors()
  await expect(netns.delete('gone')).resolves.toMatchObject({ gone: true, rescued: [], ended: [] })
  expect(names(host)).not.toContain('here0')
  expect(netns.list().map(n => n.name)).not.toContain('gone')
  expect(openDescriptors()).toBe(before)
})

test('a living process keeps it, is named, and is ended when that is asked for', async () => {
  using ns = netns.create('busy')
  const child = ns.spawn('sleep', ['1000'], { stdio: 'ignore' })
  const refused = await netns.delete('busy').catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(NetnsBusyError)
  expect((refused as NetnsBusyError).message).toContain(`${child.pid} root sleep 1000`)
  expect(netns.list().map(n => n.name)).toContain('busy')
  ns.close()
  const { ended, gone } = await netns.delete('busy', { kill: { grace: 1000 } })
  expect({ pids: ended.map(p => p.pid), gone }).toEqual({ pids: [child.pid], gone: true })
})

test('force takes the name and leaves the process', async () => {
  using ns = netns.create('forced')
  const child = ns.spawn('sleep', ['1000'], { stdio: 'ignore' })
  await expect(netns.delete('forced', { force: true })).resolves.toMatchObject({ gone: false })
  expect(ns.processes().map(p => p.pid)).toEqual([child.pid])
  child.kill('SIGKILL')
})

test('chosen devices are moved out, under another name where theirs is taken', async () => {
  using host = Netlink.open()
  host.runSync(link.add({ kind: 'veth', name: 'keep0', peer: { name: 'keep1' } }))
  netns.create('wreck').close()
  using inside = Netlink.open({ netns: 'wreck' })
  host.runSync(link.set('keep1', { netns: 'wreck', name: 'keep0' }))
  inside.runSync(address.add({ dev: 'keep0', address: '192.0.2.1/24' }))
  inside.close()
  const { rescued } = await netns.delete('wreck', { rescue: device => device.name === 'keep0' })
  expect(rescued).toEqual([{ name: 'keep0', as: 'keep0_wreck' }])
  expect(names(host)).toEqual(expect.arrayContaining(['keep0', 'keep0_wreck']))
})

/** Taps are made through this file, which may be missing, or be root's alone. */
function tunWritable(): boolean {
  try {
    accessSync('/dev/net/tun', constants.R_OK | constants.W_OK)
    return true
  } catch {
    return false
  }
}

const canTap = tunWritable()
if (!canTap) console.log('/dev/net/tun cannot be written: that a tap is moved out is not tested')
test.runIf(canTap)('a tap is moved out like any other (needs /dev/net/tun)', async () => {
  netns.create('tapped').close()
  must('ip netns exec tapped ip tuntap add nd-tap mode tap')
  using host = Netlink.open()
  const { rescued } = await netns.delete('tapped', { rescue: 'all' })
  expect(rescued).toEqual([{ name: 'nd-tap', as: 'nd-tap' }])
  expect(host.runSync(link.get('nd-tap')).kind).toBe('tun')
  host.runSync(link.delete('nd-tap'))
})

test('a device that cannot be moved keeps the namespace', async () => {
  using host = Netlink.open()
  netns.create('stays').close()
  host.runSync(link.add({ kind: 'veth', name: 'keep0', peer: { name: 'keep0', netns: 'stays' } }))
  await expect(netns.delete('stays', { rescue: 'all', taken: 'refuse' })).rejects.toThrow(/EEXIST/)
  expect(netns.list().map(n => n.name)).toContain('stays')
})

test('a stale file is cleared', async () => {
  must('mkdir -p /run/netns; touch /run/netns/leftover')
  await expect(netns.delete('leftover')).resolves.toMatchObject({ gone: true })
  expect(must('ls /run/netns')).not.toContain('leftover')
})

test('what was never there is said', async () => {
  await expect(netns.delete('nowhere')).rejects.toThrow(/nowhere.*does not exist/)
})

test('what else holds it is told before anything is deleted; force deletes it all the same', async () => {
  using held = netns.create('held')
  must('touch /run/elsewhere; mount --bind /run/netns/held /run/elsewhere')
  const refused = await netns.delete('held').catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(NetnsPinnedError)
  expect((refused as Error).message).toContain(`this process has it open at fd ${held.fd}`)
  expect((refused as Error).message).toContain('mounted on /run/elsewhere')
  expect(netns.list().map(n => n.name)).toContain('held')
  await expect(netns.delete('held', { force: true })).resolves.toMatchObject({ gone: false })
  must('umount /run/elsewhere; rm /run/elsewhere')
  expect(held.processes()).toEqual([])
})

test('a socket inside, which nobody can see, is not waited for for ever', async () => {
  netns.create('socket').close()
  using inside = Netlink.open({ netns: 'socket' })
  await expect(netns.delete('socket', { timeout: 200 })).rejects.toThrow(/lives on after 200 ms/)
  expect(inside.closed).toBe(false)
})

test('a temporary namespace has no name and ends with its handle', () => {
  const before = openDescriptors()
  {
    using ns = netns.temporary()
    using inside = Netlink.open({ netns: ns })
    expect(names(inside)).toEqual(['lo'])
  }
  expect(openDescriptors()).toBe(before)
  expect(netns.list()).toEqual([])
})
