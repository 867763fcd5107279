// Where objects' maps are pinned, so that several programs share them: the directories that iproute2 uses.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readlinkSync, statfsSync } from 'node:fs'
import { bpfPinned } from '../sys/libc.ts'
import { codeOf } from '../sys/netns-path.ts'
import { BpfError } from './error.ts'

const BPF_FS_MAGIC = 0xcafe4a11
/** Where iproute2 looks, unless TC_BPF_MNT says where it is. */
const KNOWN = ['/sys/fs/bpf', '/bpf']

const isBpf = (path: string): boolean => {
  try {
    return statfsSync(path).type === BPF_FS_MAGIC
  } catch {
    return false
  }
}

/** A BPF file system; undefined: none is mounted. */
function mounted(): string | undefined {
  const said = process.env['TC_BPF_MNT']
  if (said !== undefined) return isBpf(said) ? said : undefined
  const lines = readFileSync('/proc/self/mounts', 'utf8').split('\n')
  const others = lines.flatMap(line => (line.split(' ')[2] === 'bpf' ? [line.split(' ')[1]!] : []))
  return [...KNOWN, ...others].find(isBpf)
}

/** The directory for a map that is pinned; made where it is not there. `object`: the bytes of the object file. */
export function pinDirectory(pin: 'shared' | 'object', object: Uint8Array, file: string, map: string): string {
  const base = mounted()
  if (base === undefined) {
    const said = process.env['TC_BPF_MNT']
    const where = said === undefined ? '' : ` at ${said} (TC_BPF_MNT)`
    const what = `map '${map}' is to be pinned, and no BPF file system is mounted${where}`
    throw new BpfError('ENOENT', file, `${what}: mount -t bpf bpf ${said ?? KNOWN[0]}`)
  }
  const directory = `${base}/tc/${pin === 'shared' ? 'globals' : createHash('sha1').update(object).digest('hex')}`
  makeDirectory(directory, file, map)
  return directory
}

export function makeDirectory(directory: string, file: string, map: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new BpfError(codeOf(error), file, `map '${map}' is to be pinned: ${(error as Error).message}`, '', error)
  }
}

/** A descriptor of what is pinned at `path`, which must be a `bpf-map` or a `bpf-prog`; undefined: nothing is. */
export function pinned(path: string): { readonly fd: number; readonly kind: string } | undefined {
  try {
    const fd = bpfPinned(path)
    return { fd, kind: readlinkSync(`/proc/self/fd/${fd}`).replace('anon_inode:', '') }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}
