// atm: a class is a virtual circuit of ATM. Linux has it no more (removed in 6.3).
import { type Keyword, short, type Words } from '../../words.ts'
import type { QdiscKind } from '../kind.ts'
import { classText } from '../text.ts'
import { type Found, hexBytes, illegal, is, parseHandle, readOptions, u32, value } from '../values.ts'

const CIRCUIT = /^([?*]|\d+)(\.([?*]|\d+)){0,2}$/

/** Text that only an ATM socket could judge. */
const text = (key: string): Keyword<Found> => short((words, found) => void (found[key] = words.take('an address')))

const CLASS = {
  pvc: value('pvc', (words, name) => {
    const circuit = words.take('a circuit (0.0.100)')
    if (!CIRCUIT.test(circuit)) throw illegal(words, name, 'a circuit, like 0.0.100 (interface, VPI, VCI), is expected')
    return circuit
  }),
  svc: text('svc'),
  sap: text('sap'),
  qos: text('qos'),
  sndbuf: value('sendBuffer', u32),
  hdr: value('header', (words, name) => {
    const bytes = hexBytes(words.take('bytes (aa.aa.03)').replaceAll('.', ''))
    if (!bytes) throw illegal(words, name, 'bytes in hexadecimal digits, like aa.aa.03, are expected')
    return bytes
  }),
  excess: value('excess', (words, name) => {
    const word = words.take('a class (1:10), or clp')
    const found = word === 'clp' ? 'none' : parseHandle(word)
    if (found === undefined) throw illegal(words, name, 'a class, like 1:10, or clp is expected')
    return found
  }),
  clip: is('clip', true),
}

export const atm: QdiscKind = {
  help: `Usage: … qdisc add … atm
       … class add … atm { pvc ADDRESS | svc ADDRESS [ sap SAP ] } [ qos QOS ] [ sndbuf BYTES ]
	[ hdr BYTES ] [ excess { CLASSID | clp } ] [ clip ]
	(Linux has it until 6.2)\n`,
  unread: 'atm has no option "%"',
  readClass(words: Words): never {
    readOptions(words, CLASS)
    throw words.fail('netloom opens no ATM sockets, and a class of atm is one', "iproute2's own tc does", 1)
  },
  print(sheet, { address, header, excess, state }, { show }) {
    if (address && !(address instanceof Uint8Array)) {
      const circuit = [address.interface, address.vpi, address.vci].map(part => (part === -1 ? '*' : part)).join('.')
      sheet.add('pvc', circuit)
    }
    if (header) sheet.add('hdr', [...header].map(byte => byte.toString(16).padStart(2, '0')).join('.'))
    if (excess !== undefined) {
      const to = excess === 'none' ? 'clp' : classText(excess, show)
      sheet.add('excess', to)
    }
    if (state !== undefined) sheet.add('state', state, `${state} `)
  },
}
