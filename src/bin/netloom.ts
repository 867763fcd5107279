// The command: netloom, and ip, bridge, tc or brctl when it is called through a link of that name.
import { basename } from 'node:path'
import { main } from '../cli/main.ts'

const AS = new Set(['ip', 'bridge', 'tc', 'brctl'])
const called = basename(process.argv[1] ?? '').replace(/\.[jt]s$/, '')
void main(process.argv.slice(2), AS.has(called) ? called : 'netloom').then(status => {
  process.exitCode = status
})
