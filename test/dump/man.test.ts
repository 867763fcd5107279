// The man pages are what the tables make, and troff that a formatter takes.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { nlDumpPage } from '../../scripts/man.ts'
import { netloomPage } from '../../scripts/man-netloom.ts'

const page = (name: string): string => fileURLToPath(new URL(`../../man/${name}`, import.meta.url))

it('man/nl-dump.1 is what scripts/man.ts makes', async () => {
  expect(readFileSync(page('nl-dump.1'), 'utf8'), "it is out of date: run 'npm run man'").toBe(await nlDumpPage())
})

it('man/netloom.1 is what scripts/man.ts makes', () => {
  expect(readFileSync(page('netloom.1'), 'utf8'), "it is out of date: run 'npm run man'").toBe(netloomPage())
})

it.each(['nl-dump.1', 'netloom.1'])('man/%s formats without a warning', name => {
  const { error, stdout, stderr } = spawnSync('man', ['--warnings', '--encoding=ascii', '-l', page(name)], {
    encoding: 'utf8',
    env: { ...process.env, MANPAGER: 'cat', PAGER: 'cat', LC_ALL: 'C.UTF-8' },
  })
  if (error) return console.log(`not checked: there is no man here (${error.message})`)
  expect(stderr).toBe('')
  expect(stdout).toContain('SYNOPSIS')
  expect(stdout).toContain('EXIT STATUS')
})
