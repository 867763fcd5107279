// What the namespace tests share: shell commands, a fresh /run, our steps as processes, mounts and descriptors counted.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** Slow machines (NETLOOM_SLOW=1: one emulated processor) get more time and smaller crowds. */
export const SLOW = process.env['NETLOOM_SLOW'] === '1'
export const TIMEOUT = SLOW ? 300_000 : 60_000

export interface Outcome {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a bash script to its end. */
export function bash(script: string, env: Record<string, string> = {}): Outcome {
  const { status, signal, stdout, stderr } = spawnSync('bash', ['-c', script], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '', ...env },
  })
  return { status, signal, stdout: stdout.trimEnd(), stderr: stderr.trimEnd() }
}

/** The output of a script that must succeed. */
export function must(script: string, env: Record<string, string> = {}): string {
  const { status, stdout, stderr } = bash(script, env)
  if (status !== 0) throw new Error(`${script}: status ${status}\n${stdout}\n${stderr}`)
  return stdout
}

/** A script in a mount namespace with an empty /run, which is private, or shared as systemd makes it. */
export const inFreshRun = (script: string, propagation: 'private' | 'shared' = 'private'): string =>
  must(`unshare --mount --propagation private bash -c "$SCRIPT"`, {
    SCRIPT: `set -e; umount --lazy --recursive /run/netns 2>/dev/null || true; mount -t tmpfs tmpfs /run; mount --make-${propagation} /run\n${script}`,
  })

const here = fileURLToPath(new URL('.', import.meta.url))
const cache = fileURLToPath(new URL('../../node_modules/.cache/netloom/', import.meta.url))

/** Bundles play.ts, or another; answers the shell command that runs it. `tag` keeps the files of parallel tests apart. */
export async function bundlePlay(tag: string, entry = 'play.ts'): Promise<{ play: string; remove(): void }> {
  mkdirSync(cache, { recursive: true })
  const outfile = `${cache}play-${tag}-${process.pid}.mjs`
  await build({
    entryPoints: [here + entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  })
  return { play: `${process.execPath} ${outfile}`, remove: () => rmSync(outfile, { force: true }) }
}

/** The mount points at or below a path, in the calling thread's mount namespace. */
export function mountsAt(path: string): string[] {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').trimEnd().split('\n')
  return lines.map(line => line.split(' ')[4]!).filter(at => at === path || at.startsWith(`${path}/`))
}

export const openDescriptors = (): number => readdirSync('/proc/self/fd').length
