// The examples that talk to the kernel, each in the same small network (see examples.ts). What this kernel lacks is said.
import { afterAll, beforeEach, expect, test } from 'vitest'
import { Netlink, NetlinkError } from '../../src/index.ts'
import { EXAMPLES, runExample } from './examples.ts'
import { clear, furnish } from './scene.ts'

const host = Netlink.open()

beforeEach(async () => {
  await clear(host)
  await furnish(host)
})
afterAll(async () => {
  await clear(host)
  host.close()
})

test.each(EXAMPLES.filter(({ kernel }) => kernel))('the example of $name in $file', async example => {
  try {
    const { printed, promised } = await runExample(example, host)
    if (promised) expect(printed).toEqual(promised)
  } catch (error) {
    if (!(error instanceof NetlinkError) || error.code !== 'EOPNOTSUPP') throw error
    process.stdout.write(`${example.file}, ${example.name}: not on this kernel: ${error.message}\n`)
  }
})
