// Loaded first in a Worker that lives in a namespace (worker.ts): dns.lookup, and so net.connect, server.listen, dgram
// and fetch, would ask in the process's pool threads, outside. Here they ask inside. Nothing else may import this.
import dns from 'node:dns'
import { syncBuiltinESMExports } from 'node:module'
import { isMainThread } from 'node:worker_threads'
import { nodeLookup, resolvConf, resolver } from './resolver.ts'

if (!isMainThread) {
  const etc = new URL(import.meta.url).searchParams.get('etc') ?? undefined
  const lookup = resolver(
    work => work(),
    () => etc,
  )
  Object.assign(dns, { lookup: nodeLookup(lookup) })
  Object.assign(dns.promises, {
    async lookup(name: string, options: number | dns.LookupOptions = {}) {
      const given = typeof options === 'number' ? { family: options } : options
      const found = await lookup(name, given.family === 4 || given.family === 6 ? { family: given.family } : {})
      return given.all ? found : found[0]
    },
  })
  syncBuiltinESMExports()
  // c-ares makes its sockets in this thread, so inside; it needs only to know whom to ask.
  const { servers } = resolvConf(etc)
  dns.setServers(servers.map(({ address }) => address))
}
