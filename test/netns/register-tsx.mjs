// Loaded first in a Worker that is to read TypeScript: `--import tsx` is of use in the main thread only.
import { register } from 'tsx/esm/api'

register()
