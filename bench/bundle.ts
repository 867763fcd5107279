// Bundles what is measured, as a consumer would run it: tsx wraps every function to keep its name, and that costs a tenth
// of a microsecond a call.
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/**
 * `entry` is a file of bench/. `define`: what stands for its `import.meta.url`, say. What is `whole` has the packages that it
 * uses inside, as the commands have.
 */
export async function bundle(
  entry: string,
  outfile: string,
  define: Record<string, string> = {},
  whole = false,
): Promise<void> {
  const source = new URL(entry, import.meta.url)
  await build({
    entryPoints: [fileURLToPath(source)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    ...(whole ? { format: 'cjs', external: ['koffi'] } : { format: 'esm', packages: 'external' }),
    define,
    logLevel: 'error',
  })
}
