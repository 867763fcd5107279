// The calls of docs/from-ip-and-brctl.md, run from top to bottom of each table; and the article's, as it retells them.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { Netlink } from '../../src/index.ts'
import { runExample } from './examples.ts'
import { clear, furnish } from './scene.ts'

const read = (name: string): string => readFileSync(join(import.meta.dirname, '../../docs', name), 'utf8')
const host = Netlink.open()
beforeEach(() => clear(host))
afterAll(async () => {
  await clear(host)
  host.close()
})
const run = (name: string, code: string) => runExample({ file: 'docs', name, code, kernel: true }, host)

const sections = read('from-ip-and-brctl.md').split(/^## /m).slice(1)
test.each(sections.map(text => [text.slice(0, text.indexOf('\n')), text] as const))('%s', async (name, text) => {
  await furnish(host)
  const calls = [...text.matchAll(/^\|.*\| `([^`]*)` \|$/gm)].map(([, call]) => call!)
  expect(calls.length).toBeGreaterThan(5)
  for (const call of calls)
    await run(name, call).catch(error => {
      throw new Error(`${call}: ${error.message}`, { cause: error })
    })
})

test('the article retold', async () => {
  const code = [...read('the-article-retold.md').matchAll(/```ts\n([\s\S]*?)```/g)].map(([, part]) => part).join('\n')
  const { printed, promised } = await run('article', code)
  expect(printed).toEqual(promised)
})
