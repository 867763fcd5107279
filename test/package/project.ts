// An empty project in a temporary directory, with the packed package installed in it, scripts off.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '../..')
const TIMEOUT = 100_000

export interface Ran {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export function run(command: string, args: readonly string[], cwd = root): Ran {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', timeout: TIMEOUT })
  return { status, stdout: stdout ?? '', stderr: `${stderr ?? ''}${error ? String(error) : ''}` }
}

export interface Packed {
  readonly tarball: string
  /** Bytes. */
  readonly size: number
  readonly files: readonly string[]
}

export class Project {
  readonly directory = mkdtempSync(join(tmpdir(), 'netloom-package-'))

  /** Packs what `npm run build` made. */
  pack(): Packed {
    if (!existsSync(join(root, 'dist/index.js'))) throw new Error("dist/ is not there: run 'npm run build' first")
    const { status, stdout, stderr } = run('npm', ['pack', '--json', '--pack-destination', this.directory])
    if (status !== 0) throw new Error(`npm pack: ${stderr}`)
    const [packed] = JSON.parse(stdout) as { filename: string; size: number; files: { path: string }[] }[]
    return {
      tarball: join(this.directory, packed!.filename),
      size: packed!.size,
      files: packed!.files.map(file => file.path),
    }
  }

  /** Installs a package; answers why it could not. */
  install(tarball: string): string | undefined {
    writeFileSync(join(this.directory, 'package.json'), '{ "name": "stranger", "private": true }\n')
    const options = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund']
    const { status, stderr } = run('npm', ['install', ...options, tarball], this.directory)
    if (status !== 0) return `npm install: ${stderr.trim().split('\n')[0]}`
    // Node's types are the consumer's own to install; ours do for the test.
    mkdirSync(join(this.directory, 'node_modules/@types'))
    for (const name of ['@types/node', 'undici-types'])
      if (!existsSync(join(this.directory, 'node_modules', name)))
        symlinkSync(join(root, 'node_modules', name), join(this.directory, 'node_modules', name))
    return undefined
  }

  /** Writes a file, and runs Node on it. */
  node(file: string, source: string, options: readonly string[] = []): Ran {
    this.write(file, source)
    return run(process.execPath, [...options, file], this.directory)
  }

  write(file: string, source: string): void {
    writeFileSync(join(this.directory, file), source)
  }

  command(name: string, args: readonly string[], options: readonly string[] = []): Ran {
    return run(process.execPath, [...options, join(this.directory, 'node_modules/netloom/dist/bin', name), ...args])
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true })
  }
}
