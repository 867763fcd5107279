// Bundles what is measured, as a consumer would run it: tsx wraps every function to keep its name, and that costs a tenth
// of a microsecond a call.
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** `entry` is a file of bench/. `define`: what stands for its `import.meta.url`, say. */
export async function bundle(entry: string, outfile: string, define: Record<string, string> = {}): Promise<void> {
  const source = new URL(entry, import.meta.url)
  await build({
    entryPoints: [fileURLToPath(source)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    define,
    logLevel: 'error',
  })
}
