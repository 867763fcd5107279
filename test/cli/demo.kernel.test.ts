// The demo plays the whole story by itself, in a world of its own, and leaves nothing.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const tsx = fileURLToPath(new URL('../../node_modules/.bin/tsx', import.meta.url))
const command = fileURLToPath(new URL('../../src/bin/netloom.ts', import.meta.url))
const links = (): string => spawnSync('ip', ['-o', 'link'], { encoding: 'utf8' }).stdout

test('the story is played to its end', () => {
  const before = links()
  const { status, stdout, stderr } = spawnSync(tsx, [command, 'demo'], { encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(status, stdout).toBe(0)
  for (const line of [
    '8000.263ecec5dede',
    'veth1 on the bridge, was never set up',
    'reply from 192.0.2.10: icmp_seq=1',
    'reply from 192.0.2.1: icmp_seq=1',
    'Cannot find device "veth1"',
    'ns1 is gone',
    'delete ns1',
    'eth1 DOWN',
  ])
    expect(stdout).toContain(line)
  expect(stdout).not.toContain('not as the story goes')
  expect(links()).toBe(before)
  expect(readdirSync('/run/netns')).toEqual([])
})

test('it says what it does not understand', () => {
  const { status, stderr } = spawnSync(tsx, [command, 'demo', '--fast'], { encoding: 'utf8' })
  expect(status).toBe(255)
  expect(stderr).toContain("takes no '--fast'")
})
