import type { KubeObject } from '@/lib/demo/store'
import type { WriteOptions } from './operations'
import type { ResourceInfo } from './resources'

export function recordManager(
  _info: ResourceInfo,
  _object: KubeObject,
  _old: KubeObject | null,
  _options: WriteOptions,
  _now: Date,
): void {}
