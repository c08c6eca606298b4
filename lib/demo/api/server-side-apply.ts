import type { Fields, KubeObject } from '@/lib/demo/store'
import type { WriteOptions } from './operations'
import type { ResourceInfo } from './resources'
import { unsupportedMediaType } from './status'

export function applyServerSide(
  _info: Pick<ResourceInfo, 'kind' | 'group'>,
  _object: KubeObject,
  _config: Fields,
  _options: WriteOptions,
): Fields {
  throw unsupportedMediaType([])
}
