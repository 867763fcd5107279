// netns.watch(): names that come and go, and links that move, with the names of both namespaces.
import { expect, test } from 'vitest'
import { link, Netlink, netns } from '../../src/index.ts'

test('tells of names, and of links that move from, to and between', async () => {
  using host = Netlink.open()
  netns.create('w1').close()
  host.runSync(link.add({ kind: 'veth', name: 'm0', peer: { name: 'm1' } }))
  const watch = netns.watch()
  const next = async (): Promise<unknown> => (await watch.next()).value
  netns.create('w2').close()
  expect(await next()).toEqual({ type: 'add', name: 'w2' })
  host.runSync(link.set('m0', { netns: 'w1' }))
  expect(await next()).toMatchObject({ type: 'moved', link: 'm0', from: undefined, to: 'w1' })
  using one = Netlink.open({ netns: 'w1' })
  one.runSync(link.set('m0', { netns: 'w2' }))
  expect(await next()).toMatchObject({ type: 'moved', link: 'm0', from: 'w1', to: 'w2' })
  using two = Netlink.open({ netns: 'w2' })
  two.runSync(link.set('m0', { netns: { pid: process.pid } }))
  expect(await next()).toMatchObject({ type: 'moved', link: 'm0', from: 'w2', to: undefined })
  host.runSync(link.delete('m0'))
  one.close()
  two.close()
  await netns.delete('w1')
  expect(await next()).toEqual({ type: 'delete', name: 'w1' })
  await netns.delete('w2')
  expect(await next()).toEqual({ type: 'delete', name: 'w2' })
  await watch.return?.()
})
