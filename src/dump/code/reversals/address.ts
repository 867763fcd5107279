// Addresses and their labels as calls of the library.
import * as address from '../../../ops/address.ts'
import * as addressLabel from '../../../ops/address-label.ts'
import { type Asked, type Mappings, prefix, type Reversal, row, same, silent } from './row.ts'

const ADDRESS: Mappings = {
  ...same('label', 'broadcast', 'flags'),
  local: prefix('address', 'prefixLength'),
  address: (value: string, { header, attributes }: Asked) =>
    attributes['local'] === undefined
      ? { address: `${value}/${header['prefixLength']}` }
      : attributes['local'] === value
        ? {}
        : { address: attributes['local'], peer: `${value}/${header['prefixLength']}` },
  routePriority: 'metric',
  cacheInfo: ({ valid, preferred }) => ({ validLifetime: valid, preferredLifetime: preferred }),
}
const ADDRESS_HEADER: Mappings = { ...silent('family', 'prefixLength', 'flags'), index: 'dev', scope: 'scope' }

const LABEL_PLACE: Mappings = { address: prefix('prefix', 'prefixLength'), ...silent('label') }
const LABEL: Mappings = { ...LABEL_PLACE, ...same('label') }
const LABEL_HEADER: Mappings = { index: 'dev', ...silent('family', 'prefixLength') }

export const ADDRESSES: readonly Reversal[] = [
  row('address.add', address.add, ['RTM_NEWADDR', 'excl|create'], ADDRESS, ADDRESS_HEADER),
  row('address.replace', address.replace, ['RTM_NEWADDR', 'replace|create'], ADDRESS, ADDRESS_HEADER),
  row('address.change', address.change, ['RTM_NEWADDR', 'replace'], ADDRESS, ADDRESS_HEADER),
  row('address.delete', address.delete, ['RTM_DELADDR', ''], ADDRESS, { ...ADDRESS_HEADER, ...silent('scope') }),
  row('address.list', address.list, ['RTM_GETADDR', 'dump'], {}, { family: 'family', index: 'dev' }),
  row('addressLabel.add', addressLabel.add, ['RTM_NEWADDRLABEL', 'excl|create'], LABEL, LABEL_HEADER),
  row('addressLabel.delete', addressLabel.delete, ['RTM_DELADDRLABEL', ''], LABEL_PLACE, LABEL_HEADER),
  row('addressLabel.list', addressLabel.list, ['RTM_GETADDRLABEL', 'dump'], {}, silent('family')),
]
