// Every exported function has an example, and those that need no kernel do what they say.
import { describe, expect, test } from 'vitest'
import { EXAMPLES, exportedFunctions, runExample } from './examples.ts'

describe.each(['index.ts', 'dump/index.ts', 'testing/index.ts'])('%s', entry => {
  test('every exported function has an example', () => {
    const without = exportedFunctions(entry).filter(
      one => !EXAMPLES.some(({ file, name }) => file === one.file && name === one.name),
    )
    expect(without.map(({ file, name }) => `${file}: ${name}`)).toEqual([])
  })
})

test.each(EXAMPLES.filter(({ kernel }) => !kernel))('the example of $name in $file', async example => {
  const { printed, promised } = await runExample(example)
  if (promised) expect(printed).toEqual(promised)
})
