// nl-dump code: the programs of all fixtures, as one, are TypeScript that the compiler takes.
import { spawnSync } from 'node:child_process'
import { createReadStream, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { run } from '../../src/dump/command.ts'
import { fixtureFiles, fixtures } from '../dump/bytes.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const directory = `${root}node_modules/.cache/netloom/code-${process.pid}`

it('compiles', async () => {
  let program = ''
  const io = { version: '', colors: false, out: async (text: string) => void (program += text), err: () => {} }
  await run(['code', ...fixtureFiles.map(file => fixtures + file)], { ...io, open: path => createReadStream(path) })
  expect(program.match(/^await /gm)!.length).toBeGreaterThan(1000)
  mkdirSync(directory, { recursive: true })
  try {
    writeFileSync(`${directory}/package.json`, '{ "type": "module" }')
    writeFileSync(`${directory}/again.ts`, program)
    const paths = { netloom: [`${root}src/index.ts`] }
    const config = { extends: `${root}tsconfig.json`, compilerOptions: { paths }, include: ['again.ts'] }
    writeFileSync(`${directory}/tsconfig.json`, JSON.stringify(config))
    const { status, stdout } = spawnSync(`${root}node_modules/.bin/tsc`, ['-p', directory], { encoding: 'utf8' })
    expect(stdout).toBe('')
    expect(status).toBe(0)
  } finally {
    rmSync(directory, { recursive: true })
  }
}, 300_000)
