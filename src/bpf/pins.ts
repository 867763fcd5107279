// Where objects' maps are pinned, so that several programs share them: the directories that iproute2 uses.
import { existsSync, mkdirSync, readFileSync, readlinkSync, statfsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { crypto } from '../sys/builtin.ts'
import { bpfPinned, close } from '../sys/libc.ts'
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

export interface PinnedMap {
  readonly name: string
  /** In the directory of all objects, or in that of this one. */
  readonly pin: 'shared' | 'object'
  /** The object file, and its bytes. */
  readonly file: string
  readonly object: Uint8Array
}

/** The directory for a map that is pinned: where iproute2 pins it, or `own`. It is made where it is not there. */
export function pinDirectory(map: PinnedMap, own?: string): string {
  const { name, file } = map
  const directory = own ?? `${mountPoint(map)}/tc/${directoryName(map)}`
  if (own !== undefined && !isBpf(nearest(resolve(own))))
    throw new BpfError('ENOTDIR', file, `map '${name}' is to be pinned in ${own}, which is in no BPF file system`)
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new BpfError(codeOf(error), file, `map '${name}' is to be pinned: ${(error as Error).message}`, '', error)
  }
  return directory
}

/** What there is of an absolute path. */
const nearest = (path: string): string => (existsSync(path) ? path : nearest(dirname(path)))

function mountPoint({ name, file }: PinnedMap): string {
  const found = mounted()
  if (found !== undefined) return found
  const said = process.env['TC_BPF_MNT']
  const where = said === undefined ? '' : ` at ${said} (TC_BPF_MNT)`
  const what = `map '${name}' is to be pinned, and no BPF file system is mounted${where}`
  throw new BpfError('ENOENT', file, `${what}: mount -t bpf bpf ${said ?? KNOWN[0]}`)
}

const directoryName = ({ pin, object }: PinnedMap): string =>
  pin === 'shared' ? 'globals' : crypto().createHash('sha1').update(object).digest('hex')

/** A descriptor of what is pinned at `path`, which must be a `bpf-map` or a `bpf-prog`; undefined: nothing is. */
export function pinned(path: string): { readonly fd: number; readonly kind: string } | undefined {
  let fd: number
  try {
    fd = bpfPinned(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
  try {
    return { fd, kind: readlinkSync(`/proc/self/fd/${fd}`).replace('anon_inode:', '') }
  } catch (error) {
    close(fd)
    throw error
  }
}
