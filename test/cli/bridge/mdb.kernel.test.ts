// The words of `bridge mdb` that iproute2 6.1 has not: against this kernel, told as iproute2's newer versions tell it.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createNamed, deleteNamed } from '../../../src/netns/named.ts'
import { must } from '../../netns/harness.ts'
import { OURS, ours } from '../differential/twins.ts'

beforeAll(() => {
  createNamed(OURS.work)
  must(`ip netns exec ${OURS.work} sh -e <<'END'
    ip link add br0 address 02:00:00:00:00:10 type bridge mcast_igmp_version 3
    ip link add v1 address 02:00:00:00:00:01 type veth peer name v2 address 02:00:00:00:00:02
    ip link set v1 master br0 up
    ip link set v2 up
    ip link set br0 up
    ip link add vx0 address 02:00:00:00:00:20 type vxlan id 10 dstport 4789 local 192.0.2.1
    ip link set vx0 up
END`)
})
afterAll(() => deleteNamed(OURS.work))

/** What a command says, on both outputs, and its status where it is not 0. */
async function said(command: string): Promise<string> {
  const { out, err, status } = await ours(command)
  return `${out}${err}${status === 0 ? '' : `status ${status}\n`}`
}

it('filter_mode, source_list and proto; replace and get', async () => {
  const group = 'dev br0 port v1 grp 239.1.1.1'
  expect(await said(`bridge mdb add ${group} filter_mode include source_list 192.0.2.7,192.0.2.8 proto zebra`)).toBe('')
  const told = 'source_list 192.0.2.8/N,192.0.2.7/N'
  const timers = (text: string): string => text.replace(/(?<=\/)\d+\.\d+/g, 'N')
  expect(timers(await said('bridge -d mdb get dev br0 grp 239.1.1.1'))).toBe(
    `dev br0 port v1 grp 239.1.1.1 temp filter_mode include ${told} proto zebra \n`,
  )
  expect(await said('bridge -d mdb get dev br0 grp 239.1.1.1 src 192.0.2.7')).toBe(
    'dev br0 port v1 grp 239.1.1.1 src 192.0.2.7 temp filter_mode include proto zebra \n',
  )
  expect(await said(`bridge mdb replace ${group} permanent filter_mode exclude source_list 192.0.2.9 proto bgp`)).toBe(
    '',
  )
  expect(await said('bridge -j -d mdb get dev br0 grp 239.1.1.1')).toBe(
    '[{"index":2,"dev":"br0","port":"v1","grp":"239.1.1.1","state":"permanent","filter_mode":"exclude",' +
      '"source_list":[{"address":"192.0.2.9","timer":"0.00"}],"protocol":"bgp","flags":[]}]\n',
  )
  expect(await said('bridge mdb get dev br0 grp 239.9.9.9')).toContain('status 254')
})

it('VXLAN: dst, dst_port, vni, src_vni, via', async () => {
  const entry = 'dev vx0 port vx0 grp 239.1.1.1 permanent dst 198.51.100.1'
  expect(await said(`bridge mdb add ${entry} dst_port 4790 vni 20 src_vni 10 via v2`)).toBe('')
  // The device's own port is no news.
  expect(await said(`bridge mdb add ${entry.replace('1.1.1', '1.1.2')} dst_port 4789`)).toBe('')
  expect(await said('bridge mdb get dev vx0 grp 239.1.1.1 src_vni 10')).toBe(
    'dev vx0 port vx0 grp 239.1.1.1 permanent dst 198.51.100.1 dst_port 4790 vni 20 via v2\n',
  )
  expect((await said('bridge mdb show dev vx0')).split('\n').sort()).toEqual([
    '',
    'dev vx0 port vx0 grp 239.1.1.1 permanent dst 198.51.100.1 dst_port 4790 vni 20 via v2',
    'dev vx0 port vx0 grp 239.1.1.2 permanent dst 198.51.100.1',
  ])
  expect(await said('bridge mdb del dev vx0 port vx0 grp 239.1.1.2 dst 198.51.100.1')).toBe('')
})

it('flush: what matches', async () => {
  for (const [group, words] of [
    ['239.2.2.1', 'permanent proto zebra'],
    ['239.2.2.2', 'permanent'],
    ['239.2.2.3', 'temp'],
  ])
    expect(await said(`bridge mdb replace dev br0 port v1 grp ${group} ${words}`)).toBe('')
  const left = async (): Promise<string[]> =>
    [...(await said('bridge mdb show dev br0')).matchAll(/grp 239\.2\.2\.(\d)/g)].map(([, last]) => last!).sort()
  expect(await left()).toEqual(['1', '2', '3'])
  expect(await said('bridge mdb flush dev br0 proto zebra')).toBe('')
  expect(await left()).toEqual(['2', '3'])
  expect(await said('bridge mdb flush dev br0 port v1 nopermanent')).toBe('')
  expect(await left()).toEqual(['2'])
  expect(await said('bridge mdb flush dev vx0 dst 198.51.100.1 vni 20 dst_port 4790')).toBe('')
  expect(await said('bridge mdb show dev vx0')).toBe('')
})

it.each([
  ['add dev br0 port v1 grp 239.1.1.1 filter_mode includ', 'Invalid filter mode "includ"', 'did you mean include?'],
  ['add dev br0 port v1 grp 239.1.1.1 source_list 192.0.2.1,x', 'Invalid source entry "x" in source list', 'expected'],
  ['add dev br0 port v1 grp 239.1.1.1 proto zebr', 'Invalid protocol value "zebr"', 'did you mean zebra?'],
  ['add dev br0 port v1 grp 239.1.1.1 dst x', 'Invalid underlay destination address "x"', 'address is expected'],
  ['add dev br0 port v1 grp 239.1.1.1 dst_port x', 'invalid port', '/etc/services'],
  ['add dev br0 port v1 grp 239.1.1.1 vni 16777216', 'invalid destination VNI', 'from 0 to 16777215'],
  ['add dev br0 port v1 grp 239.1.1.1 via nosuch', 'Cannot find device "nosuch"', 'no link'],
  ['add dev br0 port v1 grp 239.1.1.1 source_lis 1', '"source_lis" is unknown', 'did you mean source_list?'],
  ['get dev br0', 'Device and group address are required arguments.', ''],
  ['flush', 'Device is a required argument.', ''],
  ['flush dev br0 nopermanen', '"nopermanen" is unknown', 'did you mean nopermanent?'],
  ['flus dev br0', 'Command "flus" is unknown', 'did you mean flush?'],
])('bridge mdb %s', async (command, complaint, hint) => {
  const { err, status } = await ours(`bridge mdb ${command}`)
  expect(err).toContain(complaint)
  expect(err).toContain(hint)
  expect(status).toBe(255)
})
