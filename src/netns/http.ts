// HTTP from inside a namespace: agents for node:http and node:https, and fetch through undici (Node's own fetch takes
// no foreign connector). All of it is loaded when it is first used (node:https costs 10 ms), and undici by require, so
// that the command's bundle leaves it out.
import type httpModule from 'node:http'
import type { AgentOptions, Agent as HttpAgent } from 'node:http'
import type httpsModule from 'node:https'
import type { Agent as HttpsAgent, AgentOptions as HttpsAgentOptions } from 'node:https'
import { createRequire } from 'node:module'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type tlsModule from 'node:tls'
import type undiciModule from 'undici'
import type { Agent as UndiciAgent } from 'undici'
import type { ConnectOptions } from './sockets.ts'

const load = createRequire(import.meta.url)

/** Connects inside. */
export type Connect = (options: ConnectOptions) => Promise<Socket>

type Created = (error: Error | null, stream: Duplex) => void

/** What Node's http gives an agent for a new connection. */
interface Destination {
  readonly host?: string | null
  readonly port?: number | string | null
  readonly socketPath?: string | null
}

const destination = ({ host, port, socketPath }: Destination): ConnectOptions =>
  socketPath ? { path: socketPath } : { host: host ?? 'localhost', port: Number(port) }

/** An http.Agent whose connections are made inside. */
export function httpAgent(connect: Connect, options?: AgentOptions): HttpAgent {
  const http = load('node:http') as typeof httpModule
  const agent = new http.Agent(options)
  const createConnection = (to: Destination, created: Created): void => {
    connect(destination(to)).then(
      socket => created(null, socket),
      error => created(error, undefined as never),
    )
  }
  return Object.assign(agent, { createConnection }) as HttpAgent
}

/** An https.Agent whose connections are made inside. */
export function httpsAgent(connect: Connect, options?: HttpsAgentOptions): HttpsAgent {
  const https = load('node:https') as typeof httpsModule
  const tls = load('node:tls') as typeof tlsModule
  const agent = new https.Agent(options)
  const createConnection = (to: Destination & object, created: Created): void => {
    connect(destination(to)).then(
      socket => created(null, tls.connect({ ...to, path: undefined, socket } as never)),
      error => created(error, undefined as never),
    )
  }
  return Object.assign(agent, { createConnection }) as HttpsAgent
}

/** fetch inside, and the connections that it keeps for the next one. */
export interface Fetcher {
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>
  /** Ends its connections; a fetch that is under way fails. */
  close(): void
}

export function fetcher(connect: Connect): Fetcher {
  const undici = load('undici') as typeof undiciModule
  const dispatcher: UndiciAgent = new undici.Agent({ connect: connector(undici, connect) })
  return {
    fetch: (input, init) => undici.fetch(request(input), { ...requestInit(input, init), dispatcher } as never) as never,
    close: () => void dispatcher.destroy().catch(() => {}),
  }
}

/** A Request of Node's own is none of this undici's: its URL goes here, what else it says there. */
const request = (input: string | URL | Request): string | URL => (input instanceof Request ? input.url : input)

function requestInit(input: string | URL | Request, init: RequestInit | undefined): object {
  if (!(input instanceof Request)) return { ...init }
  const { method, headers, body, redirect, signal } = input
  return { method, headers: [...headers], body, redirect, signal, ...(body && { duplex: 'half' }), ...init }
}

/** Connects inside; for https undici's own connector puts TLS on that socket. */
function connector(undici: typeof undiciModule, connect: Connect): undiciModule.buildConnector.connector {
  const upgrade = undici.buildConnector({ allowH2: false })
  return (options, callback) => {
    const { hostname, protocol } = options
    const port = Number(options.port) || (protocol === 'https:' ? 443 : 80)
    // An IPv6 address has its brackets here.
    connect({ host: hostname.replace(/^\[(.*)\]$/, '$1'), port }).then(
      socket => {
        if (protocol === 'https:') upgrade({ ...options, httpSocket: socket }, callback)
        else callback(null, socket.setNoDelay())
      },
      error => callback(error, null),
    )
  }
}
