// One step with named namespaces as a process of its own, for the tests: play.ts create|delete NAME, attach NAME PID,
// exec NAME COMMAND…. Bundled by harness.ts, because a start through tsx is slow.
import { writeSync } from 'node:fs'
import { ExecError, execIn, inheritedDescriptors } from '../../src/netns/exec.ts'
import { attachNamed, createNamed, deleteNamed } from '../../src/netns/named.ts'
import { openNetns } from '../../src/sys/netns-path.ts'

const [step, name = '', ...rest] = process.argv.slice(2)

const STEPS: Readonly<Record<string, () => void>> = {
  create: () => createNamed(name),
  delete: () => deleteNamed(name),
  attach: () => attachNamed(name, Number(rest[0])),
  exec: () => execIn(openNetns(name), name, rest[0] ?? '', rest.slice(1), { inherit: inheritedDescriptors() }),
}

try {
  STEPS[step ?? '']!()
} catch (error) {
  writeSync(2, `${error instanceof Error ? error.message : error}\n`)
  process.exitCode = error instanceof ExecError ? error.exitStatus : 3
}
