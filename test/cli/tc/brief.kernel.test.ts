// `tc -br filter show`: the kernel breaks a terse dump off at a kind that it cannot tell tersely. tc shows what came before;
// ours lists again, in full.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { machine } from '../../../src/cli/host.ts'
import { main } from '../../../src/cli/main.ts'
import { must } from '../../netns/harness.ts'

beforeEach(() => {
  must(
    'ip netns add brief; ip -n brief link add v1 type veth peer name v2; tc -n brief qdisc add dev v1 clsact;' +
      'tc -n brief filter add dev v1 ingress pref 1 protocol ip u32 match u32 0 0 classid 1:1',
  )
})
afterEach(() => {
  must('ip netns del brief')
})

test.each([
  ['-br', /^filter protocol ip pref 1 u32 chain 0 \n.*fh 800: .*\n.*fh 800::800 /],
  ['-br -j', /^\[\{"protocol":"ip","pref":1,"kind":"u32","chain":0\},.*\}\]\n$/],
])('%s', async (options, text) => {
  let out = ''
  const host = { ...machine, out: (part: string) => void (out += part), err: (part: string) => void (out += part) }
  const words = [...options.split(' '), '-n', 'brief', 'filter', 'show', 'dev', 'v1', 'ingress']
  expect(await main(words, 'tc', host)).toBe(0)
  expect(out).toMatch(text)
})
