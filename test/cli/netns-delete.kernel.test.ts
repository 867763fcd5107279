// `netloom netns delete` looks inside first; called as `ip` it deletes as `ip` does.
import { expect, test } from 'vitest'
import { machine } from '../../src/cli/host.ts'
import { main } from '../../src/cli/main.ts'
import { link, Netlink, netns } from '../../src/index.ts'

async function run(program: string, ...args: string[]): Promise<{ status: number; err: string }> {
  let err = ''
  const status = await main(args, program, { ...machine, out: () => {}, err: text => void (err += text) })
  return { status, err }
}
const names = (): string[] => netns.list().map(({ name }) => name)

test('a living process keeps it; --kill ends it', async () => {
  using ns = netns.create('kept')
  const { pid } = ns.spawn('sleep', ['1000'], { stdio: 'ignore' })
  ns.close()
  const refused = await run('netloom', 'netns', 'delete', 'kept')
  expect(refused).toMatchObject({ status: 1, err: expect.stringContaining(`${pid} root sleep 1000`) })
  expect(refused.err).toContain('(--kill)')
  expect(names()).toContain('kept')
  await expect(run('netloom', 'netns', 'del', 'kept', '--kill', '--wait')).resolves.toMatchObject({ status: 0 })
  expect(names()).not.toContain('kept')
})

test('--force takes the name alone; as ip, no option is needed', async () => {
  for (const [program, ...options] of [['netloom', '--force'], ['ip']] as [string, ...string[]][]) {
    using ns = netns.create('left')
    const child = ns.spawn('sleep', ['1000'], { stdio: 'ignore' })
    const { status, err } = await run(program, 'netns', 'delete', 'left', ...options)
    expect({ status, names: names() }).toEqual({ status: 0, names: [] })
    expect(err).toContain('lives on until its processes end')
    child.kill('SIGKILL')
  }
})

test('--rescue and --to move devices out first', async () => {
  using host = Netlink.open()
  netns.create('from').close()
  using to = netns.create('to')
  host.runSync(link.add({ kind: 'veth', name: 'out0', peer: { name: 'in0', netns: 'from' } }))
  const { status, err } = await run('netloom', 'netns', 'delete', 'from', '--rescue', 'all', '--to', 'to')
  expect({ status, err }).toEqual({ status: 0, err: 'netloom: in0 was moved out, as in0\n' })
  using inside = Netlink.open({ netns: to })
  expect(inside.runSync(link.get('in0')).name).toBe('in0')
  host.runSync(link.delete('out0'))
  inside.close()
  to.close()
  await netns.delete('to')
})

test('an unknown option is pointed at', async () => {
  netns.create('there').close()
  const { status, err } = await run('netloom', 'netns', 'delete', 'there', '--kil')
  expect({ status, names: names() }).toEqual({ status: 255, names: ['there'] })
  expect(err).toContain('expected: --kill, --force, --wait, --rescue, --to')
  await netns.delete('there')
})
