import type { KubeObject } from '@/lib/demo/store'
import type { ResourceInfo } from './resources'

export type Column = { name: string; type: string; format: string; description: string; priority: number }
export type Row = { cells: unknown[]; conditions?: object[] }

export const columnsOf = (_info: ResourceInfo): Column[] => [
  { name: 'Name', type: 'string', format: 'name', description: '', priority: 0 },
]
export const rowsOf = (_info: ResourceInfo, objects: KubeObject[], _now: Date): Row[] =>
  objects.map((object) => ({ cells: [object.metadata.name] }))
